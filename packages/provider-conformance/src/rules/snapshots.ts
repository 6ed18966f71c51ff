import {
  CreateSnapshotRequest,
  DeleteSnapshotRequest,
  ListSnapshotsRequest,
  PowerState,
  RevertSnapshotRequest,
  type Snapshot,
  type VirtualMachine,
} from "@remuda/contract";
import type { RuleContext } from "../context";
import { all, capability, nameOf, service, source } from "../declared";
import { check, checkEqual, present, skip } from "../expect";
import type { Rule } from "../rule";

const requires = service("SnapshotService");
type Machine = Pick<VirtualMachine, "id" | "uid">;

const request = ({ id, uid }: Machine, name: string, memory = false) =>
  CreateSnapshotRequest.create({ virtualMachineId: id, uid, name, memory });

async function take(ctx: RuleContext, machine: Machine, name: string, memory = false): Promise<Snapshot> {
  const { snapshot, task } = await ctx.client.createSnapshot(request(machine, name, memory), { signal: ctx.signal });
  await ctx.settle(task);
  const taken = present(snapshot, "CreateSnapshotResponse.snapshot");
  check(taken.id !== "", "the snapshot's id is empty");
  return taken;
}

const listed = async (ctx: RuleContext, { id }: Machine): Promise<Snapshot[]> =>
  (await ctx.client.listSnapshots(ListSnapshotsRequest.create({ virtualMachineId: id }), { signal: ctx.signal })).snapshots;

async function revert(ctx: RuleContext, { id, uid }: Machine, snapshotId: string): Promise<void> {
  const { task } = await ctx.client.revertSnapshot(RevertSnapshotRequest.create({ virtualMachineId: id, uid, snapshotId }), {
    signal: ctx.signal,
  });
  await ctx.settle(task);
}

async function remove(ctx: RuleContext, { id, uid }: Machine, snapshotId: string): Promise<void> {
  const { task } = await ctx.client.deleteSnapshot(DeleteSnapshotRequest.create({ virtualMachineId: id, uid, snapshotId }), {
    signal: ctx.signal,
  });
  await ctx.settle(task);
}

const snapshotCreate: Rule = {
  id: "snapshot-create",
  title: "a snapshot is taken and listed with its name; the machine goes on",
  requires,
  async run(ctx) {
    const machine = await ctx.make();
    const { id } = await take(ctx, machine, "first");
    const [only, ...more] = await listed(ctx, machine);
    checkEqual([only?.id, only?.name, only?.memory, more.length], [id, "first", false, 0], "id, name, memory and further snapshots");
    checkEqual(nameOf(PowerState, (await ctx.describe(machine)).powerState), "ON", "the machine's power state");
  },
};

const snapshotIdempotent: Rule = {
  id: "snapshot-idempotent",
  title: "the same name again on the same machine answers the same snapshot",
  requires,
  async run(ctx) {
    const machine = await ctx.make();
    const first = await take(ctx, machine, "first");
    checkEqual((await take(ctx, machine, "first")).id, first.id, "the id of the repeat");
    checkEqual((await listed(ctx, machine)).length, 1, "how many snapshots there are");
  },
};

const snapshotOrder: Rule = {
  id: "snapshot-order",
  title: "snapshots are listed parents first, each with its parent, the last one current",
  requires,
  async run(ctx) {
    const machine = await ctx.make();
    const ids: string[] = [];
    for (const name of ["first", "second", "third"]) ids.push((await take(ctx, machine, name)).id);
    const found = await listed(ctx, machine);
    checkEqual(
      found.map(({ id }) => id),
      ids,
      "the order",
    );
    checkEqual(
      found.map(({ parentId }) => parentId),
      ["", ...ids.slice(0, -1)],
      "the parents",
    );
    checkEqual(
      found.filter(({ current }) => current).map(({ id }) => id),
      ids.slice(-1),
      "what the machine's state builds on",
    );
  },
};

const snapshotRevert: Rule = {
  id: "snapshot-revert",
  title: "a machine goes back to a snapshot, and is off then unless it holds memory",
  requires,
  async run(ctx) {
    const machine = await ctx.make({ powerState: PowerState.OFF });
    const first = await take(ctx, machine, "first");
    await take(ctx, machine, "second");
    await revert(ctx, machine, first.id);
    checkEqual(
      (await listed(ctx, machine)).filter(({ current }) => current).map(({ id }) => id),
      [first.id],
      "what the machine's state builds on",
    );
    checkEqual(nameOf(PowerState, (await ctx.describe(machine)).powerState), "OFF", "the machine's power state");
  },
};

