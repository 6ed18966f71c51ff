import {
  type CallOptions,
  type ChannelCredentials,
  type ChannelOptions,
  type ClientReadableStream,
  type ClientUnaryCall,
  connectivityState,
  Metadata,
  makeClientConstructor,
  type ServiceDefinition,
  type ServiceError,
} from "@grpc/grpc-js";
import { withBoundedNumbers } from "./bounded-numbers";
import { fromServiceError, ProviderError } from "./error";
import { ConsoleServiceClient } from "./gen/grpc/remuda/provider/v1/console";
import { DiskServiceClient } from "./gen/grpc/remuda/provider/v1/disk";
import { ImageServiceClient } from "./gen/grpc/remuda/provider/v1/image";
import { OfferServiceClient } from "./gen/grpc/remuda/provider/v1/offer";
import { ProviderServiceClient } from "./gen/grpc/remuda/provider/v1/provider";
import { SnapshotServiceClient } from "./gen/grpc/remuda/provider/v1/snapshot";
import { expectedPlatformHeader } from "./platform-id";

/** Milliseconds that each RPC may take when the caller sets none. Long-polls get their wait on top. */
export const defaultDeadlinesMs = {
  validate: 15_000,
  getCapabilities: 10_000,
  create: 60_000,
  delete: 60_000,
  power: 60_000,
  reconfigure: 60_000,
  adopt: 60_000,
  release: 60_000,
  describe: 15_000,
  isTaskComplete: 15_000,
  cancelTask: 15_000,
  listVirtualMachines: 60_000,
  createSnapshot: 60_000,
  deleteSnapshot: 60_000,
  revertSnapshot: 60_000,
  listSnapshots: 15_000,
  prepareImage: 60_000,
  deleteImage: 60_000,
  listImages: 30_000,
  getDisk: 15_000,
  deleteDisk: 60_000,
  listOffers: 60_000,
} as const;

export interface CallSettings {
  /** Ends the call with INTERRUPTED. */
  signal?: AbortSignal;
  /** Milliseconds until the call fails with TIMEOUT. */
  deadlineMs?: number;
  /** Travels as `x-request-id` and stands in the provider's logs. */
  requestId?: string;
  /** W3C trace context of the caller; the provider's span becomes its child. */
  traceparent?: string;
  /** The id of the platform that the call is meant for; any other one refuses it with CONFLICT. */
  expectedPlatform?: string;
}

export interface ProviderClientOptions {
  /** "host:port" or "unix:/path". */
  address: string;
  credentials: ChannelCredentials;
  /** Instead of defaultDeadlinesMs. */
  deadlinesMs?: Partial<Record<keyof typeof defaultDeadlinesMs, number>>;
  channelOptions?: ChannelOptions;
}

// The constructor that was generated, over the same service; the rest of its type is the generated client's.
const bounded = <Client extends { service: ServiceDefinition; serviceName: string }>(client: Client): Client =>
  makeClientConstructor(withBoundedNumbers(client.service), client.serviceName) as unknown as Client;

type UnaryMethod<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, response: Response) => void,
) => ClientUnaryCall;
type StreamMethod<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: Partial<CallOptions>,
) => ClientReadableStream<Response>;

/** A typed client of one provider: every call answers a promise or an async iterable, and fails with a ProviderError. */
export type ProviderClient = ReturnType<typeof createProviderClient>;

