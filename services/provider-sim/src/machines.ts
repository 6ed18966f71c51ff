import { ProviderError } from "@remuda/contract";
import type { MachineKey } from "@remuda/provider-kit";
import type { Feed } from "./feed";
import type { Hosts } from "./hosts";
import type { Journal } from "./journal";
import { machineView } from "./machine-view";
import type { Networks } from "./networks";
import type { MachineRecord, NicRecord } from "./records";
import type { Rentals } from "./rentals";
import { usageOf } from "./usage";

/** Every machine. The one place where they change, so that capacity, leases and pools are always what the machines say. */
export interface Machines {
  get(id: string): MachineRecord | undefined;
  byUid(uid: string): MachineRecord | undefined;
  byName(name: string): MachineRecord | undefined;
  /** The machine of that key. NOT_FOUND if there is none; FORBIDDEN if it bears another uid. */
  owned(key: MachineKey): MachineRecord;
  all(): IterableIterator<MachineRecord>;
  readonly size: number;
  put(machine: MachineRecord): MachineRecord;
  remove(id: string): void;
  /** Machines that share a machine's disks. */
  clonesOf(id: string): MachineRecord[];
}

export interface Ledgers {
  hosts: Hosts;
  networks: Networks;
  rentals: Rentals;
}

export function createMachines({ hosts, networks, rentals }: Ledgers, journal: Journal, feed: Feed): Machines {
  const byId = new Map<string, MachineRecord>();
  const uids = new Map<string, string>();
  const names = new Map<string, string>();
  const clones = new Map<string, Set<string>>();
  const changed = new Map<string, { uid: string; owner: string; left?: { uid: string; owner: string } }>();

  journal.onCommit(() => {
    if (feed.watched) {
      feed.publish(
        [...changed].map(([id, { uid, owner, left }]) => {
          const machine = byId.get(id);
          return { id, uid, owner, left, virtualMachine: machine && machineView(machine) };
        }),
      );
    }
    changed.clear();
  });

  const book = (machine: MachineRecord) => {
    if (machine.offer !== undefined) rentals.take(machine.offer);
    else hosts.take(machine.host, usageOf(machine), machine.placement?.antiAffinityGroup ?? "");
    networks.take(nicsOf(machine));
  };
  const unbook = (machine: MachineRecord) => {
    if (machine.offer !== undefined) rentals.give(machine.offer);
    else hosts.give(machine.host, usageOf(machine), machine.placement?.antiAffinityGroup ?? "");
    networks.give(nicsOf(machine));
  };
  const add = (machine: MachineRecord) => {
    byId.set(machine.id, machine);
    if (machine.uid) uids.set(machine.uid, machine.id);
    names.set(machine.name, machine.id);
    if (machine.origin) clones.set(machine.origin.machineId, (clones.get(machine.origin.machineId) ?? new Set()).add(machine.id));
    book(machine);
  };
  for (const [, value] of journal.read("machine")) add(value as MachineRecord); // The file is ours alone and bears its schema's version.

  const lookup = (ids: ReadonlyMap<string, string>, key: string) => {
    const id = ids.get(key);
    return id === undefined ? undefined : byId.get(id);
  };

  return {
    get: (id) => byId.get(id),
    byUid: (uid) => lookup(uids, uid),
    byName: (name) => lookup(names, name),
    owned({ id, uid }) {
      const machine = id ? byId.get(id) : lookup(uids, uid);
      if (!machine) throw new ProviderError("NOT_FOUND", `no machine ${id || `with uid ${uid}`}`);
      if (machine.uid !== uid) throw new ProviderError("FORBIDDEN", `machine ${machine.id} bears another uid`);
      return machine;
    },
    all: () => byId.values(),
    get size() {
      return byId.size;
    },
    put(machine) {
      const before = byId.get(machine.id);
      if (before) {
        unbook(before);
        byId.set(machine.id, machine);
        if (before.uid !== machine.uid) {
          uids.delete(before.uid);
          if (machine.uid) uids.set(machine.uid, machine.id);
        }
        if (before.name !== machine.name) {
          names.delete(before.name);
          names.set(machine.name, machine.id);
        }
        book(machine);
      } else {
        add(machine);
      }
      const { uid, owner } = machine;
      const left = before && before.owner !== owner ? { uid: before.uid, owner: before.owner } : changed.get(machine.id)?.left;
      changed.set(machine.id, { uid, owner, left });
      journal.write("machine", machine.id, machine);
      return machine;
    },
    remove(id) {
      const machine = byId.get(id);
      if (!machine) return;
      unbook(machine);
      byId.delete(id);
      uids.delete(machine.uid);
      names.delete(machine.name);
      if (machine.origin) {
        const siblings = clones.get(machine.origin.machineId);
        siblings?.delete(id);
        if (siblings?.size === 0) clones.delete(machine.origin.machineId);
      }
      changed.set(id, { uid: machine.uid, owner: machine.owner, left: changed.get(id)?.left });
      journal.write("machine", id, undefined);
    },
    clonesOf: (id) => [...(clones.get(id) ?? [])].map((clone) => byId.get(clone)).filter((clone) => clone !== undefined),
  };
}

/** Its interfaces, and those that a task is giving it. */
function nicsOf({ shape, pending }: MachineRecord): readonly NicRecord[] {
  if (!pending) return shape.nics;
  const own = new Set(shape.nics.map(nicKey));
  return [...shape.nics, ...pending.nics.filter((nic) => !own.has(nicKey(nic)))];
}

const nicKey = ({ network, macAddress, lease, addresses }: NicRecord) => `${network} ${macAddress} ${lease} ${addresses}`;
