import { type Disk, type FieldViolation, invalidSpec, ProviderError, type VirtualMachineSpec } from "@remuda/contract";
import type { StorageVol } from "@remuda/libvirt-client";
import type { DiskDevice, NicDevice } from "./domain-xml";
import type { Host, Pool } from "./host";
import type { MadeVolume } from "./marks";
import { planNics } from "./nics";
import { buildSeed } from "./seed";
import type { Defaults } from "./settings";
import { findImage } from "./source-image";
import type { VolumeShape } from "./volumes";

type Fill = { kind: "new" } | { kind: "copy"; from: StorageVol } | { kind: "bytes"; bytes: Uint8Array };

export interface PlannedVolume {
  pool: Pool;
  made: MadeVolume;
  shape: VolumeShape;
  fill: Fill;
}

/** What a new machine is made of, before anything is made. */
export interface Plan {
  volumes: readonly PlannedVolume[];
  disks: readonly DiskDevice[];
  nics: readonly NicDevice[];
}

export const gib = 2 ** 30;
const buses: Readonly<Record<string, string>> = { virtio: "vd", scsi: "sd", sata: "sd" };
const letters = "abcdefghijklmnopqrstuvwxyz";

/** Names of devices as the guest sees them, in order; none is given twice. */
export function createTargets(taken: Iterable<string> = []) {
  const used = new Set(taken);
  return (bus: string): string => {
    const letter = [...letters].find((each) => !used.has(`${buses[bus]}${each}`));
    if (letter === undefined) throw new ProviderError("UNSUPPORTED", `more than ${letters.length} disks on the bus "${bus}"`);
    const target = `${buses[bus]}${letter}`;
    used.add(target);
    return target;
  };
}

const volumeName = (uid: string, disk: string): string => `remuda-${uid}-${disk}.qcow2`;

export function checkBuses(disks: readonly Disk[]): void {
  const violations = disks.flatMap(({ bus }, index): FieldViolation[] =>
    bus === "" || buses[bus] ? [] : [{ field: `spec.disks[${index}].bus`, description: `must be one of ${Object.keys(buses).join(", ")}` }],
  );
  if (violations.length > 0) throw invalidSpec(violations);
}

/** A further disk, empty. */
export async function planDisk(
  host: Host,
  uid: string,
  { name, sizeGib, storage, bus, boot, retain }: Disk,
  target: (bus: string) => string,
  { pool: defaultPool }: Defaults,
  signal?: AbortSignal,
): Promise<{ volume: PlannedVolume; device: DiskDevice }> {
  const poolName = storage || defaultPool;
  const pool = await host.pool(poolName, signal);
  const shape: VolumeShape = { name: volumeName(uid, name), format: "qcow2", capacityBytes: sizeGib * gib };
  const volume: PlannedVolume = { pool, made: { pool: poolName, name: shape.name, retain }, shape, fill: { kind: "new" } };
  return { volume, device: deviceOf(volume, name, bus || "virtio", target, boot) };
}

function deviceOf(
  { pool, shape }: Pick<PlannedVolume, "pool" | "shape">,
  name: string,
  bus: string,
  target: (bus: string) => string,
  boot: boolean,
): DiskDevice {
  const path = `${pool.folder}/${shape.name}`;
  return { name, target: target(bus), bus, path, format: shape.format, block: isBlock(pool), boot, readonly: false };
}

const isBlock = ({ type }: Pool): boolean => type === "logical" || type === "disk";

/** Looks at the host for everything that the spec names; throws where something isn't there. */
export async function planMachine(
  host: Host,
  uid: string,
  spec: VirtualMachineSpec,
  defaults: Defaults,
  date: Date,
  signal: AbortSignal,
): Promise<Plan> {
  checkBuses(spec.disks);
  const target = createTargets();
  const asked = spec.disks.find(({ boot }) => boot);
  const first: Disk = asked ?? { name: "root", sizeGib: 0, boot: true, storage: "", bus: "", retain: false };
  const { volume, device } = await planDisk(host, uid, first, target, defaults, signal);
  const boot = await fillBoot(host, volume, spec, defaults, signal);
  const volumes = [boot];
  const disks = [device];
  for (const disk of spec.disks) {
    if (disk === asked) continue;
    if (disk.sizeGib === 0) throw invalidSpec([{ field: `spec.disks[${spec.disks.indexOf(disk)}].size_gib`, description: "required" }]);
    const further = await planDisk(host, uid, disk, target, defaults, signal);
    volumes.push(further.volume);
    disks.push(further.device);
  }
  const nics = await planNics(host, uid, spec.interfaces, defaults.network, signal);
  const seed = buildSeed(spec, uid, nics, date);
  if (seed) {
    const { volume: seedVolume, device: seedDevice } = await planSeed(host, uid, seed, target, defaults, signal);
    volumes.push(seedVolume);
    disks.push(seedDevice);
  }
  return { volumes, disks, nics };
}

/** On SCSI: kernels of cloud images know no other bus that a disc could be on, and the virtio disks keep their letters. */
async function planSeed(
  host: Host,
  uid: string,
  bytes: Buffer,
  target: (bus: string) => string,
  { pool: poolName }: Defaults,
  signal: AbortSignal,
): Promise<{ volume: PlannedVolume; device: DiskDevice }> {
  if (host.facts.driver !== "QEMU") throw new ProviderError("UNSUPPORTED", `${host.name}: its driver takes no bytes, so no cloud_init`);
  const pool = await host.pool(poolName, signal);
  const shape: VolumeShape = { name: `remuda-${uid}-seed.iso`, format: "raw", capacityBytes: bytes.length };
  const volume: PlannedVolume = { pool, made: { pool: poolName, name: shape.name, retain: false }, shape, fill: { kind: "bytes", bytes } };
  const { name: _, ...device } = deviceOf(volume, "seed", "scsi", target, false);
  return { volume, device: { ...device, readonly: true } };
}

async function fillBoot(
  host: Host,
  volume: PlannedVolume,
  { source, options }: VirtualMachineSpec,
  defaults: Defaults,
  signal: AbortSignal,
): Promise<PlannedVolume> {
  const asked = volume.shape.capacityBytes;
  if (source?.$case === "empty") {
    if (asked > 0) return volume;
    throw invalidSpec([{ field: "spec.disks", description: "an empty first disk needs a size: a disk with boot and size_gib" }]);
  }
  if (source?.$case !== "image") throw new ProviderError("UNSUPPORTED", `source ${source?.$case}`);
  const image = await findImage(host, source.value, defaults, signal);
  if (asked > 0 && asked < image.capacityBytes) {
    throw invalidSpec([{ field: "spec.disks", description: `the image needs ${Math.ceil(image.capacityBytes / gib)} GiB` }]);
  }
  const shape: VolumeShape = { ...volume.shape, capacityBytes: Math.max(asked, image.capacityBytes) };
  if (options?.full_copy === true) {
    if (volume.pool.availableBytes < image.allocationBytes)
      throw new ProviderError(
        "NO_CAPACITY",
        `the storage pool "${volume.made.pool}" of ${host.name} has no room for a copy of ${source.value}`,
      );
    return { ...volume, shape, fill: { kind: "copy", from: image.vol } };
  }
  return { ...volume, shape: { ...shape, backing: { path: image.path, format: image.format } } };
}
