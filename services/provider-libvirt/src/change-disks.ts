import { Change, type Disk, type FieldViolation, invalidSpec, ProviderError } from "@remuda/contract";
import { diskXml } from "./domain-xml";
import { affect, blockResizeBytes } from "./flags";
import type { Seen } from "./inventory";
import type { KnownDisk } from "./known";
import { makeVolume, mustBeAbsent } from "./make-volumes";
import { checkBuses, createTargets, gib, planDisk } from "./plan";
import type { Changing, Step } from "./reconfigure";
import type { Platform } from "./settings";
import { unplug } from "./unplug";
import { deleteVolume } from "./volumes";
import { buildXml } from "./xml";

/** From the disks that the machine has to those of the spec. The boot disk, and what the provider didn't make, stay. */
export async function planDiskChanges(platform: Platform, seen: Seen, disks: readonly Disk[], signal: AbortSignal): Promise<Step[]> {
  const { known, host } = seen;
  checkBuses(disks);
  const steps: Step[] = [];
  const violations: FieldViolation[] = [];
  const target = createTargets(known.disks.map((disk) => disk.target));
  for (const [index, asked] of disks.entries()) {
    const found = known.disks.find((disk) => (asked.boot ? disk.boot : !disk.boot && disk.name === asked.name));
    if (!found) {
      if (asked.sizeGib === 0) violations.push({ field: `spec.disks[${index}].size_gib`, description: "required for a further disk" });
      else steps.push(await addition(platform, seen, asked, target, signal));
      continue;
    }
    const now = seen.stats.blocks.get(found.target)?.capacityBytes ?? 0;
    const wanted = asked.sizeGib * gib;
    if (asked.sizeGib === 0 || wanted === now) continue;
    if (wanted > now) steps.push({ change: Change.DISK_GROW, live: true, apply: (changing) => grow(changing, found, wanted) });
    else {
      const description = `a disk can't shrink: it has ${now / gib} GiB, not ${asked.sizeGib}`;
      violations.push({ field: `spec.disks[${index}].size_gib`, description });
    }
  }
  if (violations.length > 0) throw invalidSpec(violations);
  for (const disk of known.disks) {
    if (disk.boot || disk.readonly || disks.some(({ name }) => name === disk.name) || !madeVolume(seen, disk)) continue;
    steps.push({ change: Change.DISK_REMOVE, live: host.facts.driver === "QEMU", apply: (changing) => remove(changing, disk) });
  }
  if (steps.length > 0 && (await hasSnapshots(seen, signal)))
    throw new ProviderError("CONFLICT", `${known.uuid} has snapshots; delete them before its disks are changed`);
  return steps;
}

/** A snapshot holds the disks of its time, and the marks that name them. */
const hasSnapshots = async ({ host, dom }: Seen, signal: AbortSignal): Promise<boolean> =>
  (await host.virt.call("domainSnapshotNum", { dom, flags: 0 }, { signal })).num > 0;

const madeVolume = ({ known }: Seen, { path }: KnownDisk) => known.marks?.volumes.find(({ name }) => path.endsWith(`/${name}`));

async function grow(
  { seen: { host, dom }, inventory, active, signal }: Changing,
  { path, target }: KnownDisk,
  bytes: number,
): Promise<void> {
  if (active) {
    await host.virt.call("domainBlockResize", { dom, disk: target, size: BigInt(bytes), flags: blockResizeBytes }, { signal });
  } else {
    const { vol } = await host.virt.call("storageVolLookupByPath", { path }, { signal });
    await host.virt.call("storageVolResize", { vol, capacity: BigInt(bytes), flags: 0 }, { signal });
  }
  inventory.forgetSize(path);
}

async function addition(
  { defaults, clock }: Platform,
  { host, known }: Seen,
  asked: Disk,
  target: (bus: string) => string,
  signal: AbortSignal,
): Promise<Step> {
  const { volume, device } = await planDisk(host, known.uuid, asked, target, defaults, signal);
  return {
    change: Change.DISK_ADD,
    live: true,
    async apply({ seen: { dom }, active, marks, mark, signal: stop }) {
      const before = marks();
      if (before.volumes.some(({ name, pool }) => name === volume.made.name && pool === volume.made.pool)) {
        // What was begun before and never attached.
        await deleteVolume(host, volume.made.pool, volume.made.name, clock, stop);
      } else {
        await mustBeAbsent(host, [volume], stop);
        await mark({ ...before, volumes: [...before.volumes, volume.made] });
      }
      await makeVolume(host, volume, stop);
      const flags = affect.config | (active ? affect.live : 0);
      await host.virt.call("domainAttachDeviceFlags", { dom, xml: buildXml({ disk: diskXml(device) }), flags }, { signal: stop });
    },
  };
}

async function remove(changing: Changing, disk: KnownDisk): Promise<void> {
  const { seen, inventory, marks, mark, platform, signal } = changing;
  await unplug(changing, "disk", disk.name);
  const made = madeVolume(seen, disk);
  inventory.forgetSize(disk.path);
  if (!made) return;
  if (!made.retain) await deleteVolume(seen.host, made.pool, made.name, platform.clock, signal);
  const now = marks();
  await mark({ ...now, volumes: now.volumes.filter(({ name, pool }) => name !== made.name || pool !== made.pool) });
}
