import { isPlatformId, ProviderError } from "@remuda/contract";
import type { ProviderResource, VirtualMachine } from "@remuda/resources";
import type { ResourceStore } from "@remuda/store";
import { resourceKey } from "../resource-key";
import type { Usage } from "../usage";

export const acceptPlatformAnnotation = "remuda.dev/accept-platform";

/** What a platform is to a Provider: the recorded one, one to be recorded, one that someone accepted, or one that nothing may be done on. */
export type PlatformVerdict = "same" | "new" | "accepted" | "other";

/** Machines are known by where they were made: once one was, another platform is refused. Throws INTERNAL for what is no platform id. */
export async function judgePlatform(
  provider: ProviderResource,
  answered: string,
  store: ResourceStore,
  usage: Pick<Usage, "usersOf">,
): Promise<PlatformVerdict> {
  if (!isPlatformId(answered)) {
    throw new ProviderError("INTERNAL", "Validate answered no platform_id of 1 to 128 printable characters without spaces");
  }
  const recorded = provider.status?.platformId;
  if (recorded === answered) return "same";
  if (recorded === undefined) return "new";
  if (provider.metadata.annotations?.[acceptPlatformAnnotation] === answered) return "accepted";
  return (await hasLaunched(provider.metadata.name, store, usage)) ? "other" : "new";
}

async function hasLaunched(provider: string, store: ResourceStore, usage: Pick<Usage, "usersOf">): Promise<boolean> {
  for (const user of usage.usersOf("Provider", provider)) {
    if (!user.startsWith(machineKeys)) continue;
    // The kind says the shape.
    const vm = (await store.get("VirtualMachine", user.slice(machineKeys.length))) as VirtualMachine | undefined;
    if (vm?.status?.launchedAt !== undefined) return true;
  }
  return false;
}

const machineKeys = resourceKey("VirtualMachine", "");

/** What answered, what was expected, and what to do. */
export const otherPlatform = ({ status, spec }: ProviderResource, answered: string): string =>
  `platform ${answered} answers at ${spec.address}, but this Provider's machines were made on platform ${status?.platformId}; nothing is done ` +
  "there. Set spec.address back; or, if the platform was really replaced or moved, and its machines with it, annotate the Provider with " +
  `${acceptPlatformAnnotation}: "${answered}"`;
