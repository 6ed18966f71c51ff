import { VirtualMachine } from "@remuda/contract";
import { type Clock, type MachineEvent, type MachineFilter, pause } from "@remuda/provider-kit";
import { translated } from "./errors";
import type { Inventory } from "./inventory";
import type { Views } from "./views";

/** Events of one moment are looked at together. */
const gatherMs = 20;
/** What no event tells, such as an address, is looked for soon after a change, and then ever more seldom. */
const sweepMs = { first: 1_000, last: 10_000 };

interface Shown {
  inventory: Inventory;
  uid: string;
  bytes: Uint8Array;
}

/** All machines, a bookmark, then changes: told by libvirt's events, with one list now and then for what these don't tell. */
export function createWatch(inventories: readonly Inventory[], views: Views, clock: Clock) {
  return async function* watch({ owner }: MachineFilter, signal: AbortSignal): AsyncIterable<MachineEvent> {
    const shown = new Map<string, Shown>();
    const changes = createChanges(inventories);

    /** What has to be told of a machine as it is now. */
    function* tell(inventory: Inventory, machine: VirtualMachine): Iterable<MachineEvent> {
      const { id, uid } = machine;
      if (owner !== undefined && machine.owner !== owner) {
        yield* forget(id);
        return;
      }
      const bytes = comparable(machine);
      const before = shown.get(id);
      if (before && Buffer.compare(before.bytes, bytes) === 0) return;
      shown.set(id, { inventory, uid, bytes });
      yield { type: "present", virtualMachine: machine };
    }

    function* forget(id: string): Iterable<MachineEvent> {
      const before = shown.get(id);
      if (before && shown.delete(id)) yield { type: "gone", id, uid: before.uid };
    }

    async function* list(): AsyncIterable<MachineEvent> {
      for (const inventory of inventories) {
        const machines = await views.all(inventory, signal);
        const there = new Set(machines.map(({ id }) => id));
        for (const machine of machines) yield* tell(inventory, machine);
        for (const [id, before] of shown) if (before.inventory === inventory && !there.has(id)) yield* forget(id);
      }
    }

    try {
      yield* list();
      yield { type: "bookmark" };
      for (let wait = sweepMs.first; !signal.aborted; ) {
        await pause(clock, wait, AbortSignal.any([changes.arrived(), signal]));
        if (signal.aborted) return;
        const { some, all } = await gathered(changes, signal);
        for (const [uuid, inventory] of some) {
          const seen = await inventory.one(uuid, signal);
          if (seen) yield* tell(inventory, await views.one(seen, signal));
          else yield* forget(uuid);
        }
        if (all || some.size === 0) yield* list();
        wait = some.size > 0 || all ? sweepMs.first : Math.min(wait * 2, sweepMs.last);
      }
    } catch (error) {
      throw translated(error);
    } finally {
      changes.close();
    }
  };

  async function gathered(changes: ReturnType<typeof createChanges>, signal: AbortSignal) {
    if (changes.pending()) await pause(clock, gatherMs, signal);
    return changes.take();
  }
}

/** Which machines events spoke of since they were last taken. */
function createChanges(inventories: readonly Inventory[]) {
  let some = new Map<string, Inventory>();
  let all = false;
  let wake = new AbortController();
  const forgets = inventories.map((inventory) =>
    inventory.onChange((uuid) => {
      if (uuid === undefined) all = true;
      else some.set(uuid, inventory);
      wake.abort();
    }),
  );
  const pending = () => all || some.size > 0;
  return {
    pending,
    /** Aborts with the next change, or is aborted already where one waits. */
    arrived(): AbortSignal {
      wake = new AbortController();
      if (pending()) wake.abort();
      return wake.signal;
    },
    take() {
      const taken = { some, all };
      some = new Map();
      all = false;
      return taken;
    },
    close: () => forgets.forEach((forget) => void forget()),
  };
}

/** A running machine's disks fill all the time; that alone is no change. */
const comparable = (machine: VirtualMachine): Uint8Array =>
  VirtualMachine.encode({ ...machine, disks: machine.disks.map((disk) => ({ ...disk, usedBytes: 0 })) }).finish();
