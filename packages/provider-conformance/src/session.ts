import { type ChannelCredentials, credentials as grpcCredentials } from "@grpc/grpc-js";
import {
  createProviderClient,
  defaultDeadlinesMs,
  type GetCapabilitiesResponse,
  ListImagesRequest,
  ListOffersRequest,
  type ProviderClient,
  type VirtualMachine,
  type VirtualMachineSpec,
} from "@remuda/contract";
import { createCleanUp } from "./clean-up";
import { createContext, type RuleContext, type SeenError } from "./context";
import { inParallel } from "./parallel";
import type { Settings } from "./settings";

/** The provider that is put to the test. */
export interface Target {
  /** "host:port" or "unix:/path". */
  address: string;
  /** Unset: plaintext. */
  credentials?: ChannelCredentials;
  /** Ends the provider's process and starts it again at the same address. Unset: the rules about that are skipped. */
  restart?(): Promise<void>;
}

/** What the run made and has to remove. */
export interface Tracked {
  /** uids, noted before the Create is sent. */
  machines: Set<string>;
  owners: Set<string>;
  /** Imported disks: uid by id. */
  disks: Map<string, string>;
  /** Ids of images that were brought. */
  images: Set<string>;
}

/** One run against one provider: its connection, and what its rules share. */
export interface Session {
  target: Target;
  settings: Settings;
  capabilities: GetCapabilitiesResponse;
  canRestart: boolean;
  credentials: ChannelCredentials;
  client: ProviderClient;
  dial(address: string, channelOptions: Record<string, string | number>): ProviderClient;
  image: string | undefined;
  /** What ordinary machines are made from. */
  source: NonNullable<VirtualMachineSpec["source"]>;
  tracked: Tracked;
  errors: SeenError[];
  newName(): string;
  newOwner(): string;
  shared(): Promise<VirtualMachine>;
  fleet(): Promise<{ owner: string; machines: VirtualMachine[] }>;
  /** Removes machines by uid; what fails stays tracked. */
  remove(uids: readonly string[]): Promise<void>;
  cleanUp(): Promise<string[]>;
  close(): void;
}

/** Connects and finds out what the provider can do. Fails where it can't be reached, or nothing can be made with these settings. */
export async function openSession(target: Target, settings: Settings, signal: AbortSignal): Promise<Session> {
  const credentials = target.credentials ?? grpcCredentials.createInsecure();
  const longest = settings.taskTimeoutMs + settings.promptMs;
  const deadlinesMs = Object.fromEntries(Object.entries(defaultDeadlinesMs).map(([rpc, ms]) => [rpc, Math.min(ms, longest)]));
  const dial: Session["dial"] = (address, channelOptions) => createProviderClient({ address, credentials, deadlinesMs, channelOptions });
  const client = dial(target.address, {});
  const tracked: Tracked = { machines: new Set(), owners: new Set(), disks: new Map(), images: new Set() };
  let names = 0;
  let owners = 0;
  let shared: Promise<VirtualMachine> | undefined;
  let fleet: ReturnType<Session["fleet"]> | undefined;
  const run = settings.newUid().slice(0, 8);
  try {
    const capabilities = await client.getCapabilities({}, { signal });
    const image = await findImage(client, capabilities, settings, signal);
    const source = await findSource(client, capabilities, settings, image, signal);
    const { remove, cleanUp } = createCleanUp({ client, settings, capabilities, tracked, newName: () => session.newName() });
    const session: Session = {
      target,
      settings,
      capabilities,
      canRestart: target.restart !== undefined,
      credentials,
      client,
      dial,
      image,
      source,
      tracked,
      errors: [],
      newName: () => `${settings.namePrefix}-${run}-${++names}`,
      newOwner: () => `${settings.ownerPrefix}-${++owners}`,
      shared: () => (shared ??= context().make()),
      fleet: () => (fleet ??= makeFleet(context())),
      remove,
      cleanUp,
      close: () => client.close(),
    };
    // Never closed: what it makes lives until the clean-up at the end.
    const context = () => createContext(session, signal).ctx;
    return session;
  } catch (error) {
    client.close();
    throw error;
  }
}

async function makeFleet(ctx: RuleContext): Promise<{ owner: string; machines: VirtualMachine[] }> {
  const machines = await inParallel([1, 2, 3, 4, 5], ctx.settings.parallelism, () => ctx.make());
  return { owner: ctx.owner, machines: machines.sort((a, b) => (a.id < b.id ? -1 : 1)) };
}

const has = ({ services }: GetCapabilitiesResponse, service: string) => services.includes(`remuda.provider.v1.${service}`);

async function findImage(client: ProviderClient, capabilities: GetCapabilitiesResponse, settings: Settings, signal: AbortSignal) {
  if (settings.image !== undefined || !has(capabilities, "ImageService")) return settings.image;
  const { images } = await client.listImages(ListImagesRequest.create({}), { signal });
  return images.find(({ ready }) => ready)?.id;
}

async function findSource(
  client: ProviderClient,
  capabilities: GetCapabilitiesResponse,
  { template, instanceType }: Settings,
  image: string | undefined,
  signal: AbortSignal,
): Promise<Session["source"]> {
  const declared = new Set(capabilities.sources);
  if (declared.has("image") && image !== undefined) return { $case: "image", value: image };
  if (declared.has("template") && template !== undefined) return { $case: "template", value: template };
  if (declared.has("instance_type") && instanceType !== undefined) {
    return { $case: "instanceType", value: { name: instanceType, image: image ?? "" } };
  }
  if (declared.has("offer") && has(capabilities, "OfferService")) {
    const { offers } = await client.listOffers(ListOffersRequest.create({ pageSize: 1 }), { signal });
    if (offers[0]) return { $case: "offer", value: { id: offers[0].id, image: image ?? "" } };
  }
  if (declared.has("empty")) return { $case: "empty", value: {} };
  throw new Error("nothing to make machines from: name an image, a template or an instance type in the settings");
}
