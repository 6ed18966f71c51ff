import type { VirtualMachine, VMClass, VMClassSpec } from "@remuda/resources";
import type { Change } from "../feed";
import { callNext, type Entry, judge, newEntry, removeUser, setClass, setUser, takePlace, useOf } from "./ledger";

/** What machines need to know of the classes that they were made of. */
export interface Classes {
  /** The class is another now than it was when the machine was brought to it. */
  isOutdated(used: { name: string; revision: string }): boolean;
  spec(name: string): VMClassSpec | undefined;
  /** Whether it is the machine's turn to be brought to what its class has become. If so, it is to be told by `ran` how it went. */
  enter(name: string, machine: string): boolean;
}

/** Rolls changes of classes through the machines that use them: kept in memory, and built anew from what is stored. */
export interface Rollouts extends Classes {
  onChange(change: Change): void;
  /** All that is stored has been told: machines that were being changed go on, and others are called. */
  begin(read: (machine: string) => Promise<VirtualMachine | undefined>): Promise<void>;
  /** Whether `ran` wants to know of this machine. */
  awaits(machine: string): boolean;
  /** A run over the machine has ended, and this is what it is now. */
  ran(machine: string, vm: VirtualMachine | undefined): void;
  entry(name: string): Entry | undefined;
}

export interface RolloutsOptions {
  /** It is this machine's turn. */
  wake(machine: string): void;
  /** How far the rollout of this class has come has changed. */
  onProgress(name: string): void;
}

export function createRollouts({ wake, onProgress }: RolloutsOptions): Rollouts {
  const entries = new Map<string, Entry>();
  const classOf = new Map<string, string>();
  let begun = false;

  const entryOf = (name: string): Entry => {
    const entry = entries.get(name) ?? newEntry();
    entries.set(name, entry);
    return entry;
  };
  const goOn = (name: string, entry: Entry) => {
    if (!begun) return;
    for (const machine of callNext(entry)) wake(machine);
    onProgress(name);
  };
  const forget = (name: string, entry: Entry) => {
    if (entry.users.size === 0 && !entry.current) entries.delete(name);
  };

  const onClass = ({ type, resource, previous }: Change) => {
    const { name, generation } = resource.metadata;
    if (type === "present" && previous?.metadata.generation === generation) return;
    const entry = entryOf(name);
    // The kind says the shape.
    setClass(entry, type === "gone" ? undefined : (resource as VMClass).spec);
    forget(name, entry);
    if (entry.outdated.size > 0) goOn(name, entry);
  };
  const onMachine = ({ type, resource }: Change) => {
    const machine = resource.metadata.name;
    // The kind says the shape.
    const used = type === "gone" ? undefined : useOf(resource as VirtualMachine);
    const before = classOf.get(machine);
    if (before !== undefined && before !== used?.name) {
      classOf.delete(machine);
      const entry = entryOf(before);
      const wasOutdated = entry.outdated.has(machine);
      removeUser(entry, machine);
      forget(before, entry);
      if (wasOutdated) goOn(before, entry);
    }
    if (!used) return;
    classOf.set(machine, used.name);
    const entry = entryOf(used.name);
    if (entry.users.get(machine) === used.revision) return;
    const wasOutdated = entry.outdated.has(machine);
    setUser(entry, machine, used.revision);
    if (wasOutdated || entry.outdated.has(machine)) goOn(used.name, entry);
  };
  const awaits = (machine: string) => {
    const entry = entries.get(classOf.get(machine) ?? "");
    return entry !== undefined && (entry.places.has(machine) || entry.failed.has(machine));
  };

  return {
    isOutdated({ name, revision }) {
      const current = entries.get(name)?.current;
      return current !== undefined && current.revision !== revision;
    },
    spec: (name) => entries.get(name)?.current?.spec,
    enter(name, machine) {
      const entry = entries.get(name);
      return entry !== undefined && takePlace(entry, machine);
    },
    onChange(change) {
      if (change.resource.kind === "VMClass") onClass(change);
      if (change.resource.kind === "VirtualMachine") onMachine(change);
    },
    async begin(read) {
      for (const entry of entries.values()) {
        for (const machine of [...entry.outdated]) {
          const waits = entry.waiting.has(machine);
          judge(entry, machine, await read(machine));
          // It was not called yet by this process.
          if (waits && entry.outdated.has(machine) && !entry.places.has(machine) && !entry.failed.has(machine)) entry.waiting.add(machine);
        }
      }
      begun = true;
      for (const [name, entry] of entries) goOn(name, entry);
    },
    awaits,
    ran(machine, vm) {
      const name = classOf.get(machine);
      const entry = name === undefined ? undefined : entries.get(name);
      if (name === undefined || !entry || !awaits(machine)) return;
      judge(entry, machine, vm);
      goOn(name, entry);
    },
    entry: (name) => entries.get(name),
  };
}
