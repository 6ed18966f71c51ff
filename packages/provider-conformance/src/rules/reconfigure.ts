import {
  Change,
  type Disk,
  Firmware,
  HardwareFeature,
  type NetworkInterface,
  PowerState,
  ReconfigureRequest,
  type ReconfigureResponse,
  type VirtualMachine,
  type VirtualMachineSpec,
} from "@remuda/contract";
import type { RuleContext } from "../context";
import { nameOf, setting, valuesOf } from "../declared";
import { check, checkEqual, present, skip } from "../expect";
import type { Facts, Rule } from "../rule";

const gib = 2 ** 30;

/** One change: how a spec asks for it, and how a machine shows it. */
interface Variation {
  /** The spec that the machine is made with. */
  before(spec: VirtualMachineSpec, ctx: RuleContext): VirtualMachineSpec;
  after(spec: VirtualMachineSpec, ctx: RuleContext): VirtualMachineSpec;
  shown(machine: VirtualMachine): unknown;
  /** What `shown` answers once it is changed. */
  expected(spec: VirtualMachineSpec): unknown;
  requires?(facts: Facts): string | undefined;
}

const same = (spec: VirtualMachineSpec) => spec;
const hardware = (spec: VirtualMachineSpec) => present(spec.hardware, "spec.hardware");
const times =
  (field: "cpus" | "memoryMib", factor: number) =>
  (spec: VirtualMachineSpec): VirtualMachineSpec => {
    const { hotAdd, ...rest } = hardware(spec);
    return { ...spec, hardware: { ...rest, [field]: rest[field] * factor, hotAdd } };
  };
const ofHardware = (field: "cpus" | "memoryMib") => ({
  shown: (machine: VirtualMachine) => machine.hardware?.[field],
  expected: (spec: VirtualMachineSpec) => hardware(spec)[field],
});
const disk = (name: string, sizeGib: number, boot = false): Disk => ({ name, sizeGib, boot, storage: "", bus: "", retain: false });
const withDisk = (spec: VirtualMachineSpec): VirtualMachineSpec => ({ ...spec, disks: [...spec.disks, disk("data", 1)] });
const sizeOf = (name: string) => (machine: VirtualMachine) => machine.disks.find((each) => each.name === name)?.capacityBytes;
const names = (items: readonly { name: string }[]) => items.map(({ name }) => name).filter((name) => name === "data" || name === "net9");

const withNic = (spec: VirtualMachineSpec, ctx: RuleContext): VirtualMachineSpec => {
  const nic = { name: "net9", network: ctx.settings.network ?? "", addresses: [], nameservers: [] };
  return {
    ...spec,
    interfaces: [...spec.interfaces, { macAddress: "", model: "", vlan: 0, gateway: "", ...nic } satisfies NetworkInterface],
  };
};
const networkKnown = setting("network");

