import { GetDiskRequest, ListOffersRequest, MachineState, PowerState, type VirtualMachineSpec } from "@remuda/contract";
import type { RuleContext } from "../context";
import { all, capability, service, setting, source } from "../declared";
import { importBytes } from "../disk-content";
import { check, checkEqual, present, skip } from "../expect";
import type { Rule } from "../rule";

type Source = NonNullable<VirtualMachineSpec["source"]>;

/** A machine of its own comes of it, with its marks. */
async function checkMade(ctx: RuleContext, from: Source): Promise<undefined> {
  const machine = await ctx.make({ source: from });
  checkEqual(machine.state, MachineState.READY, "state");
  checkEqual(machine.owner, ctx.owner, "owner");
}

/** The clone is a machine of its own, and its origin is as it was. */
async function checkCloned(ctx: RuleContext, linked: boolean): Promise<undefined> {
  const origin = await ctx.make({ powerState: PowerState.OFF });
  const clone = await ctx.make({ source: { $case: "virtualMachine", value: { id: origin.id, linked } }, powerState: PowerState.OFF });
  check(clone.id !== origin.id, "the clone has its origin's id");
  check(clone.uid !== origin.uid, "the clone has its origin's uid");
  const ofOrigin = new Set(origin.disks.map(({ id }) => id));
  check(!clone.disks.some(({ id }) => id !== "" && ofOrigin.has(id)), "the clone has a disk of its origin");
  await ctx.destroy(clone);
  const after = await ctx.describe(origin);
  checkEqual(
    after.disks.map(({ id }) => id),
    origin.disks.map(({ id }) => id),
    "the origin's disks when its clone is gone",
  );
}

const sourceImage: Rule = {
  id: "source-image",
  title: "a machine is made from an image, and an image that is not there is refused with NOT_FOUND or INVALID_SPEC",
  requires: source("image"),
  async run(ctx) {
    if (ctx.image === undefined) return skip("no image is known: settings.image");
    await checkMade(ctx, { $case: "image", value: ctx.image });
    const missing = ctx.createRequest({ source: { $case: "image", value: "no-such-image-f00d" } });
    const refused = ctx.create(missing).then(({ task }) => ctx.settle(task));
    await ctx.refused(refused, ["NOT_FOUND", "INVALID_SPEC"], "Create from an unknown image");
  },
};

const sourceTemplate: Rule = {
  id: "source-template",
  title: "a machine is made from a template",
  requires: all(source("template"), setting("template")),
  run: (ctx) => checkMade(ctx, { $case: "template", value: ctx.settings.template ?? "" }),
};

const sourceClone: Rule = {
  id: "source-clone",
  title: "a full clone is a machine with disks of its own, and its deletion leaves the origin as it was",
  requires: source("virtual_machine"),
  run: (ctx) => checkCloned(ctx, false),
};

const sourceLinkedClone: Rule = {
  id: "source-linked-clone",
  title: "a linked clone is a machine of its own, and its deletion leaves the origin as it was",
  requires: all(source("virtual_machine"), capability("linkedClones")),
  run: (ctx) => checkCloned(ctx, true),
};

const sourceCloneMissing: Rule = {
  id: "source-clone-missing",
  title: "a clone of a machine that is not there is refused with NOT_FOUND and makes nothing",
  requires: source("virtual_machine"),
  async run(ctx) {
    const origin = await ctx.make();
    await ctx.destroy(origin);
    const request = ctx.createRequest({ source: { $case: "virtualMachine", value: { id: origin.id } } });
    await ctx.refused(
      ctx.create(request).then(({ task }) => ctx.settle(task)),
      "NOT_FOUND",
      "a clone of nothing",
    );
  },
};

const sourceDisk: Rule = {
  id: "source-disk",
  title: "an imported disk becomes a machine's first disk",
  requires: all(source("disk"), service("DiskService")),
  async run(ctx) {
    const disk = await importBytes(ctx);
    const machine = await ctx.make({ source: { $case: "disk", value: disk.id }, disks: [] });
    checkEqual(
      machine.disks.map(({ capacityBytes }) => capacityBytes),
      [disk.capacityBytes],
      "the sizes of the machine's disks",
    );
    const { virtualMachineId } = await ctx.client.getDisk(GetDiskRequest.create({ id: present(machine.disks[0], "a disk").id }), {
      signal: ctx.signal,
    });
    checkEqual(virtualMachineId, machine.id, "the machine that GetDisk names");
  },
};

