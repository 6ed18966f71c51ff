import type { ServiceDefinition, UntypedServiceImplementation } from "@grpc/grpc-js";
import {
  ConsoleServiceService,
  DiskServiceService,
  type GetCapabilitiesResponse,
  ImageServiceService,
  OfferServiceService,
  ProviderServiceService,
  SnapshotServiceService,
  withBoundedNumbers,
} from "@remuda/contract";
import type { Tracing } from "@remuda/tracing";
import type { Logger } from "pino";
import type { Clock } from "./clock";
import { createConsoleService } from "./console-service";
import { createDiskService } from "./disk-service";
import { createImageService } from "./image-service";
import { createConcurrencyLimit, createRateLimit, type Limits } from "./limits";
import { createMachineCalls } from "./machine-calls";
import type { Metrics } from "./metrics";
import { createOfferService } from "./offer-service";
import { createPlatform } from "./platform";
import type { Provider } from "./provider";
import { createProviderService } from "./provider-service";
import { createRpc } from "./rpc";
import { createSnapshotService } from "./snapshot-service";
import { createSupport } from "./support";
import { createWatch } from "./watch";

export interface ServicesOptions {
  provider: Provider;
  /** What GetCapabilities answers where the provider doesn't say it itself. */
  providerVersion: string;
  limits: Limits;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  tracing?: Tracing;
  watch: { pollIntervalMs: number; heartbeatMs: number; maxPending: number };
  /** Aborts when the process begins to drain. */
  draining: AbortSignal;
  /** Told of every Validate that passed. */
  validated: () => void;
}

/** The contract's services as a server registers them. */
export interface Services {
  /** Full names, ProviderService first. */
  names: string[];
  implementations: { definition: ServiceDefinition; implementation: UntypedServiceImplementation }[];
}

/** Everything between a Provider and the wire, without a transport. */
export function createServices(options: ServicesOptions): Services {
  const { provider, limits, clock, log, metrics, tracing, draining, validated } = options;
  const platform = createPlatform(provider);
  const rpc = createRpc({
    log,
    metrics,
    tracing,
    rateLimit: createRateLimit(limits, clock),
    concurrency: createConcurrencyLimit(limits),
    platform,
  });
  const support = createSupport(provider.capabilities);
  const watching = createWatch({ provider, rpc, metrics, clock, ...options.watch, draining });
  const machines = createMachineCalls({ provider, clock, metrics, changed: watching.changed });
  const { snapshots, images, disks, offers, console } = provider;
  const shared = { rpc, machines, support, clock, draining };
  const optional: [string, ServiceDefinition, UntypedServiceImplementation | undefined][] = [
    ["SnapshotService", SnapshotServiceService, snapshots && createSnapshotService({ ...shared, snapshots })],
    ["ImageService", ImageServiceService, images && createImageService({ ...shared, images })],
    ["DiskService", DiskServiceService, disks && createDiskService({ ...shared, disks, formats: provider.capabilities.diskFormats })],
    ["OfferService", OfferServiceService, offers && createOfferService({ ...shared, offers })],
    ["ConsoleService", ConsoleServiceService, console && createConsoleService({ ...shared, console })],
  ];
  const present = optional.filter(([, , implementation]) => implementation !== undefined);
  const names = ["ProviderService", ...present.map(([service]) => service)].map((service) => `remuda.provider.v1.${service}`);
  const capabilities: GetCapabilitiesResponse = {
    ...provider.capabilities,
    providerVersion: provider.capabilities.providerVersion || options.providerVersion,
    services: names,
    nativeWatch: provider.watch !== undefined,
    adoption: provider.adoption !== undefined,
  };
  const unary = createProviderService({ ...shared, provider, platform, capabilities, metrics, validated, changed: watching.changed });
  const required = {
    definition: withBoundedNumbers(ProviderServiceService),
    implementation: { ...unary, watchVirtualMachines: watching.watch },
  };
  const further = present.flatMap(([, definition, implementation]) =>
    implementation ? [{ definition: withBoundedNumbers(definition), implementation }] : [],
  );
  return { names, implementations: [required, ...further] };
}
