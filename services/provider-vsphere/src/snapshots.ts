import { invalidSpec, ProviderError, Snapshot } from "@remuda/contract";
import type { Snapshots, TaskRef } from "@remuda/provider-kit";
import { escapeName, type MoRef, unescapeName, type Vim } from "@remuda/vsphere-client";
import { translated } from "./errors";
import type { Machine } from "./machine";
import type { Work } from "./operations";
import type { Platform } from "./platform";
import { perform, settled } from "./steps";

export interface SnapshotDeps {
  platform: Platform;
  owned(key: { id: string; uid: string }, signal: AbortSignal): Promise<Machine>;
  found(id: string, signal: AbortSignal): Promise<Machine>;
  begin(machine: Machine, work: Work, task?: MoRef): TaskRef;
}

type Tree = Vim<"VirtualMachineSnapshotTree">;

/** Snapshots are vCenter's own; their ids are its references. */
export function createSnapshots({ platform, owned, found, begin }: SnapshotDeps): Snapshots {
  const { client, inventory } = platform;

  const named = (machine: Machine, id: string): Tree => {
    const one = flatten(machine).find(({ tree }) => tree.snapshot.value === id);
    if (one) return one.tree;
    throw new ProviderError("NOT_FOUND", `machine ${machine.id} has no snapshot ${id}`);
  };

  return {
    create: ({ virtualMachineId: id, uid, name, description, memory, quiesce }, signal) =>
      translated(async () => {
        const machine = await owned({ id, uid }, signal);
        const same = flatten(machine).find(({ tree }) => unescapeName(tree.name) === name);
        // The same wish again, its answer lost: a name is a snapshot's identity within its machine.
        if (same) return { snapshot: view(machine, same) };
        if (memory && quiesce) throw invalidSpec([{ field: "quiesce", description: "a snapshot with memory is not quiesced" }]);
        const running = machine.properties["runtime.powerState"] === "poweredOn";
        const params = { name: escapeName(name), description, memory: memory && running, quiesce: quiesce && running };
        inventory.touch(machine.ref);
        const ref = (await perform(platform, machine.ref, "CreateSnapshot_Task", params, signal)) as MoRef; // The task's result is the snapshot.
        inventory.touch(machine.ref);
        const now = await inventory.read(machine.ref, signal);
        const made = now && flatten(now).find(({ tree }) => tree.snapshot.value === ref.value);
        if (made) return { snapshot: view(now, made) };
        throw new ProviderError("INTERRUPTED", "the snapshot is gone again");
      }),
    delete: (key, snapshotId, signal) =>
      translated(async () => {
        const machine = await owned(key, signal);
        const one = flatten(machine).find(({ tree }) => tree.snapshot.value === snapshotId);
        if (!one) return undefined;
        inventory.touch(machine.ref);
        const task = await client.call(one.tree.snapshot, "RemoveSnapshot_Task", { removeChildren: false, consolidate: true }, signal);
        return begin(machine, async (_, stop) => void (await settled(platform, task, stop)), task);
      }),
    revert: (key, snapshotId, signal) =>
      translated(async () => {
        const machine = await owned(key, signal);
        const { snapshot } = named(machine, snapshotId);
        inventory.touch(machine.ref);
        const task = await client.call(snapshot, "RevertToSnapshot_Task", {}, signal);
        return begin(machine, async (_, stop) => void (await settled(platform, task, stop)), task);
      }),
    list: (id, signal) =>
      translated(async () => {
        const machine = await found(id, signal);
        return flatten(machine).map((one) => view(machine, one));
      }),
  };
}

interface Placed {
  tree: Tree;
  parentId: string;
}

/** Parents first. */
function flatten({ properties }: Machine): Placed[] {
  const all: Placed[] = [];
  const walk = (trees: readonly Tree[], parentId: string) => {
    for (const tree of trees) {
      all.push({ tree, parentId });
      walk(tree.childSnapshotList ?? [], tree.snapshot.value);
    }
  };
  walk(properties.snapshot?.rootSnapshotList ?? [], "");
  return all;
}

const view = ({ properties }: Machine, { tree, parentId }: Placed): Snapshot =>
  Snapshot.fromPartial({
    id: tree.snapshot.value,
    name: unescapeName(tree.name),
    description: tree.description,
    parentId,
    createTime: new Date(tree.createTime),
    memory: tree.state !== "poweredOff",
    current: properties.snapshot?.currentSnapshot?.value === tree.snapshot.value,
  });
