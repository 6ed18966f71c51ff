import type { VirtualMachine, VMClassSpec } from "@remuda/resources";
import { classRevision } from "../machine/applied";

/** One class, and how far what it has become has reached the machines that use it. */
export interface Entry {
  /** The class as it is now; undefined: there is none, or it was not told yet. */
  current?: { revision: string; spec: VMClassSpec };
  /** What each machine has of it. */
  readonly users: Map<string, string>;
  /** Those that have something else than what it is now. */
  readonly outdated: Set<string>;
  /** Of the outdated those that were not called yet, in their order. */
  readonly waiting: Set<string>;
  /** Of the outdated those that were called or are being changed. */
  readonly places: Set<string>;
  /** Of the outdated those that could not be changed, and why. */
  readonly failed: Map<string, string>;
  /** A change met machines, and its end was not told yet. */
  untold: boolean;
}

export const newEntry = (): Entry => ({
  users: new Map(),
  outdated: new Set(),
  waiting: new Set(),
  places: new Set(),
  failed: new Map(),
  untold: false,
});

// A machine counts as failed after so many tries, though it is tried on.
const mostTries = 3;
const defaults = { maxConcurrent: 5, maxFailures: 3 };

export const isPaused = ({ failed, current }: Entry) => failed.size >= (current?.spec.rollout ?? defaults).maxFailures;

/** Once one has failed, no more are changed at once than may still fail. */
function hasRoom({ places, failed, current }: Entry): boolean {
  const { maxConcurrent, maxFailures } = current?.spec.rollout ?? defaults;
  return places.size < (failed.size === 0 ? maxConcurrent : Math.min(maxConcurrent, maxFailures - failed.size));
}

/** What a machine has of its class; undefined: it has none, or will be gone soon. */
export const useOf = (vm: VirtualMachine) => (vm.metadata.deletionTimestamp ? undefined : vm.status?.applied?.class);

/** The class is another now, or its rollout is to go otherwise: machines that failed are called anew. */
export function setClass(entry: Entry, spec: VMClassSpec | undefined): void {
  entry.current = spec && { spec, revision: classRevision(spec) };
  entry.failed.clear();
  entry.outdated.clear();
  entry.waiting.clear();
  for (const [machine, revision] of entry.users) mark(entry, machine, revision);
  for (const machine of entry.places) if (!entry.outdated.has(machine)) entry.places.delete(machine);
}

export function setUser(entry: Entry, machine: string, revision: string): void {
  if (entry.users.get(machine) === revision) return;
  entry.users.set(machine, revision);
  mark(entry, machine, revision);
}

function mark(entry: Entry, machine: string, revision: string): void {
  if (entry.current === undefined || entry.current.revision === revision) {
    drop(entry, machine);
    return;
  }
  entry.outdated.add(machine);
  entry.untold = true;
  if (!entry.places.has(machine)) entry.waiting.add(machine);
}

export function removeUser(entry: Entry, machine: string): void {
  entry.users.delete(machine);
  drop(entry, machine);
}

function drop({ outdated, waiting, places, failed }: Entry, machine: string): void {
  outdated.delete(machine);
  waiting.delete(machine);
  places.delete(machine);
  failed.delete(machine);
}

/** The machine may be changed: it has a place, gets one, or has failed before and is tried on. */
export function takePlace(entry: Entry, machine: string): boolean {
  if (entry.places.has(machine) || entry.failed.has(machine)) return true;
  if (!hasRoom(entry)) {
    entry.waiting.add(machine);
    return false;
  }
  entry.waiting.delete(machine);
  entry.places.add(machine);
  return true;
}

/** Gives free places to those that wait longest, and answers who they are. */
export function callNext(entry: Entry): string[] {
  const called: string[] = [];
  for (const machine of entry.waiting) {
    if (!hasRoom(entry)) break;
    takePlace(entry, machine);
    called.push(machine);
  }
  return called;
}

/** What became of a machine that had a place. One that could not even begin gives it back, and asks for one when it can. */
export function judge(entry: Entry, machine: string, vm: VirtualMachine | undefined): void {
  const { status } = vm ?? {};
  const revision = vm && useOf(vm)?.revision;
  if (revision === undefined) {
    removeUser(entry, machine);
    return;
  }
  setUser(entry, machine, revision);
  if (!entry.outdated.has(machine)) return;
  const isChanging = status?.task?.brings?.class !== undefined;
  const failures = status?.failures?.classRevision === entry.current?.revision ? status?.failures : undefined;
  if (!isChanging && failures && (failures.nextTryAt === undefined || failures.count >= mostTries)) {
    drop(entry, machine);
    entry.outdated.add(machine);
    entry.failed.set(machine, `${failures.reason}: ${failures.message}`);
    return;
  }
  if (!isChanging && !failures) {
    entry.places.delete(machine);
    // Whatever keeps it now will wake it when it changes.
    if (!entry.failed.has(machine)) entry.waiting.delete(machine);
    return;
  }
  if (entry.failed.has(machine)) return;
  entry.waiting.delete(machine);
  entry.places.add(machine);
}
