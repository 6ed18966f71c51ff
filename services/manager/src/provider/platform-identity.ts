import { isPlatformId, ProviderError } from "@remuda/contract";
import type { Condition, ProviderResource, VirtualMachine } from "@remuda/resources";
import type { ResourceStore } from "@remuda/store";
import { resourceKey } from "../resource-key";
import type { Usage } from "../usage";

export const acceptPlatformAnnotation = "remuda.dev/accept-platform";

/** What a platform is to a Provider: the recorded one, one to be recorded, one that someone accepted, or one that nothing may be done on. */
export type PlatformVerdict = { state: "same" | "new" | "accepted" } | { state: "other"; madeOn: string };

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
  if (recorded === answered) return { state: "same" };
  if (accepts(provider, answered)) return { state: recorded === undefined ? "new" : "accepted" };
  const madeOn = await machineElsewhere(provider.metadata.name, recorded, answered, store, usage);
  return madeOn === undefined ? { state: "new" } : { state: "other", madeOn };
}

/** Someone said that the Provider's machines are on this platform now. */
export const accepts = ({ metadata }: ProviderResource, platformId: string): boolean =>
  metadata.annotations?.[acceptPlatformAnnotation] === platformId;

/** Where one of the provider's machines was made, if it is not this platform: by its own status, since a Provider may have been made anew. */
async function machineElsewhere(
  provider: string,
  recorded: string | undefined,
  answered: string,
  store: ResourceStore,
  usage: Pick<Usage, "usersOf">,
): Promise<string | undefined> {
  for (const user of usage.usersOf("Provider", provider)) {
    if (!user.startsWith(machineKeys)) continue;
    // The kind says the shape.
    const vm = (await store.get("VirtualMachine", user.slice(machineKeys.length))) as VirtualMachine | undefined;
    if (vm?.status?.launchedAt === undefined) continue;
    const madeOn = vm.status.platformId ?? recorded;
    if (madeOn !== undefined && madeOn !== answered) return madeOn;
  }
  return undefined;
}

const machineKeys = resourceKey("VirtualMachine", "");

/** What answered, what was expected, and what to do. */
export const otherPlatform = ({ spec }: ProviderResource, answered: string, madeOn: string): string =>
  `platform ${answered} answers at ${spec.address}, but this Provider's machines were made on platform ${madeOn}; nothing is done ` +
  "there. Set spec.address back; or, if the platform was really replaced or moved, and its machines with it, annotate the Provider with " +
  `${acceptPlatformAnnotation}: "${answered}"`;

type SharedCondition = Pick<Condition, "type" | "status" | "reason" | "message">;

/**
 * Whether an older Provider leads to the same platform: that does no harm, since machines are known by their uid, but is seldom meant.
 * Undefined: there is nothing to say, and there never was.
 */
export async function sharedPlatform(
  provider: ProviderResource,
  platformId: string,
  store: ResourceStore,
): Promise<SharedCondition | undefined> {
  // The store keeps each kind with its own schema.
  const all = (await store.list("Provider")).items as ProviderResource[];
  const older = all.find((other) => other.status?.platformId === platformId && isOlder(other, provider));
  if (older) {
    const { name } = older.metadata;
    const message =
      `platform ${platformId} is also that of Provider ${name}: each machine stays with the Provider that it names, and both count all ` +
      "of them. Should it be another platform, set spec.address right";
    return { type: "PlatformShared", status: "True", reason: "SamePlatform", message };
  }
  if (!provider.status?.conditions?.some(({ type }) => type === "PlatformShared")) return undefined;
  return { type: "PlatformShared", status: "False", reason: "OnlyOne", message: "no older Provider leads to this platform" };
}

const isOlder = ({ metadata: a }: ProviderResource, { metadata: b }: ProviderResource): boolean =>
  a.name !== b.name && [a.creationTimestamp, a.name].join(" ") < [b.creationTimestamp, b.name].join(" ");