/** Dials lazily: nothing is sent before the first call. */
export function createProviderClient(options: ProviderClientOptions) {
  const { address, credentials } = options;
  const deadlines = { ...defaultDeadlinesMs, ...options.deadlinesMs };
  const provider = new (bounded(ProviderServiceClient))(address, credentials, {
    // A fresh connection per client, so that closing one never touches another's.
    "grpc.use_local_subchannel_pool": 1,
    "grpc.keepalive_time_ms": 20_000,
    "grpc.keepalive_timeout_ms": 10_000,
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 5_000,
    "grpc.max_receive_message_length": 16 << 20,
    ...options.channelOptions,
  });
  const shared = { channelOverride: provider.getChannel() };
  const snapshots = new (bounded(SnapshotServiceClient))(address, credentials, shared);
  const images = new (bounded(ImageServiceClient))(address, credentials, shared);
  const disks = new (bounded(DiskServiceClient))(address, credentials, shared);
  const offers = new (bounded(OfferServiceClient))(address, credentials, shared);
  const consoles = new ConsoleServiceClient(address, credentials, shared);

  const unary =
    <Request, Response>(
      name: keyof typeof defaultDeadlinesMs,
      method: UnaryMethod<Request, Response>,
      extraMs?: (request: Request) => number,
    ) =>
    (request: Request, settings: CallSettings = {}): Promise<Response> =>
      new Promise((resolve, reject) => {
        const { signal } = settings;
        if (signal?.aborted) return reject(interrupted(signal));
        const deadline = Date.now() + (settings.deadlineMs ?? deadlines[name] + (extraMs?.(request) ?? 0));
        const abort = () => call.cancel();
        const call = method(request, callMetadata(settings), { deadline }, (error, response) => {
          signal?.removeEventListener("abort", abort);
          if (error) reject(signal?.aborted ? interrupted(signal) : fromServiceError(error));
          else resolve(response);
        });
        signal?.addEventListener("abort", abort, { once: true });
      });

  const stream = <Request, Response>(method: StreamMethod<Request, Response>) =>
    async function* (request: Request, settings: CallSettings = {}): AsyncGenerator<Response, void, void> {
      const { signal, deadlineMs } = settings;
      if (signal?.aborted) throw interrupted(signal);
      const call = method(request, callMetadata(settings), deadlineMs === undefined ? {} : { deadline: Date.now() + deadlineMs });
      const abort = () => call.cancel();
      signal?.addEventListener("abort", abort, { once: true });
      try {
        for await (const message of call) yield message as Response;
      } catch (error) {
        throw signal?.aborted ? interrupted(signal) : fromServiceError(error as ServiceError);
      } finally {
        signal?.removeEventListener("abort", abort);
        call.cancel();
      }
    };

  return {
    validate: unary("validate", provider.validate.bind(provider)),
    getCapabilities: unary("getCapabilities", provider.getCapabilities.bind(provider)),
    create: unary("create", provider.create.bind(provider)),
    delete: unary("delete", provider.delete.bind(provider)),
    power: unary("power", provider.power.bind(provider)),
    reconfigure: unary("reconfigure", provider.reconfigure.bind(provider)),
    adopt: unary("adopt", provider.adopt.bind(provider)),
    release: unary("release", provider.release.bind(provider)),
    describe: unary("describe", provider.describe.bind(provider)),
    isTaskComplete: unary("isTaskComplete", provider.isTaskComplete.bind(provider), (r) =>
      r.wait ? r.wait.seconds * 1000 + r.wait.nanos / 1e6 : 0,
    ),
    cancelTask: unary("cancelTask", provider.cancelTask.bind(provider)),
    listVirtualMachines: unary("listVirtualMachines", provider.listVirtualMachines.bind(provider)),
    watchVirtualMachines: stream(provider.watchVirtualMachines.bind(provider)),
    createSnapshot: unary("createSnapshot", snapshots.createSnapshot.bind(snapshots)),
    deleteSnapshot: unary("deleteSnapshot", snapshots.deleteSnapshot.bind(snapshots)),
    revertSnapshot: unary("revertSnapshot", snapshots.revertSnapshot.bind(snapshots)),
    listSnapshots: unary("listSnapshots", snapshots.listSnapshots.bind(snapshots)),
    prepareImage: unary("prepareImage", images.prepareImage.bind(images)),
    deleteImage: unary("deleteImage", images.deleteImage.bind(images)),
    listImages: unary("listImages", images.listImages.bind(images)),
    getDisk: unary("getDisk", disks.getDisk.bind(disks)),
    deleteDisk: unary("deleteDisk", disks.deleteDisk.bind(disks)),
    exportDisk: stream(disks.exportDisk.bind(disks)),
    listOffers: unary("listOffers", offers.listOffers.bind(offers)),
    /** The raw grpc-js clients, for the calls whose requests are streams. */
    raw: { disks, consoles },
    /** Calls `listener` whenever an established connection is lost, before another one is made. */
    onDisconnect(listener: () => void): void {
      const channel = provider.getChannel();
      const follow = () => {
        const before = channel.getConnectivityState(false);
        if (before === connectivityState.SHUTDOWN) return;
        channel.watchConnectivityState(before, Number.POSITIVE_INFINITY, () => {
          if (before === connectivityState.READY && channel.getConnectivityState(false) !== connectivityState.SHUTDOWN) listener();
          follow();
        });
      };
      follow();
    },
    /** Ends the connection; calls under way fail. */
    close: () => provider.close(),
  };
}

function callMetadata({ requestId, expectedPlatform, traceparent }: CallSettings): Metadata {
  const metadata = new Metadata();
  if (expectedPlatform !== undefined) metadata.set(expectedPlatformHeader, expectedPlatform);
  if (requestId !== undefined) metadata.set("x-request-id", requestId);
  if (traceparent !== undefined) metadata.set("traceparent", traceparent);
  return metadata;
}

const interrupted = (signal: AbortSignal) => new ProviderError("INTERRUPTED", "the call was cancelled", { cause: signal.reason });