const snapshotMemory: Rule = {
  id: "snapshot-memory",
  title: "a machine that goes back to a snapshot with memory runs",
  requires: all(requires, capability("memorySnapshots")),
  async run(ctx) {
    const machine = await ctx.make();
    const { id } = await take(ctx, machine, "with-memory", true);
    checkEqual(
      (await listed(ctx, machine)).map(({ memory }) => memory),
      [true],
      "that it holds memory",
    );
    await revert(ctx, machine, id);
    checkEqual(nameOf(PowerState, (await ctx.describe(machine)).powerState), "ON", "the machine's power state");
  },
};

const snapshotMemoryUndeclared: Rule = {
  id: "snapshot-memory-undeclared",
  title: "a snapshot with memory is refused with UNSUPPORTED where that is not declared",
  requires,
  async run(ctx) {
    if (ctx.capabilities.memorySnapshots) return skip("memory snapshots are declared");
    const machine = await ctx.make();
    await ctx.refused(
      ctx.client.createSnapshot(request(machine, "first", true), { signal: ctx.signal }),
      "UNSUPPORTED",
      "a snapshot with memory",
    );
    checkEqual(await listed(ctx, machine), [], "the snapshots");
  },
};

const snapshotDelete: Rule = {
  id: "snapshot-delete",
  title: "a snapshot is deleted alone: the others and the machine stay, and of what is gone it is done",
  requires,
  async run(ctx) {
    const machine = await ctx.make();
    const first = await take(ctx, machine, "first");
    const second = await take(ctx, machine, "second");
    await remove(ctx, machine, first.id);
    checkEqual(
      (await listed(ctx, machine)).map(({ id }) => id),
      [second.id],
      "the snapshots that are left",
    );
    await remove(ctx, machine, first.id);
    await ctx.describe(machine);
  },
};

const snapshotForeign: Rule = {
  id: "snapshot-foreign",
  title: "taking, deleting and reverting with another uid than the machine's is refused with FORBIDDEN and changes nothing",
  requires,
  async run(ctx) {
    const machine = await ctx.make();
    const first = await take(ctx, machine, "first");
    const foreign = { id: machine.id, uid: ctx.settings.newUid() };
    await ctx.refused(take(ctx, foreign, "second"), "FORBIDDEN", "CreateSnapshot");
    await ctx.refused(revert(ctx, foreign, first.id), "FORBIDDEN", "RevertSnapshot");
    await ctx.refused(remove(ctx, foreign, first.id), "FORBIDDEN", "DeleteSnapshot");
    checkEqual(
      (await listed(ctx, machine)).map(({ id }) => id),
      [first.id],
      "the snapshots",
    );
    checkEqual(nameOf(PowerState, (await ctx.describe(machine)).powerState), "ON", "the machine's power state");
  },
};

const snapshotUnknown: Rule = {
  id: "snapshot-unknown",
  title: "going back to a snapshot that is not there is refused with NOT_FOUND",
  requires,
  async run(ctx) {
    const machine = await ctx.make();
    const { id } = await take(ctx, machine, "first");
    await remove(ctx, machine, id);
    await ctx.refused(revert(ctx, machine, id), "NOT_FOUND", "RevertSnapshot");
  },
};

const snapshotClone: Rule = {
  id: "snapshot-clone",
  title: "a machine is cloned from a snapshot",
  requires: all(requires, source("virtual_machine")),
  async run(ctx) {
    const machine = await ctx.make({ powerState: PowerState.OFF });
    const { id: snapshotId } = await take(ctx, machine, "first");
    const clone = await ctx.make({ source: { $case: "virtualMachine", value: { id: machine.id, snapshotId } } });
    check(clone.id !== machine.id, "the clone has its origin's id");
    checkEqual(
      (await listed(ctx, machine)).map(({ id }) => id),
      [snapshotId],
      "the origin's snapshots",
    );
  },
};

const snapshotGone: Rule = {
  id: "snapshot-machine-gone",
  title: "a machine with snapshots can be deleted",
  requires,
  async run(ctx) {
    const machine = await ctx.make();
    await take(ctx, machine, "first");
    await take(ctx, machine, "second");
    await ctx.destroy(machine);
  },
};

export const snapshotRules: Rule[] = [
  snapshotCreate,
  snapshotIdempotent,
  snapshotOrder,
  snapshotRevert,
  snapshotMemory,
  snapshotMemoryUndeclared,
  snapshotDelete,
  snapshotForeign,
  snapshotUnknown,
  snapshotClone,
  snapshotGone,
];
