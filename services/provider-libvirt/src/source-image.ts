import { ProviderError } from "@remuda/contract";
import type { Host } from "./host";
import type { Defaults } from "./settings";
import { findVolume, type VolumeFacts, volumeFacts } from "./volumes";

/** Volumes of machines and other things that are none to make machines from. */
export const isOwnVolume = (name: string): boolean => /^remuda-[0-9a-f]{8}-/.test(name) || name.startsWith("remuda-import-");

/** An image is a volume of the image pool, by its name there. */
export async function findImage(host: Host, id: string, { imagePool }: Defaults, signal?: AbortSignal): Promise<VolumeFacts> {
  const pool = await host.pool(imagePool, signal);
  const vol = isOwnVolume(id) ? undefined : await findVolume(host, pool, id, signal);
  if (!vol) throw new ProviderError("NOT_FOUND", `the storage pool "${imagePool}" of ${host.name} has no image "${id}"`);
  return volumeFacts(host, vol, signal);
}