const sourceRetainedDisk: Rule = {
  id: "source-retained-disk",
  title: "a disk with `retain` outlives its machine, alone of its disks, and becomes another machine's first disk",
  requires: all(source("disk"), service("DiskService")),
  async run(ctx) {
    const data = (name: string, retain: boolean) => ({ name, sizeGib: 1, retain });
    const first = await ctx.make({ disks: [...ctx.spec().disks, data("kept", true), data("dropped", false)] });
    const idOf = (name: string) =>
      present(
        first.disks.find((disk) => disk.name === name),
        `the machine's disk "${name}"`,
      ).id;
    const [kept, dropped] = [idOf("kept"), idOf("dropped")];
    await ctx.destroy(first);
    const get = (id: string) => ctx.client.getDisk(GetDiskRequest.create({ id }), { signal: ctx.signal });
    const { disk, virtualMachineId } = await get(kept);
    checkEqual([disk?.id, virtualMachineId], [kept, ""], "the retained disk and its machine, when that is gone");
    await ctx.refused(get(dropped), "NOT_FOUND", "GetDisk of a disk that went with its machine");
    const second = await ctx.make({ source: { $case: "disk", value: kept }, disks: [] });
    checkEqual(
      second.disks.map(({ capacityBytes }) => capacityBytes),
      [disk?.capacityBytes],
      "the sizes of the disks of the machine that was made from it",
    );
  },
};

const sourceInstanceType: Rule = {
  id: "source-instance-type",
  title: "a machine is made from an instance type, without hardware in the spec",
  requires: all(source("instance_type"), setting("instanceType")),
  async run(ctx) {
    const value = { name: ctx.settings.instanceType ?? "", image: ctx.image ?? "" };
    const machine = await ctx.make({ source: { $case: "instanceType", value }, hardware: undefined });
    checkEqual(machine.state, MachineState.READY, "state");
  },
};

const sourceOffer: Rule = {
  id: "source-offer",
  title: "a machine is made from an offer, without hardware in the spec",
  requires: all(source("offer"), service("OfferService")),
  async run(ctx) {
    const { offers } = await ctx.client.listOffers(ListOffersRequest.create({ pageSize: 1 }), { signal: ctx.signal });
    const [offer] = offers;
    if (!offer) return skip("no offer can be had now");
    const machine = await ctx.make({ source: { $case: "offer", value: { id: offer.id, image: ctx.image ?? "" } }, hardware: undefined });
    checkEqual(machine.state, MachineState.READY, "state");
  },
};

const sourceEmpty: Rule = {
  id: "source-empty",
  title: "a machine is made with an empty first disk",
  requires: source("empty"),
  async run(ctx) {
    const machine = await ctx.make({ source: { $case: "empty", value: {} }, disks: [{ name: "root", sizeGib: 1, boot: true }] });
    checkEqual(machine.state, MachineState.READY, "state");
    check(machine.disks.length > 0, "the machine has no disk");
  },
};

const sourceUndeclared: Rule = {
  id: "source-undeclared",
  title: "a source that is not declared is refused with UNSUPPORTED and makes nothing",
  async run(ctx) {
    const { sources, linkedClones } = ctx.capabilities;
    const tries: [string, Source][] = [
      ["image", { $case: "image", value: "x" }],
      ["template", { $case: "template", value: "x" }],
      ["virtual_machine", { $case: "virtualMachine", value: { id: "x", snapshotId: "", linked: false } }],
      ["disk", { $case: "disk", value: "x" }],
      ["instance_type", { $case: "instanceType", value: { name: "x", image: "" } }],
      ["offer", { $case: "offer", value: { id: "x", image: "" } }],
      ["empty", { $case: "empty", value: {} }],
    ];
    const undeclared = tries.filter(([name]) => !sources.includes(name));
    if (sources.includes("virtual_machine") && !linkedClones) {
      const { id } = await ctx.shared();
      undeclared.push(["linked clone", { $case: "virtualMachine", value: { id, snapshotId: "", linked: true } }]);
    }
    if (undeclared.length === 0) return skip("every source is declared");
    for (const [name, value] of undeclared)
      await ctx.refused(ctx.create(ctx.createRequest({ source: value })), "UNSUPPORTED", `source ${name}`);
    checkEqual(await ctx.list(), [], "the owner's list after the refused calls");
  },
};

export const sourceRules: Rule[] = [
  sourceImage,
  sourceTemplate,
  sourceClone,
  sourceLinkedClone,
  sourceCloneMissing,
  sourceDisk,
  sourceRetainedDisk,
  sourceInstanceType,
  sourceOffer,
  sourceEmpty,
  sourceUndeclared,
];
