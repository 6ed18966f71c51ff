import { setMaxListeners } from "node:events";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { descriptorSetBase64 } from "@remuda/contract/descriptors";
import { HealthService, ServerReflectionAlphaService, ServerReflectionService } from "@remuda/contract/system";
import { startTracing } from "@remuda/tracing";
import type { Logger } from "pino";
import { isLocal, StartError } from "./address";
import { bindServer } from "./bind-server";
import { type Clock, systemClock } from "./clock";
import { createHealth } from "./health";
import { serveHttp } from "./http";
import { defaultLimits, type Limits } from "./limits";
import { createLog, type LogLevel } from "./log";
import { createMetrics } from "./metrics";
import type { Provider } from "./provider";
import { createReflectionService } from "./reflection-service";
import { createServices } from "./services";
import { createTls, type TlsFiles } from "./tls";
import { createValidity } from "./validity";

export interface ProviderOptions {
  /** Such as "provider-sim". */
  name: string;
  version: string;
  /** "host:port" or "unix:/path". Port 0: any that is free. */
  listen: string;
  tls?: TlsFiles;
  /** Listen in plaintext where others can reach it. */
  insecure?: boolean;
  /** "host:port" for /metrics, /healthz and /readyz. Undefined: none. */
  httpListen?: string;
  /** Where an OTLP/HTTP collector listens, such as "http://127.0.0.1:4318". Undefined: nothing is traced. */
  otlpEndpoint?: string;
  limits?: Partial<Limits>;
  /** How long calls under way may take once the provider stops. */
  drainTimeoutMs?: number;
  /** A pino logger, or the level of one that writes to standard output. */
  log?: Logger | LogLevel;
  clock?: Clock;
  validateIntervalMs?: number;
  /** How often lists are compared for Watch, where the platform has no events. */
  watchPollIntervalMs?: number;
  /** A watch stream is silent for at most so long. */
  watchHeartbeatMs?: number;
  /** Changes that may wait for a slow watcher. */
  watchMaxPending?: number;
}

export interface RunningProvider {
  /** Where clients dial: "host:port" with the real port, or "unix:/path". */
  address: string;
  httpAddress?: string;
  /** Validate passed lately, and it is not stopping. */
  ready(): boolean;
  /** Lets calls under way finish, ends the streams, and closes. */
  close(): Promise<void>;
}

const maxMessageBytes = 16 << 20;

/** Serves a provider over gRPC until it is closed. Rejects with StartError where it can't listen. */
export async function startProvider(provider: Provider, options: ProviderOptions): Promise<RunningProvider> {
  const { name, version, listen, clock = systemClock } = options;
  const log = typeof options.log === "object" ? options.log : createLog(options.log ?? "info", name);
  const limits = {
    qps: options.limits?.qps ?? defaultLimits.qps,
    burst: options.limits?.burst ?? defaultLimits.burst,
    maxConcurrentCalls: options.limits?.maxConcurrentCalls ?? defaultLimits.maxConcurrentCalls,
  };
  const draining = new AbortController();
  // Every stream listens to it; they are no leak.
  setMaxListeners(0, draining.signal);
  const tls = await secure(options, clock, log);

  const tracing = await startTracing({ endpoint: options.otlpEndpoint, service: name, version, log });
  const metrics = createMetrics();
  const { names, implementations } = createServices({
    provider,
    providerVersion: `${name} ${version}`,
    limits,
    clock,
    log,
    metrics,
    tracing,
    watch: {
      pollIntervalMs: options.watchPollIntervalMs ?? 5_000,
      heartbeatMs: options.watchHeartbeatMs ?? 20_000,
      maxPending: options.watchMaxPending ?? 10_000,
    },
    draining: draining.signal,
    validated: () => validity.passed(),
  });

  const health = createHealth(names);
  const validity = createValidity({
    provider,
    clock,
    log,
    intervalMs: options.validateIntervalMs ?? 30_000,
    told(passed) {
      metrics.valid.set(passed ? 1 : 0);
      health.set(passed);
    },
  });
  const server = new Server({
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
    // Finds out that a client is gone which never said so.
    "grpc.keepalive_time_ms": 30_000,
    "grpc.keepalive_timeout_ms": 10_000,
  });
  for (const { definition, implementation } of implementations) server.addService(definition, implementation);
  server.addService(HealthService, health.implementation);
  const listed = [...names, "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"];
  const reflection = createReflectionService(Buffer.from(descriptorSetBase64, "base64"), listed, draining.signal);
  server.addService(ServerReflectionService, reflection);
  server.addService(ServerReflectionAlphaService, reflection);

  const ready = () => validity.lately() && !draining.signal.aborted;
  const address = await bindServer(server, listen, tls?.credentials ?? ServerCredentials.createInsecure()).catch((error: unknown) => {
    tls?.close();
    throw error;
  });
  const http =
    options.httpListen === undefined
      ? undefined
      : await serveHttp({ listen: options.httpListen, registry: metrics.registry, ready }).catch((error: unknown) => {
          tls?.close();
          server.forceShutdown();
          throw error;
        });
  void validity.run(draining.signal);

  async function close(): Promise<void> {
    health.set(false);
    draining.abort();
    health.close();
    await new Promise<void>((resolve) => {
      const cancel = clock.setTimer(() => {
        log.warn("calls did not end in time and are broken off");
        server.forceShutdown();
        resolve();
      }, options.drainTimeoutMs ?? 25_000);
      server.tryShutdown(() => {
        cancel();
        resolve();
      });
    });
    tls?.close();
    await http?.close();
    await provider.close?.();
    await tracing?.close();
  }

  let closed: Promise<void> | undefined;
  return {
    address,
    httpAddress: http?.address,
    ready,
    close() {
      closed ??= close();
      return closed;
    },
  };
}

async function secure({ listen, tls, insecure }: ProviderOptions, clock: Clock, log: Logger) {
  if (tls) return await createTls(tls, clock, log);
  if (isLocal(listen) || insecure) return undefined;
  throw new StartError(
    `will not listen on ${listen} in plaintext, where others can reach it: give --tls-cert and --tls-key, listen on 127.0.0.1, or say --insecure`,
  );
}
