import { DeleteRequest } from "@remuda/contract";
import { checkEqual, present } from "../expect";
import type { Rule } from "../rule";

const deleteUntilNotFound: Rule = {
  id: "delete",
  title: "a deleted machine ends as NOT_FOUND and leaves every list",
  async run(ctx) {
    const { id, uid } = await ctx.make();
    await ctx.destroy({ id, uid });
    checkEqual(await ctx.list(), [], "the owner's list after Delete");
  },
};

const deleteTwice: Rule = {
  id: "delete-twice",
  title: "Delete of a machine that is gone is done",
  async run(ctx) {
    const { id, uid } = await ctx.make();
    await ctx.destroy({ id, uid });
    const { task } = await ctx.client.delete(DeleteRequest.create({ id, uid }), { signal: ctx.signal });
    await ctx.settle(task);
    await ctx.untilGone({ id });
  },
};

const deleteUnknown: Rule = {
  id: "delete-unknown",
  title: "Delete of a uid that never was is done",
  async run(ctx) {
    const { task } = await ctx.client.delete(DeleteRequest.create({ uid: ctx.settings.newUid() }), { signal: ctx.signal });
    await ctx.settle(task);
  },
};

const deleteByUid: Rule = {
  id: "delete-by-uid",
  title: "Delete finds a machine by its uid alone, as after a Create that was never answered",
  async run(ctx) {
    const { id, uid } = await ctx.make();
    const { task } = await ctx.client.delete(DeleteRequest.create({ uid }), { signal: ctx.signal });
    await ctx.settle(task);
    await ctx.untilGone({ id });
  },
};

const deleteWhileCreating: Rule = {
  id: "delete-while-creating",
  title: "Delete while the machine is being made leaves nothing",
  async run(ctx) {
    const request = ctx.createRequest();
    const { virtualMachine, task } = await ctx.create(request);
    const { id } = present(virtualMachine, "virtual_machine");
    await ctx.destroy({ id, uid: request.uid });
    // However the creation ended, it must not bring the machine back.
    if (task) await ctx.ended(task);
    await ctx.untilGone({ id });
    checkEqual(await ctx.list(), [], "the owner's list when both tasks have ended");
  },
};

export const deleteRules: Rule[] = [deleteUntilNotFound, deleteTwice, deleteUnknown, deleteByUid, deleteWhileCreating];
