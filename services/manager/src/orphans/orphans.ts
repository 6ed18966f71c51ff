import { type VirtualMachine as Machine, MachineState, ProviderError } from "@remuda/contract";
import type { Clock } from "@remuda/reconciler";
import type { ProviderResource, VirtualMachine } from "@remuda/resources";
import type { ResourceStore } from "@remuda/store";
import { readyConnection } from "../adoption/adoption";
import { kind } from "../machine/work";
import type { Connection } from "../provider/connection";

/** Machines that bear this installation's marks, and no VirtualMachine is for. */
export interface Orphans {
  /** Those of a provider, as it shows its machines; undefined: they can't be seen now. Costs no call. */
  of(provider: string): Promise<Machine[] | undefined>;
  /** Asks for the deletion of one, once more judged by what the platform and the store say now. Answers it as it was. */
  delete(request: { provider: string; uid: string; dryRun: boolean }, signal: AbortSignal): Promise<Machine>;
}

export interface OrphansOptions {
  store: ResourceStore;
  clock: Clock;
  connection(provider: string): Connection | undefined;
  /** There is a VirtualMachine with this uid. */
  isKnown(uid: string): boolean;
  graceMs?: number;
}

// A machine that was made just now may only not be known yet.
const defaultGraceMs = 600_000;

export function createOrphans({ store, clock, connection, isKnown, graceMs = defaultGraceMs }: OrphansOptions): Orphans {
  /** When those whose age the platform does not tell were first seen without a VirtualMachine. */
  const firstSeenMs = new WeakMap<Connection, Map<string, number>>();

  /** Why it must be left alone; undefined: it is an orphan. */
  const reprieve = ({ uid, state, createTime }: Machine, { observer }: Connection, seenMs: Map<string, number>): string | undefined => {
    if (state === MachineState.CREATING) return "it is being made";
    if (state === MachineState.DELETING) return "it is being deleted";
    if (!seenMs.has(uid)) seenMs.set(uid, clock.now());
    if (seenMs.size > 2 * observer.size + 100) for (const known of seenMs.keys()) if (isKnown(known)) seenMs.delete(known);
    const sinceMs = createTime?.getTime() ?? seenMs.get(uid) ?? clock.now();
    return clock.now() - sinceMs < graceMs ? `it is younger than ${Math.ceil(graceMs / 60_000)} minutes` : undefined;
  };
  const seenBy = (provider: Connection) => {
    const known = firstSeenMs.get(provider) ?? new Map<string, number>();
    firstSeenMs.set(provider, known);
    return known;
  };
  const retainedOf = async (provider: string) => {
    // The store keeps each kind with its own schema.
    const resource = (await store.get("Provider", provider)) as ProviderResource | undefined;
    return resource?.status?.retained ?? [];
  };

  return {
    async of(provider) {
      const retained = new Set((await retainedOf(provider)).map(({ uid }) => uid));
      const here = connection(provider);
      if (!here?.observer.live) return undefined;
      const seenMs = seenBy(here);
      const found: Machine[] = [];
      for (const machine of here.observer.machines()) {
        if (isKnown(machine.uid) || retained.has(machine.uid)) continue;
        if (reprieve(machine, here, seenMs) === undefined) found.push(machine);
      }
      return found.sort((a, b) => (a.id < b.id ? -1 : 1));
    },
    async delete({ provider, uid, dryRun }, signal) {
      const here = await readyConnection(provider, store, connection);
      // Also one of another owner, or whose mark is another one, is refused here.
      const { virtualMachine: machine } = await here.calls.describe({ id: "", uid }, signal);
      if (!machine) throw new ProviderError("NOT_FOUND", `provider ${provider} has no machine with uid ${uid}`);
      const refuse = (why: string) => new ProviderError("CONFLICT", `machine ${machine.id} of provider ${provider} is no orphan: ${why}`);
      const why = reprieve(machine, here, seenBy(here));
      if (why !== undefined) throw refuse(why);
      const retained = (await retainedOf(provider)).find((each) => each.uid === uid);
      if (retained) throw refuse(`VirtualMachine ${retained.name} let go of it on purpose`);
      // What is read last is what the deletion goes by. The store keeps each kind with its own schema.
      const { items } = (await store.list(kind)) as { items: readonly VirtualMachine[] };
      const holder = items.find(({ metadata }) => metadata.uid === uid);
      if (holder) throw refuse(`it is that of VirtualMachine ${holder.metadata.name}`);
      const adopter = items.find(
        ({ spec, metadata }) => spec.source?.existing === machine.id && spec.provider === provider && !metadata.deletionTimestamp,
      );
      if (adopter) throw refuse(`VirtualMachine ${adopter.metadata.name} is taking it over`);
      if (dryRun) return machine;
      const message = `deleting machine ${machine.id} (${machine.name}, uid ${uid}), which no VirtualMachine is for, as was asked for`;
      const { metadata } = (await store.get("Provider", provider)) ?? {};
      if (metadata)
        store.recordEvent({ kind: "Provider", name: provider, uid: metadata.uid, type: "Warning", reason: "OrphanDeleted", message });
      await here.calls.delete({ id: machine.id, uid }, signal);
      return machine;
    },
  };
}
