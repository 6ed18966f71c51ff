import { AdoptRequest, type MachineState, type PowerState, ReleaseRequest, type VirtualMachine } from "@remuda/contract";
import type { RuleContext } from "../context";
import { capability } from "../declared";
import { check, checkEqual, present, skip } from "../expect";
import type { Rule } from "../rule";

const requires = capability("adoption");

/** What is neither a mark nor the id. */
interface Nature {
  name: string;
  state: MachineState;
  powerState: PowerState;
  cpus: number | undefined;
  memoryMib: number | undefined;
  disks: string[];
  macAddresses: string[];
}

const nature = ({ name, state, powerState, hardware, disks, interfaces }: VirtualMachine): Nature => ({
  ...{ name, state, powerState },
  cpus: hardware?.cpus,
  memoryMib: hardware?.memoryMib,
  disks: disks.map(({ id, capacityBytes }) => `${id}: ${capacityBytes}`).sort(),
  macAddresses: interfaces.map(({ macAddress }) => macAddress).sort(),
});

const release = (ctx: RuleContext, machine: { id?: string; uid: string }) =>
  ctx.client.release(ReleaseRequest.create(machine), { signal: ctx.signal });

/** The machine with the marks, which the run removes at its end. */
async function adopt(ctx: RuleContext, id: string, { uid }: { uid: string }): Promise<VirtualMachine> {
  const { virtualMachine } = await ctx.client.adopt(AdoptRequest.create({ id, uid, owner: ctx.owner }), { signal: ctx.signal });
  return present(virtualMachine, "AdoptResponse.virtual_machine");
}

/** A uid that the run removes at its end, whatever bears it then. */
const newUid = (ctx: RuleContext) => ({ uid: ctx.createRequest().uid });

const releases: Rule = {
  id: "release",
  title: "a machine that was released bears no marks, is in no list of its owner, and is as it was else; releasing it again is done",
  requires,
  async run(ctx) {
    const machine = await ctx.make();
    await release(ctx, machine);
    const after = await ctx.describe({ id: machine.id });
    checkEqual({ uid: after.uid, owner: after.owner }, { uid: "", owner: "" }, "the marks after Release");
    checkEqual(nature(after), nature(machine), "the machine after Release");
    checkEqual(await ctx.list(), [], "the owner's list after Release");
    check(
      (await ctx.list("")).some(({ id }) => id === machine.id),
      `the list without an owner lacks ${machine.id}, which was released`,
    );
    await release(ctx, machine);
    await release(ctx, { uid: machine.uid });
    // Without marks nobody could remove it.
    await adopt(ctx, machine.id, newUid(ctx));
  },
};

const adopts: Rule = {
  id: "adopt",
  title:
    "Adopt marks a machine that bears no marks and changes nothing else; the same uid again is done, and the machine can be deleted by it",
  requires,
  async run(ctx) {
    const machine = await ctx.make();
    await release(ctx, machine);
    const mark = newUid(ctx);
    const { id } = await adopt(ctx, machine.id, mark);
    const after = await ctx.describe({ uid: mark.uid });
    checkEqual(
      { id: after.id, uid: after.uid, owner: after.owner },
      { id, uid: mark.uid, owner: ctx.owner },
      "the machine that bears the uid",
    );
    checkEqual(nature(after), nature(machine), "the machine after Adopt");
    for (const { name } of [...after.disks, ...after.interfaces])
      check(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name), `"${name}" is no name that a spec could have`);
    checkEqual((await adopt(ctx, id, mark)).id, id, "the id that the same Adopt answers again");
    checkEqual(
      (await ctx.list()).map((each) => each.uid),
      [mark.uid],
      "the owner's list after Adopt",
    );
    await ctx.destroy({ id, ...mark });
  },
};

const adoptTaken: Rule = {
  id: "adopt-taken",
  title: "Adopt of a machine that bears other marks, and with a uid that another machine bears, is refused with ALREADY_EXISTS",
  requires,
  async run(ctx) {
    const [machine, other] = [await ctx.make(), await ctx.make()];
    const { uid } = newUid(ctx);
    await ctx.refused(adopt(ctx, machine.id, { uid }), "ALREADY_EXISTS", "Adopt of a machine that bears another uid");
    await release(ctx, machine);
    await ctx.refused(adopt(ctx, machine.id, other), "ALREADY_EXISTS", "Adopt with a uid that another machine bears");
    checkEqual((await ctx.describe({ id: machine.id })).uid, "", "the uid after the refused calls");
    checkEqual((await ctx.describe({ uid: other.uid })).id, other.id, "the machine that bears the other uid");
    await adopt(ctx, machine.id, { uid });
  },
};

const adoptUnknown: Rule = {
  id: "adopt-unknown",
  title: "Adopt of an id that nothing has answers NOT_FOUND",
  requires,
  async run(ctx) {
    const { id, uid } = await ctx.make();
    await ctx.destroy({ id, uid });
    await ctx.refused(adopt(ctx, id, newUid(ctx)), "NOT_FOUND", "Adopt of an id that is gone");
  },
};

const releaseForeign: Rule = {
  id: "release-foreign",
  title: "Release with another uid than the machine's is refused with FORBIDDEN and changes nothing",
  requires,
  async run(ctx) {
    const machine = await ctx.make();
    await ctx.refused(release(ctx, { id: machine.id, uid: ctx.settings.newUid() }), "FORBIDDEN", "Release with a foreign uid");
    const { uid, owner } = await ctx.describe({ id: machine.id });
    checkEqual({ uid, owner }, { uid: machine.uid, owner: machine.owner }, "the marks after the refused call");
  },
};

const adoptionUndeclared: Rule = {
  id: "adoption-undeclared",
  title: "Adopt and Release without the capability are refused with UNSUPPORTED",
  async run(ctx) {
    if (ctx.capabilities.adoption) return skip("adoption is declared");
    const { id, uid } = await ctx.make();
    await ctx.refused(release(ctx, { id, uid }), "UNSUPPORTED", "Release");
    await ctx.refused(adopt(ctx, id, newUid(ctx)), "UNSUPPORTED", "Adopt");
    return undefined;
  },
};

export const adoptionRules: Rule[] = [releases, adopts, adoptTaken, adoptUnknown, releaseForeign, adoptionUndeclared];
