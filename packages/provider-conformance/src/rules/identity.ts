import { DeleteRequest, DescribeRequest, PowerOperation, PowerRequest, ReconfigureRequest, type VirtualMachine } from "@remuda/contract";
import type { RuleContext } from "../context";
import { check, checkEqual, present } from "../expect";
import type { Rule } from "../rule";

/** The parts of a machine that none of the refused calls may change. */
const essence = ({ id, uid, owner, name, state, powerState, hardware }: VirtualMachine) => ({
  id,
  uid,
  owner,
  name,
  state,
  powerState,
  cpus: hardware?.cpus,
  memoryMib: hardware?.memoryMib,
});

async function checkUnchanged(ctx: RuleContext, before: VirtualMachine): Promise<void> {
  checkEqual(essence(await ctx.describe({ id: before.id })), essence(before), "the machine after the refused call");
}

const marksInDescribe: Rule = {
  id: "marks-in-describe",
  title: "Describe shows the uid and the owner that a machine was made with",
  async run(ctx) {
    const { machines, owner } = await ctx.fleet();
    const made = present(machines[0], "a machine");
    check(made.uid !== "", "uid is empty");
    checkEqual(made.owner, owner, "owner");
    const request = ctx.createRequest();
    await ctx.settle((await ctx.create(request)).task);
    const { uid, owner: by } = await ctx.describe({ uid: request.uid });
    checkEqual({ uid, owner: by }, { uid: request.uid, owner: ctx.owner }, "marks of a new machine");
  },
};

const marksInList: Rule = {
  id: "marks-in-list",
  title: "ListVirtualMachines shows each machine's uid and owner",
  async run(ctx) {
    const { owner, machines } = await ctx.fleet();
    const marks = (listed: VirtualMachine[]) =>
      listed.map(({ id, uid, owner: by }) => ({ id, uid, owner: by })).sort((a, b) => (a.id < b.id ? -1 : 1));
    checkEqual(marks(await ctx.list(owner)), marks(machines), "marks in the owner's list");
    const ids = new Set(machines.map(({ id }) => id));
    checkEqual(marks((await ctx.list("")).filter(({ id }) => ids.has(id))), marks(machines), "marks in the list of everything");
  },
};

const describeByUid: Rule = {
  id: "describe-by-uid",
  title: "Describe finds a machine by its uid alone",
  async run(ctx) {
    const { id, uid } = await ctx.shared();
    checkEqual((await ctx.describe({ uid })).id, id, "the id that the uid leads to");
  },
};

const describeUnknown: Rule = {
  id: "describe-unknown",
  title: "Describe of an id or a uid that nothing has answers NOT_FOUND",
  async run(ctx) {
    const unknown = ctx.settings.newUid();
    const call = { signal: ctx.signal };
    await ctx.refused(ctx.client.describe(DescribeRequest.create({ uid: unknown }), call), "NOT_FOUND", "Describe of an unknown uid");
    const { id } = await ctx.make();
    await ctx.destroy({ id, uid: (await ctx.describe({ id })).uid });
    await ctx.refused(ctx.client.describe(DescribeRequest.create({ id }), call), "NOT_FOUND", "Describe of an id that is gone");
  },
};

const deleteForeign: Rule = {
  id: "delete-foreign",
  title: "Delete with another uid than the machine's is refused with FORBIDDEN and changes nothing",
  async run(ctx) {
    const machine = await ctx.make();
    const request = DeleteRequest.create({ id: machine.id, uid: ctx.settings.newUid() });
    await ctx.refused(ctx.client.delete(request, { signal: ctx.signal }), "FORBIDDEN", "Delete with a foreign uid");
    await checkUnchanged(ctx, machine);
  },
};

const powerForeign: Rule = {
  id: "power-foreign",
  title: "Power with another uid than the machine's is refused with FORBIDDEN and changes nothing",
  async run(ctx) {
    const machine = await ctx.make();
    const request = PowerRequest.create({
      id: machine.id,
      uid: ctx.settings.newUid(),
      operation: ctx.capabilities.powerOperations.includes(PowerOperation.OFF) ? PowerOperation.OFF : ctx.capabilities.powerOperations[0],
    });
    await ctx.refused(ctx.client.power(request, { signal: ctx.signal }), "FORBIDDEN", "Power with a foreign uid");
    await checkUnchanged(ctx, machine);
  },
};

const reconfigureForeign: Rule = {
  id: "reconfigure-foreign",
  title: "Reconfigure with another uid than the machine's is refused with FORBIDDEN and changes nothing",
  async run(ctx) {
    const spec = ctx.spec();
    const machine = await ctx.make(spec);
    const larger = { ...spec, hardware: { ...spec.hardware, memoryMib: ctx.settings.memoryMiB * 2 } };
    const request = ReconfigureRequest.create({ id: machine.id, uid: ctx.settings.newUid(), spec: larger, allowRestart: true });
    await ctx.refused(ctx.client.reconfigure(request, { signal: ctx.signal }), "FORBIDDEN", "Reconfigure with a foreign uid");
    await checkUnchanged(ctx, machine);
  },
};

const platformExpected: Rule = {
  id: "platform-expected",
  title: "a call that is meant for another platform is refused with CONFLICT and does nothing; one that is meant for this platform is done",
  async run(ctx) {
    const { client, signal } = ctx;
    const { platformId } = await client.validate({}, { signal });
    const there = { signal, expectedPlatform: platformId };
    const elsewhere = { signal, expectedPlatform: platformId === "elsewhere" ? "elsewhere-2" : "elsewhere" };
    const machine = await ctx.make();
    const { id, uid } = machine;
    const request = ctx.createRequest();
    const [first = PowerOperation.OFF] = ctx.capabilities.powerOperations;
    const operation = ctx.capabilities.powerOperations.includes(PowerOperation.OFF) ? PowerOperation.OFF : first;
    const spec = ctx.spec({ hardware: { cpus: ctx.settings.cpus, memoryMib: ctx.settings.memoryMiB * 2 } });
    const calls: [string, Promise<unknown>][] = [
      ["Create", client.create(request, elsewhere)],
      ["Power", client.power(PowerRequest.create({ id, uid, operation }), elsewhere)],
      ["Reconfigure", client.reconfigure(ReconfigureRequest.create({ id, uid, spec, allowRestart: true }), elsewhere)],
      ["Describe", client.describe(DescribeRequest.create({ id }), elsewhere)],
      ["Delete", client.delete(DeleteRequest.create({ id, uid }), elsewhere)],
    ];
    // All have gone out: each is waited for, whichever is not refused.
    const outcomes = calls.map(([name, call]) => ctx.refused(call, "CONFLICT", `${name} that is meant for another platform`));
    await Promise.allSettled(outcomes);
    await Promise.all(outcomes);
    await checkUnchanged(ctx, machine);
    await ctx.refused(ctx.describe({ uid: request.uid }), "NOT_FOUND", "Describe of what was to be made on another platform");
    await ctx.settle((await client.delete(DeleteRequest.create({ id, uid }), there)).task);
    await ctx.untilGone({ id });
  },
};

export const identityRules: Rule[] = [
  marksInDescribe,
  marksInList,
  describeByUid,
  describeUnknown,
  deleteForeign,
  powerForeign,
  reconfigureForeign,
  platformExpected,
];
