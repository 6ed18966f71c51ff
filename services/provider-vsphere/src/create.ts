import { type CreateRequest, invalidSpec, PowerState, ProviderError, type VirtualMachineSpec } from "@remuda/contract";
import { escapeName, faultOf, type MoRef, type Vim } from "@remuda/vsphere-client";
import { type PlanContext, planChange } from "./change";
import { guestinfo, needsMacs } from "./cloud-init";
import type { Report } from "./jobs";
import { type Machine, namedCards } from "./machine";
import { writeMarks } from "./marks";
import { findOrigin, type Origin, sharedSnapshot } from "./origin";
import { type Resolved, resolvePlacement } from "./placement";
import { only, type Places, pick } from "./places";
import type { Platform } from "./platform";
import { power, reconfigure, settled } from "./steps";

/** A machine that is being made: vCenter's own task, and what comes after it. */
export interface Making {
  /** Undefined where the machine was there already. */
  task: MoRef | undefined;
  finish(report: Report, signal: AbortSignal): Promise<void>;
}

interface Wanted {
  uid: string;
  owner: string;
  spec: VirtualMachineSpec;
}

export function specOf({ spec }: CreateRequest): VirtualMachineSpec {
  if (spec) return spec;
  throw invalidSpec([{ field: "spec", description: "required" }]);
}

/** Checks everything that can be checked before anything is made, and begins. */
export async function beginMaking(platform: Platform, wanted: Wanted, signal: AbortSignal): Promise<Making> {
  const { spec } = wanted;
  const [origin, places] = await Promise.all([findOrigin(platform, spec, signal), platform.places.load(signal)]);
  const placed = resolvePlacement(places, spec, platform.defaults, origin?.machine);
  const context = planContext(platform, places, placed.datacenter.ref, true);
  // Against the origin as against the machine: what can't be is refused before anything is made.
  planChange(origin ? asNew(origin.machine) : nothing, spec, context);
  const task = origin
    ? await clone(platform, wanted, origin, placed, context, signal)
    : await makeEmpty(platform, wanted, places, placed, context, signal);
  return {
    task,
    async finish(report, stop) {
      report(origin ? "cloning" : "creating", 1);
      const made = await settledMachine(platform, task, wanted, stop, (percent) => report(origin ? "cloning" : "creating", percent * 0.8));
      await complete(platform, wanted, made, report, stop);
    },
  };
}

/** Goes on where a making was interrupted. */
export function resumeMaking(platform: Platform, wanted: Wanted, machine: Machine): Making {
  return { task: undefined, finish: (report, signal) => complete(platform, wanted, machine, report, signal) };
}

export function planContext(platform: Platform, places: Places, datacenter: MoRef, fresh: boolean): PlanContext {
  return {
    fresh,
    cards: { places, datacenter, network: platform.defaults.network },
    datastore: (text, field) => (text === "" ? undefined : findDatastore(places, datacenter, text, field)),
  };
}

const findDatastore = (places: Places, datacenter: MoRef, text: string, field: string): MoRef =>
  pick(
    places,
    places.datastores.filter(({ ref }) => places.datacenterOf(ref)?.value === datacenter.value),
    { field, text, kind: "datastore" },
  ).ref;

const marksOf = ({ uid, owner }: Wanted, stage: "making" | "made") => writeMarks({ uid, owner, stage });

async function clone(
  platform: Platform,
  wanted: Wanted,
  origin: Origin,
  { folder, pool, host }: Resolved,
  { datastore }: PlanContext,
  signal: AbortSignal,
): Promise<MoRef> {
  const { spec } = wanted;
  const boot = spec.disks.findIndex((disk) => disk.boot);
  const storage = spec.disks[boot]?.storage || platform.defaults.datastore;
  const snapshot = origin.linked ? await sharedSnapshot(platform, origin, signal) : origin.snapshot;
  return await platform.client.call(
    origin.machine.ref,
    "CloneVM_Task",
    {
      folder,
      name: escapeName(spec.name),
      spec: {
        _typeName: "VirtualMachineCloneSpec",
        location: {
          _typeName: "VirtualMachineRelocateSpec",
          datastore: datastore(storage, `spec.disks[${Math.max(0, boot)}].storage`),
          diskMoveType: origin.linked ? "createNewChildDiskBacking" : "moveAllDiskBackingsAndConsolidate",
          pool,
          host,
        },
        template: false,
        config: {
          _typeName: "VirtualMachineConfigSpec",
          instanceUuid: wanted.uid,
          extraConfig: marksOf(wanted, "making"),
          // cloud-init would take the origin's OVF environment for its own.
          vAppConfigRemoved: true,
        },
        powerOn: false,
        snapshot,
      },
    },
    signal,
  );
}

