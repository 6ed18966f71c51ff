import {
  type CreateRequest,
  type FieldViolation,
  invalidSpec,
  MachineState,
  MarketType,
  PowerState,
  ProviderError,
  type VirtualMachineSpec,
} from "@remuda/contract";
import type { Created } from "@remuda/provider-kit";
import { machineView } from "./machine-view";
import type { DiskRecord, MachineRecord, Problem, Work } from "./records";
import { resolveSource, type Source } from "./source";
import { usageOf } from "./usage";
import type { World } from "./world";

/** Settings that only this platform has, in a spec's `options`. */
export const knownOptions = ["guest_shutdown_ms"] as const;
export const storages = ["local"];
/** A linked clone's disk holds only what differs. */
const linkedDiskGib = 1;

/** Machine, leases, capacity and task come into being in one record and one transaction. */
export function create(world: World, request: CreateRequest): Created {
  const { machines } = world;
  const existing = machines.byUid(request.uid);
  if (existing) return again(world, existing, request);
  const { spec } = request;
  if (!spec) throw invalidSpec([{ field: "spec", description: "is required" }]);
  const other = machines.byName(spec.name);
  if (other) throw new ProviderError("ALREADY_EXISTS", `${other.id} is named ${spec.name} already`, { metadata: { id: other.id } });

  const source = resolveSource(world, spec);
  const planned = plan(world, request, spec, source);
  const demand = {
    usage: usageOf(planned),
    gpus: planned.shape.hardware.gpus,
    placement: spec.placement,
    ...(source.host !== undefined && { pinnedTo: source.host }),
  };
  // The disk's own room becomes the machine's.
  if (source.disk) world.freeDisks.remove(source.disk.disk.id);
  try {
    machines.put({ ...planned, host: source.rental ? "" : world.hosts.place(demand) });
  } catch (error) {
    if (source.disk) world.freeDisks.put(source.disk);
    throw error;
  }
  world.note("created", { id: planned.id, uid: planned.uid, name: planned.name });
  return begin(world, planned.id, spec.powerState);
}

/** The same uid once more. What was interrupted is taken up again; all else is answered as it is, whatever the spec says now. */
function again(world: World, machine: MachineRecord, { owner, spec }: CreateRequest): Created {
  if (machine.owner !== owner) throw new ProviderError("FORBIDDEN", `${machine.id} belongs to another owner`);
  if (machine.state === MachineState.DELETING) throw new ProviderError("CONFLICT", `${machine.id} is being deleted`, { retryAfterMs: 500 });
  if (machine.state === MachineState.FAILED && machine.problem?.reason === "INTERRUPTED") {
    const { problem: _, ...rest } = machine;
    world.machines.put({ ...rest, state: MachineState.CREATING });
    return begin(world, machine.id, spec?.powerState ?? PowerState.ON);
  }
  return { virtualMachine: machineView(machine), ...(machine.task !== undefined && { task: machine.task }) };
}

function begin(world: World, machineId: string, power: PowerState): Created {
  const task = world.tasks.start({ kind: "create", machineId, power: power || PowerState.ON }, world.latencyMs.create);
  const machine = world.machines.get(machineId);
  if (!machine) throw new ProviderError("INTERNAL", `${machineId} is gone`);
  return { virtualMachine: machineView(machine), ...(task !== undefined && { task }) };
}

export function settleCreate({ machines }: World, work: Work & { kind: "create" }, problem: Problem | undefined): void {
  const machine = machines.get(work.machineId);
  if (machine?.state !== MachineState.CREATING) return;
  const { task: _, ...rest } = machine;
  machines.put(problem ? { ...rest, state: MachineState.FAILED, problem } : { ...rest, state: MachineState.READY, power: work.power });
}

