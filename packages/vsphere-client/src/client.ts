import { type Clock, systemClock } from "./clock";
import { VsphereError } from "./error";
import type { MoRef, Vim } from "./schema";
import { createSession, type Session } from "./session";
import type { Trust } from "./tls";
import { createTransport, type Transport } from "./transport";

export interface VsphereOptions {
  /** "https://vcenter.example.com"; a path such as /sdk is not needed. Plain http only to this computer. */
  url: string;
  username: string;
  password: string;
  /** The system's roots unless told. */
  trust?: Trust;
  /** "auto": VI JSON where the server has it, else SOAP. */
  protocol?: "auto" | "soap" | "json";
  /** Milliseconds for one call; 60 000 unless told. */
  timeoutMs?: number;
  /** Longest silence of the session in milliseconds; 5 min unless told. */
  keepAliveMs?: number;
  /** Connections at once, long-polls included; 64 unless told. */
  maxSockets?: number;
  /** Largest answer in bytes; 128 MiB unless told. */
  maxResponseBytes?: number;
  clock?: Clock;
}

/** A vCenter or ESXi host. Dials and logs in with the first call. */
export interface VsphereClient extends Session {
  readonly origin: string;
  readonly transport: Transport;
  readonly credentials: Readonly<{ username: string; password: string }>;
}

type ServiceName = {
  [K in keyof Vim<"ServiceContent">]-?: NonNullable<Vim<"ServiceContent">[K]> extends MoRef ? K : never;
}[keyof Vim<"ServiceContent">];

/** Nothing is sent before the first call. `close` logs out. */
export function createVsphereClient(options: VsphereOptions): VsphereClient {
  const { username, password, trust = { kind: "system" }, timeoutMs = 60_000, clock = systemClock } = options;
  const { origin } = parseUrl(options.url);
  const transport = createTransport({
    origin,
    trust,
    maxSockets: options.maxSockets ?? 64,
    maxResponseBytes: options.maxResponseBytes ?? 128 << 20,
  });
  const session = createSession({
    transport,
    username,
    password,
    protocol: options.protocol ?? "auto",
    timeoutMs,
    keepAliveMs: options.keepAliveMs ?? 300_000,
    clock,
  });
  return {
    ...session,
    origin,
    transport,
    credentials: { username, password },
    async close(signal) {
      await session.close(signal);
      transport.close();
    },
  };
}

/** One of the server's services; UNSUPPORTED where it has none, as an ESXi host often doesn't. */
export async function service(client: VsphereClient, name: ServiceName, signal: AbortSignal): Promise<MoRef> {
  const found = (await client.content(signal))[name];
  if (found) return found;
  throw new VsphereError("UNSUPPORTED", `the server has no ${name}`);
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:" || url?.protocol === "http:") return url;
  throw new VsphereError("INVALID", `"${text}" is no URL of a server, such as https://vcenter.example.com`);
}