async function makeEmpty(
  platform: Platform,
  wanted: Wanted,
  places: Places,
  { folder, pool, host, datacenter }: Resolved,
  context: PlanContext,
  signal: AbortSignal,
): Promise<MoRef> {
  const { spec } = wanted;
  const index = Math.max(
    0,
    spec.disks.findIndex((disk) => disk.boot),
  );
  const storage = spec.disks[index]?.storage || platform.defaults.datastore;
  const field = `spec.disks[${index}].storage`;
  const inside = places.datastores.filter(({ ref }) => places.datacenterOf(ref)?.value === datacenter.ref.value);
  const datastore = storage
    ? pick(places, inside, { field, text: storage, kind: "datastore" })
    : only(inside, { field, kind: "datastore" });
  const plan = planChange(nothing, spec, context).whole;
  const guestId = spec.options?.guest_id;
  const config: Vim<"VirtualMachineConfigSpec"> = {
    guestId: typeof guestId === "string" && guestId !== "" ? guestId : "otherLinux64Guest",
    ...plan,
    _typeName: "VirtualMachineConfigSpec",
    name: escapeName(spec.name),
    instanceUuid: wanted.uid,
    files: { _typeName: "VirtualMachineFileInfo", vmPathName: `[${datastore.name}]` },
    extraConfig: [...(plan?.extraConfig ?? []), ...marksOf(wanted, "making")],
  };
  return await platform.client.call(folder, "CreateVM_Task", { config, pool, host }, signal);
}

/** The machine that the task made. A name that the same uid has is no other's: an earlier Create, whose answer was lost, made it. */
async function settledMachine(
  platform: Platform,
  task: MoRef,
  { uid, spec }: Wanted,
  signal: AbortSignal,
  onProgress: (percent: number) => void,
): Promise<Machine> {
  let ref: MoRef;
  try {
    ref = (await settled(platform, task, signal, onProgress)) as MoRef; // The result of both tasks is the machine.
  } catch (error) {
    const taken = faultOf(error, "DuplicateName")?.object;
    const other = taken && (await platform.inventory.read(taken, signal));
    if (other?.marks?.uid === uid) return other;
    if (taken) throw new ProviderError("ALREADY_EXISTS", `there is another machine ${spec.name} in that folder`, { cause: error });
    throw error;
  }
  platform.inventory.touch(ref);
  const made = await platform.inventory.read(ref, signal);
  if (made) return made;
  throw new ProviderError("INTERRUPTED", "the machine is gone again");
}

/** From a machine that is there to one that is as the spec says, and runs if it shall. */
async function complete(platform: Platform, wanted: Wanted, machine: Machine, report: Report, signal: AbortSignal): Promise<void> {
  const { spec, uid } = wanted;
  report("configuring", 80);
  const places = await platform.places.load(signal);
  const datacenter =
    places.datacenterOf(machine.properties.parent) ?? only(places.datacenters, { field: "spec.placement.zone", kind: "datacenter" }).ref;
  const plan = planChange(machine, spec, planContext(platform, places, datacenter, true)).whole;
  const made = marksOf(wanted, "made");
  if (needsMacs(spec)) {
    if (plan) await reconfigure(platform, machine.ref, plan, signal);
    const now = await platform.inventory.read(machine.ref, signal);
    const macs = new Map(
      (now ? namedCards(now) : []).flatMap(({ name, card }) => (card.macAddress ? [[name, card.macAddress] as const] : [])),
    );
    const config = { _typeName: "VirtualMachineConfigSpec" as const, extraConfig: [...guestinfo(spec, uid, macs), ...made] };
    await reconfigure(platform, machine.ref, config, signal);
  } else {
    const extraConfig = [...(plan?.extraConfig ?? []), ...guestinfo(spec, uid, new Map()), ...made];
    await reconfigure(platform, machine.ref, { ...plan, _typeName: "VirtualMachineConfigSpec", extraConfig }, signal);
  }
  if (spec.powerState === PowerState.OFF) return;
  report("starting", 95);
  await power(platform, machine, "poweredOn", signal);
}

/** The origin as the new machine will be: with its devices, off, and nobody's yet. */
const asNew = (origin: Machine): Machine => ({
  ...origin,
  marks: undefined,
  properties: { ...origin.properties, "runtime.powerState": "poweredOff" },
});

const nothing: Machine = {
  ref: { _typeName: "ManagedObjectReference", type: "VirtualMachine", value: "" },
  id: "",
  marks: undefined,
  properties: { "runtime.powerState": "poweredOff" } as Machine["properties"], // Nothing else is known of a machine that is not there.
};
