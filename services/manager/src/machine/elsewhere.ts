import type { ProviderResource } from "@remuda/resources";
import type { Connection } from "../provider/connection";
import { acceptPlatformAnnotation, accepts } from "../provider/platform-identity";
import type { MachineContext } from "./context";
import { providerOf, type Work } from "./work";

/**
 * Why nothing is done: the provider leads to another platform than the one that the machine was made on. Undefined: it doesn't; a platform
 * that someone accepted in the place of the machine's is taken for its own.
 */
export async function elsewhere(work: Work, connection: Connection | undefined, { store }: MachineContext): Promise<string | undefined> {
  const { platformId: madeOn } = work.status;
  const platformId = connection?.platformId;
  if (madeOn === undefined || platformId === undefined || madeOn === platformId) return undefined;
  const name = providerOf(work);
  // The store keeps each kind with its own schema.
  const provider = (await store.get("Provider", name)) as ProviderResource | undefined;
  if (provider && accepts(provider, platformId)) {
    work.status.platformId = platformId;
    return undefined;
  }
  return (
    `the machine was made on platform ${madeOn}, and provider ${name} leads to platform ${platformId}: nothing is done there; ` +
    `if it is there now, annotate the Provider with ${acceptPlatformAnnotation}: "${platformId}"`
  );
}
