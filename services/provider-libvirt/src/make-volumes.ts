import { ProviderError } from "@remuda/contract";
import type { Host } from "./host";
import type { Report } from "./jobs";
import type { PlannedVolume } from "./plan";
import { copyVolume, createVolume, findVolume, uploadVolume } from "./volumes";

/** What bears a name that we would give, and was not noted as ours, is somebody else's. */
export async function mustBeAbsent(host: Host, volumes: readonly PlannedVolume[], signal: AbortSignal): Promise<void> {
  for (const { pool, made } of volumes) {
    if (!(await findVolume(host, pool, made.name, signal))) continue;
    const message = `the storage pool "${made.pool}" of ${host.name} has a volume "${made.name}" that was not made for this machine`;
    throw new ProviderError("ALREADY_EXISTS", message);
  }
}

export async function makeVolumes(host: Host, volumes: readonly PlannedVolume[], report: Report, signal: AbortSignal): Promise<void> {
  for (const [index, volume] of volumes.entries()) {
    signal.throwIfAborted();
    report(`making ${volume.made.name}`, (80 * index) / volumes.length);
    await makeVolume(host, volume, signal);
  }
}

export async function makeVolume(host: Host, { pool, shape, fill }: PlannedVolume, signal: AbortSignal): Promise<void> {
  if (fill.kind === "copy") {
    const vol = await copyVolume(host, pool, shape, fill.from, signal);
    // A copy is as large as what it was made from.
    const { capacity } = await host.virt.call("storageVolGetInfo", { vol }, { signal });
    if (Number(capacity) < shape.capacityBytes)
      await host.virt.call("storageVolResize", { vol, capacity: BigInt(shape.capacityBytes), flags: 0 }, { signal });
    return;
  }
  const vol = await createVolume(host, pool, shape);
  if (fill.kind === "bytes") await uploadVolume(host, vol, fill.bytes, signal);
}