const variations: Record<Exclude<Change, 0>, Variation> = {
  [Change.CPUS_UP]: { before: same, after: times("cpus", 2), ...ofHardware("cpus") },
  [Change.CPUS_DOWN]: { before: times("cpus", 2), after: times("cpus", 1 / 2), ...ofHardware("cpus") },
  [Change.MEMORY_UP]: { before: same, after: times("memoryMib", 2), ...ofHardware("memoryMib") },
  [Change.MEMORY_DOWN]: { before: times("memoryMib", 2), after: times("memoryMib", 1 / 2), ...ofHardware("memoryMib") },
  [Change.DISK_GROW]: {
    before: withDisk,
    after: (spec) => ({ ...spec, disks: spec.disks.map((each) => (each.name === "data" ? { ...each, sizeGib: 2 } : each)) }),
    shown: sizeOf("data"),
    expected: () => 2 * gib,
  },
  [Change.DISK_ADD]: { before: same, after: withDisk, shown: sizeOf("data"), expected: () => gib },
  [Change.DISK_REMOVE]: {
    before: withDisk,
    after: (spec) => ({ ...spec, disks: spec.disks.filter(({ name }) => name !== "data") }),
    shown: (machine) => names(machine.disks),
    expected: () => [],
  },
  [Change.INTERFACE_ADD]: {
    before: same,
    after: withNic,
    shown: (machine) => names(machine.interfaces),
    expected: () => ["net9"],
    requires: networkKnown,
  },
  [Change.INTERFACE_REMOVE]: {
    before: withNic,
    after: (spec) => ({ ...spec, interfaces: spec.interfaces.filter(({ name }) => name !== "net9") }),
    shown: (machine) => names(machine.interfaces),
    expected: () => [],
    requires: networkKnown,
  },
  [Change.LABELS]: {
    before: (spec) => ({ ...spec, labels: { colour: "red" } }),
    after: (spec) => ({ ...spec, labels: { shape: "round" } }),
    shown: ({ labels }) => labels,
    expected: ({ labels }) => labels,
  },
  [Change.GPUS]: {
    before: same,
    after: (spec, { settings }) => ({
      ...spec,
      hardware: { ...hardware(spec), gpus: [{ name: settings.gpu ?? "", count: 1, memoryMib: 0, device: "" }] },
    }),
    shown: (machine) => machine.hardware?.gpus.reduce((sum, { count }) => sum + count, 0),
    expected: () => 1,
    requires: setting("gpu"),
  },
  [Change.FIRMWARE]: {
    before: same,
    after: (spec) => ({ ...spec, hardware: { ...hardware(spec), firmware: Firmware.UEFI } }),
    shown: (machine) => machine.hardware?.firmware,
    expected: () => Firmware.UEFI,
    requires: ({ capabilities }) =>
      capabilities.hardwareFeatures.includes(HardwareFeature.UEFI) ? undefined : "not declared: hardware feature UEFI",
  },
};

const reconfigure = (
  ctx: RuleContext,
  { id, uid }: { id: string; uid: string },
  spec: VirtualMachineSpec,
  allowRestart: boolean,
): Promise<ReconfigureResponse> =>
  ctx.client.reconfigure(ReconfigureRequest.create({ id, uid, spec, allowRestart }), { signal: ctx.signal });

/** Room for what may grow while the machine runs. */
function roomy(spec: VirtualMachineSpec, { capabilities, settings }: RuleContext): VirtualMachineSpec {
  const maxCpus = capabilities.liveChanges.includes(Change.CPUS_UP) ? settings.cpus * 4 : 0;
  const maxMemoryMib = capabilities.liveChanges.includes(Change.MEMORY_UP) ? settings.memoryMiB * 4 : 0;
  return maxCpus + maxMemoryMib === 0 || !spec.hardware
    ? spec
    : { ...spec, hardware: { ...spec.hardware, hotAdd: { maxCpus, maxMemoryMib } } };
}

/** A running machine, and the spec that asks for one change of it. */
async function prepare(ctx: RuleContext, change: Exclude<Change, 0>) {
  const variation = variations[change];
  const before = variation.before(roomy(ctx.spec(), ctx), ctx);
  const machine = await ctx.make(before);
  return { variation, machine, spec: variation.after(before, ctx) };
}

const lower = (change: Change) => nameOf(Change, change).toLowerCase().replaceAll("_", "-");
const declared = ({ capabilities: { liveChanges, restartChanges } }: Facts, change: Change) =>
  liveChanges.includes(change) || restartChanges.includes(change);

const changeRules = (valuesOf(Change) as Exclude<Change, 0>[]).map(
  (change): Rule => ({
    id: `reconfigure-${lower(change)}`,
    title: `${nameOf(Change, change)} is made: live where it is declared so, else with the restart that was allowed; the machine runs afterwards`,
    requires: (facts) =>
      declared(facts, change) ? variations[change].requires?.(facts) : `not declared: change ${nameOf(Change, change)}`,
    async run(ctx) {
      const { variation, machine, spec } = await prepare(ctx, change);
      const live = ctx.capabilities.liveChanges.includes(change);
      const { task, restartRequired } = await reconfigure(ctx, machine, spec, !live);
      checkEqual(
        restartRequired.map((each) => nameOf(Change, each)),
        [],
        "restart_required",
      );
      await ctx.settle(task);
      const after = await ctx.describe(machine);
      checkEqual(variation.shown(after), variation.expected(spec), "what was changed");
      checkEqual(nameOf(PowerState, after.powerState), "ON", "the power state afterwards");
      const again = await reconfigure(ctx, machine, spec, false);
      await ctx.settle(again.task);
      checkEqual(
        again.restartRequired.map((each) => nameOf(Change, each)),
        [],
        "restart_required of the same Reconfigure again",
      );
    },
  }),
);

