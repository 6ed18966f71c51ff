import {
  type FieldViolation,
  type Hardware,
  invalidSpec,
  MachineState,
  MarketType,
  ProviderError,
  type VirtualMachineSpec,
} from "@remuda/contract";
import { defaultCloudImage } from "./catalog";
import { requireImage } from "./images";
import type { DiskRecord, FreeDiskRecord, MachineRecord } from "./records";
import type { Rental } from "./rentals";
import type { World } from "./world";

/** What a machine is made from, looked up. */
export interface Source {
  hardware: Hardware;
  /** Size and content of the first disk. */
  boot: { sizeGib: number; content: string; linked: boolean };
  /** Further disks that come along where the spec names none. */
  further: readonly DiskRecord[];
  operatingSystem: string;
  /** Only there are the disks that it needs. */
  host?: string;
  rental?: Rental;
  origin?: { machineId: string; snapshotId: string };
  /** It becomes the first disk itself. */
  disk?: FreeDiskRecord;
}

const emptyDiskGib = 8;

export function resolveSource(world: World, spec: VirtualMachineSpec): Source {
  const { source } = spec;
  if (!source) throw invalidSpec([{ field: "spec.source", description: "is required" }]);
  switch (source.$case) {
    case "image":
      return fromImage(world, source.value, "spec.image", requireHardware(spec));
    case "template":
      return fromImage(world, source.value.replace(/^templates\//, ""), "spec.template", requireHardware(spec));
    case "empty":
      return {
        hardware: requireHardware(spec),
        boot: { sizeGib: emptyDiskGib, content: "seed:empty", linked: false },
        further: [],
        operatingSystem: "",
      };
    case "disk":
      return fromDisk(world, source.value, requireHardware(spec));
    case "virtualMachine":
      return fromMachine(world, source.value, spec);
    case "instanceType": {
      const rental = world.rentals.byInstanceType(source.value.name, spec.market, spec.placement);
      return fromRental(world, rental, source.value.image, "spec.instance_type.image");
    }
    case "offer":
      return fromRental(world, world.rentals.byOffer(source.value.id, spec.market), source.value.image, "spec.offer.image");
  }
}

function requireHardware({ hardware, market }: VirtualMachineSpec): Hardware {
  const violations: FieldViolation[] = [];
  if (!hardware?.cpus) violations.push({ field: "spec.hardware.cpus", description: "is required with this source" });
  if (!hardware?.memoryMib) violations.push({ field: "spec.hardware.memory_mib", description: "is required with this source" });
  if (market?.type === MarketType.SPOT)
    violations.push({ field: "spec.market.type", description: "only offers and instance types are sold as spot" });
  if (violations.length > 0 || !hardware) throw invalidSpec(violations);
  const fixed = hardware.gpus.findIndex((gpu) => gpu.device !== "");
  if (fixed >= 0) throw invalidSpec([{ field: `spec.hardware.gpus[${fixed}].device`, description: "the simulator chooses the device" }]);
  return plainHardware(hardware);
}

function fromImage({ images }: World, name: string, field: string, hardware: Hardware): Source {
  const image = requireImage(images, name, field);
  return {
    hardware,
    boot: { sizeGib: image.sizeGib, content: `seed:image/${name}`, linked: false },
    further: [],
    operatingSystem: image.operatingSystem,
  };
}

function fromDisk({ freeDisks, machines }: World, id: string, hardware: Hardware): Source {
  const record = freeDisks.get(id);
  if (!record) {
    const user = [...machines.all()].find((machine) => machine.shape.disks.some((disk) => disk.id === id));
    if (user) throw new ProviderError("CONFLICT", `disk ${id} is attached to ${user.id}`);
    throw invalidSpec([{ field: "spec.disk", description: `no such disk: "${id}"` }]);
  }
  const { disk, host } = record;
  return {
    hardware,
    boot: { sizeGib: disk.sizeGib, content: disk.content, linked: false },
    further: [],
    operatingSystem: "Linux",
    host,
    disk: record,
  };
}

function fromMachine({ machines }: World, clone: { id: string; snapshotId: string; linked: boolean }, spec: VirtualMachineSpec): Source {
  const origin = machines.get(clone.id);
  if (!origin) throw new ProviderError("NOT_FOUND", `no machine ${clone.id} to clone`);
  if (origin.state !== MachineState.READY)
    throw new ProviderError("CONFLICT", `${origin.id} is not ready to be cloned`, { retryAfterMs: 500 });
  if (origin.offer !== undefined)
    throw new ProviderError("UNSUPPORTED", `${origin.id} is an instance; only machines on hosts can be cloned`);
  const shape = shapeToClone(origin, clone.snapshotId);
  const boot = shape.disks.find((disk) => disk.boot);
  if (!boot) throw new ProviderError("CONFLICT", `${origin.id} has no boot disk`);
  return {
    hardware: spec.hardware?.cpus ? requireHardware(spec) : plainHardware(shape.hardware),
    boot: { sizeGib: boot.sizeGib, content: boot.content, linked: clone.linked },
    further: shape.disks.filter((disk) => disk !== boot),
    operatingSystem: origin.operatingSystem,
    ...(clone.linked && { host: origin.host, origin: { machineId: origin.id, snapshotId: clone.snapshotId } }),
  };
}

function shapeToClone(origin: MachineRecord, snapshotId: string): MachineRecord["shape"] {
  if (!snapshotId) return origin.shape;
  const snapshot = origin.snapshots.find(({ id, ready }) => id === snapshotId && ready);
  if (!snapshot)
    throw invalidSpec([{ field: "spec.virtual_machine.snapshot_id", description: `${origin.id} has no such snapshot: "${snapshotId}"` }]);
  return snapshot.shape;
}

function fromRental(world: World, rental: Rental, image: string, field: string): Source {
  const { type } = rental;
  const hardware: Hardware = {
    cpus: type.cpus,
    coresPerSocket: 0,
    memoryMib: type.memoryMib,
    firmware: 0,
    secureBoot: false,
    tpm: false,
    nestedVirtualization: false,
    hotAdd: undefined,
    gpus: [type.gpu],
  };
  const source = fromImage(world, image || defaultCloudImage, field, hardware);
  return { ...source, boot: { ...source.boot, sizeGib: Math.max(source.boot.sizeGib, type.diskGib) }, rental };
}

/** Only what is kept: bytes of unknown fields would not survive JSON. */
export function plainHardware(hardware: Hardware): Hardware {
  const { cpus, coresPerSocket, memoryMib, firmware, secureBoot, tpm, nestedVirtualization, hotAdd, gpus } = hardware;
  return {
    cpus,
    coresPerSocket,
    memoryMib,
    firmware,
    secureBoot,
    tpm,
    nestedVirtualization,
    hotAdd: hotAdd && { maxCpus: hotAdd.maxCpus, maxMemoryMib: hotAdd.maxMemoryMib },
    gpus: gpus.map(({ name, count, memoryMib: each, device }) => ({ name, count, memoryMib: each, device })),
  };
}