function plan(world: World, { uid, owner }: CreateRequest, spec: VirtualMachineSpec, source: Source): MachineRecord {
  const disks = planDisks(world, spec, source);
  const guestShutdownMs = readOptions(spec.options);
  return {
    id: world.nextId("vm"),
    uid,
    owner,
    name: spec.name,
    state: MachineState.CREATING,
    power: PowerState.OFF,
    shape: { hardware: source.hardware, disks, nics: world.networks.plan(spec.interfaces) },
    host: "",
    placement: source.rental
      ? { ...noPlacement, ...spec.placement, region: source.rental.type.region, zone: source.rental.type.zone }
      : spec.placement,
    instanceType: source.rental?.type.name ?? "",
    labels: { ...spec.labels },
    market: source.rental?.market ?? MarketType.UNSPECIFIED,
    pricePerHour: source.rental?.pricePerHour ?? 0,
    createMs: world.clock.now(),
    hostname: spec.cloudInit?.hostname || spec.name,
    operatingSystem: source.operatingSystem,
    snapshots: [],
    currentSnapshot: "",
    ...(source.rental && { offer: source.rental.offer }),
    ...(source.origin && { origin: source.origin }),
    ...(guestShutdownMs !== undefined && { guestShutdownMs }),
  };
}

function planDisks(world: World, spec: VirtualMachineSpec, { boot, further, disk: own }: Source): DiskRecord[] {
  const declared = spec.disks.findIndex((disk) => disk.boot);
  const bootSpec = spec.disks[declared];
  const violations: FieldViolation[] = checkStorages(spec);
  if (bootSpec && bootSpec.sizeGib > 0 && bootSpec.sizeGib < boot.sizeGib && boot.content !== "seed:empty") {
    violations.push({
      field: `spec.disks[${declared}].size_gib`,
      description: `the source needs ${boot.sizeGib}, not ${bootSpec.sizeGib}`,
    });
  }
  if (violations.length > 0) throw invalidSpec(violations);
  const sizeGib = bootSpec?.sizeGib || boot.sizeGib;
  const first: DiskRecord = {
    id: own?.disk.id ?? world.nextId("disk"),
    name: bootSpec?.name ?? "boot",
    sizeGib,
    reservedGib: boot.linked ? linkedDiskGib : sizeGib,
    boot: true,
    storage: "local",
    retain: bootSpec?.retain ?? false,
    content: boot.content,
  };
  const rest = spec.disks.filter((disk) => disk !== bootSpec);
  const cloned =
    rest.length > 0
      ? []
      : further.map((disk) => ({
          ...disk,
          id: world.nextId("disk"),
          inherited: true,
          reservedGib: boot.linked ? linkedDiskGib : disk.sizeGib,
        }));
  return [first, ...rest.map((disk) => dataDisk(world, disk)), ...cloned];
}

export function dataDisk(world: World, { name, sizeGib, retain }: { name: string; sizeGib: number; retain: boolean }): DiskRecord {
  return { id: world.nextId("disk"), name, sizeGib, reservedGib: sizeGib, boot: false, storage: "local", retain, content: "seed:empty" };
}

export function checkStorages({ disks }: VirtualMachineSpec): FieldViolation[] {
  return disks.flatMap(({ storage }, index) =>
    storage === "" || storages.includes(storage)
      ? []
      : [{ field: `spec.disks[${index}].storage`, description: `no such storage: "${storage}"; there is ${storages.join(", ")}` }],
  );
}

function readOptions(options: Readonly<Record<string, unknown>> | undefined): number | undefined {
  const unknown = Object.keys(options ?? {}).filter((key) => !knownOptions.some((known) => known === key));
  if (unknown.length > 0) {
    throw invalidSpec(
      unknown.map((key) => ({ field: `spec.options.${key}`, description: `is not known; there is ${knownOptions.join(", ")}` })),
    );
  }
  const value = options?.guest_shutdown_ms;
  if (value === undefined) return undefined;
  if (typeof value !== "number" || value < 0)
    throw invalidSpec([{ field: "spec.options.guest_shutdown_ms", description: "milliseconds, 0 or more" }]);
  return value;
}

const noPlacement = { region: "", zone: "", cluster: "", host: "", resourcePool: "", folder: "", antiAffinityGroup: "" };