const restartRequiredRule: Rule = {
  id: "reconfigure-restart-required",
  title: "what needs a restart that was not allowed is answered in restart_required and left as it was",
  async run(ctx) {
    const { liveChanges, restartChanges } = ctx.capabilities;
    const change = restartChanges.find(
      (each): each is Exclude<Change, 0> => each !== 0 && !liveChanges.includes(each) && variations[each].requires?.(ctx) === undefined,
    );
    if (change === undefined) return skip("not declared: a change that needs a restart");
    const { variation, machine, spec } = await prepare(ctx, change);
    const { task, restartRequired } = await reconfigure(ctx, machine, spec, false);
    await ctx.settle(task);
    checkEqual(
      restartRequired.map((each) => nameOf(Change, each)),
      [nameOf(Change, change)],
      "restart_required",
    );
    checkEqual(variation.shown(await ctx.describe(machine)), variation.shown(machine), "what was to be left as it was");
  },
};

const shrink: Rule = {
  id: "reconfigure-shrink",
  title: "a disk that shall shrink is refused with INVALID_SPEC and stays as it was",
  async run(ctx) {
    if (ctx.capabilities.liveChanges.length + ctx.capabilities.restartChanges.length === 0) return skip("not declared: any change");
    const before = ctx.spec();
    const large = { ...before, disks: [...before.disks, disk("data", 2)] };
    const machine = await ctx.make(large);
    const small = { ...before, disks: [...before.disks, disk("data", 1)] };
    const error = await ctx.refused(reconfigure(ctx, machine, small, true), "INVALID_SPEC", "a smaller disk");
    const at = large.disks.length - 1;
    check(
      error.violations.some(({ field }) => field.startsWith(`spec.disks[${at}]`)),
      `the error names ${error.violations.map(({ field }) => field).join(", ") || "no field"}, not spec.disks[${at}]`,
    );
    checkEqual(sizeOf("data")(await ctx.describe(machine)), 2 * gib, "the disk's size");
  },
};

const undeclared: Rule = {
  id: "reconfigure-undeclared",
  title: "a change that is declared nowhere is refused with UNSUPPORTED and not made",
  async run(ctx) {
    const changes = [Change.MEMORY_UP, Change.CPUS_UP, Change.LABELS, Change.DISK_ADD] as const;
    const change = changes.find((each) => !declared(ctx, each));
    if (change === undefined) return skip("every change that could be asked for is declared");
    const { variation, machine, spec } = await prepare(ctx, change);
    await ctx.refused(reconfigure(ctx, machine, spec, true), "UNSUPPORTED", `Reconfigure ${nameOf(Change, change)}`);
    checkEqual(variation.shown(await ctx.describe(machine)), variation.shown(machine), "what was to be left as it was");
  },
};

const nothing: Rule = {
  id: "reconfigure-nothing",
  title: "Reconfigure to what the machine is already is done, asks for no restart and changes nothing",
  async run(ctx) {
    const spec = ctx.spec();
    const machine = await ctx.make(spec);
    const { task, restartRequired } = await reconfigure(ctx, machine, spec, false);
    await ctx.settle(task);
    checkEqual(
      restartRequired.map((each) => nameOf(Change, each)),
      [],
      "restart_required",
    );
    const after = await ctx.describe(machine);
    checkEqual([after.hardware, after.powerState], [machine.hardware, machine.powerState], "hardware and power state");
  },
};

export const reconfigureRules: Rule[] = [...changeRules, restartRequiredRule, shrink, undeclared, nothing];
