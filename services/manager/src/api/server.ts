import { readFileSync, statSync } from "node:fs";
import type { RequestListener } from "node:http";
import { createSecureContext } from "node:tls";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { ManagerService } from "@remuda/contract/manager";
import { type Clock, systemClock } from "@remuda/reconciler";
import { isLoopback } from "@remuda/resources";
import type { ResourceStore } from "@remuda/store";
import type { Logger } from "pino";
import type { Registry } from "prom-client";
import type { Traces } from "../tracing/origins";
import { traceRequests } from "../tracing/requests";
import type { ConnectionLimits } from "./connections";
import { translateErrors } from "./errors";
import { type Listener, listen } from "./listener";
import type { Ownership } from "./ownership";
import { createManagerService } from "./service";
import { systemRoutes } from "./system";
import { createTokenCheck, requireToken } from "./token";
import { binaryOptions, noteRead, refuseUnreadable, withReadableMessages } from "./unreadable";

export interface ApiOptions {
  store: ResourceStore;
  log: Logger;
  clock?: Clock;
  host: string;
  /** 0: any free port. */
  port: number;
  /** Holds the bearer token. Required off loopback. */
  tokenFile?: string;
  tls?: TlsFiles;
  /** Plaintext off loopback. */
  insecure?: boolean;
  connectionLimits?: Partial<ConnectionLimits>;
  /** Who knows whose machines are. */
  ownership?: Ownership;
  /** Where the calls to providers are counted. */
  registry?: Registry;
  traces?: Traces;
}

export interface TlsFiles {
  certFile: string;
  keyFile: string;
  /** Clients must show a certificate that this authority signed. */
  clientCaFile?: string;
}

export interface Api {
  /** "host:port". */
  address: string;
  close(): Promise<void>;
}

const maxMessageBytes = 16 << 20;
// A page of a list gains by it; a watch's event only costs time.
const compressFromBytes = 64 << 10;
const lookAtFilesMs = 10_000;

/** Serves the manager's API over gRPC, gRPC-Web and Connect on one port. */
export async function startApi(options: ApiOptions): Promise<Api> {
  const { store, log, clock = systemClock, host, port, tokenFile, tls, insecure, connectionLimits: limits, registry, traces } = options;
  const shownHost = host.includes(":") ? `[${host}]` : host;
  if (!isLoopback(`${shownHost}:${port}`)) {
    if (!tls && !insecure) throw new Error(`${host} is not loopback: plaintext is refused; give --tls-cert and --tls-key, or --insecure`);
    if (tokenFile === undefined) throw new Error(`${host} is not loopback: a token is required; give --token-file`);
  }
  const closing = new AbortController();
  const services = [
    ManagerService.typeName,
    "grpc.health.v1.Health",
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
  ];
  const handler = connectNodeAdapter({
    routes(router) {
      router.service(ManagerService, createManagerService(store, clock.now(), { registry, ownership: options.ownership }));
      systemRoutes(router, services, store, clock, closing.signal);
      // The adapter takes them from here when this returns.
      router.handlers.splice(0, router.handlers.length, ...router.handlers.map((h) => withReadableMessages(h, maxMessageBytes)));
    },
    interceptors: [
      noteRead,
      translateErrors(log),
      ...(tokenFile === undefined ? [] : [requireToken(createTokenCheck(tokenFile, clock, log))]),
      refuseUnreadable,
      ...(traces ? [traceRequests(traces)] : []),
    ],
    binaryOptions,
    readMaxBytes: maxMessageBytes,
    compressMinBytes: compressFromBytes,

    shutdownSignal: closing.signal,
  });
  const listener = await listen({ host, port, handler: handler as RequestListener, limits, ...(tls && { tls: readTls(tls) }) });
  if (tls) reloadTls(tls, listener, clock, log, closing.signal);
  return {
    address: `${shownHost}:${listener.address.port}`,
    close() {
      closing.abort();
      return listener.close();
    },
  };
}

/** Throws an error that names the files if nothing can be made of them. */
function readTls({ certFile, keyFile, clientCaFile }: TlsFiles) {
  const files = {
    cert: readFileSync(certFile),
    key: readFileSync(keyFile),
    ...(clientCaFile !== undefined && { ca: readFileSync(clientCaFile), requestCert: true }),
  };
  try {
    createSecureContext(files);
    return files;
  } catch (cause) {
    const named = [
      `--tls-cert ${certFile}`,
      `--tls-key ${keyFile}`,
      ...(clientCaFile === undefined ? [] : [`--tls-client-ca ${clientCaFile}`]),
    ];
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${named.join(", ")}: expected PEM files, and a key that goes with the certificate: ${why}`, { cause });
  }
}

function reloadTls(files: TlsFiles, listener: Listener, clock: Clock, log: Logger, signal: AbortSignal): void {
  const stamp = () =>
    [files.certFile, files.keyFile, files.clientCaFile].map((file) => (file === undefined ? 0 : statSync(file).mtimeMs)).join();
  let before = stamp();
  const look = () => {
    if (signal.aborted) return;
    try {
      const now = stamp();
      if (now !== before) {
        listener.setSecureContext?.(readTls(files));
        before = now;
        log.info({ file: files.certFile }, "certificate read anew");
      }
    } catch (error) {
      log.warn({ file: files.certFile, err: error }, "certificate can't be read anew; the one of before stays");
    }
    clock.setTimer(look, lookAtFilesMs);
  };
  clock.setTimer(look, lookAtFilesMs);
}
