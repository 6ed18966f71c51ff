import { addAbortSignal, type Stream } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { CallOptions, ConnectionState, Libvirt, StreamOptions } from "./connection";
import { type DialOptions, dial } from "./dial/dial";
import { LibvirtError, toLibvirtError } from "./error";
import { type CallOnce, createEventRouter } from "./events";
import { createLifeline } from "./lifeline";
import { openDuplex, openReadable, openWritable } from "./node-streams";
import { openConnection } from "./opening";
import type { Procedure } from "./table/procedure";
import { type ProcedureName, procedures } from "./table/procedures";
import { parseUri } from "./uri";
import type { CallRequest } from "./wire/calls";
import { createLink, type Link } from "./wire/link";
import type { StreamSink, StreamSource } from "./wire/streams";

export interface ConnectOptions extends DialOptions {
  /** Ends the first attempt to connect; later, close() ends the connection. */
  signal?: AbortSignal;
  /** Asks the daemon to refuse every change. */
  readOnly?: boolean;
  /** How long one attempt to connect may take; 20 s unless told. */
  connectTimeoutMs?: number;
  /** How long a call may take unless it says itself; 60 s unless told. */
  deadlineMs?: number;
  /**
   * Calls with the daemon at once, 4 unless told: one less than its max_client_requests (5 unless configured). At that number it stops
   * reading, our answers to its pings included, and drops a client whose calls take longer than its patience (30 s).
   */
  inFlight?: number;
  /** Calls that may wait for their turn; 10,000 unless told. */
  maxQueued?: number;
  /** An idle connection is asked every intervalMs (5 s), and given up after `count` (5) questions without a sign of life. */
  keepalive?: { intervalMs: number; count: number };
  /** false: the first end of the connection is final. */
  reconnect?: boolean;
  /** For the spread of reconnects, from 0 to 1. */
  random?: () => number;
}

/** Connects to the daemon of a libvirt URI, such as qemu:///system or qemu+ssh://root@host/system. */
export async function connect(uri: string, options: ConnectOptions = {}): Promise<Libvirt> {
  const target = parseUri(uri);
  const { connectTimeoutMs = 20_000, deadlineMs: usualDeadlineMs = 60_000, random = Math.random } = options;
  const router = createEventRouter();
  const lifeline = createLifeline({
    establish,
    reconnect: options.reconnect ?? true,
    random,
    sleep: (ms, signal) => sleep(ms, undefined, { signal }),
  });

  async function establish(signal: AbortSignal, onEnd: (error: LibvirtError) => void): Promise<Link> {
    const patience = AbortSignal.timeout(connectTimeoutMs);
    const limit = AbortSignal.any([signal, patience]);
    let link: Link | undefined;
    try {
      const socket = await dial(target, options, limit);
      link = createLink(socket, {
        inFlight: options.inFlight ?? 4,
        maxQueued: options.maxQueued ?? 10_000,
        keepalive: options.keepalive ?? { intervalMs: 5000, count: 5 },
        onMessage: router.receive,
        onEnd(error) {
          router.disconnected();
          onEnd(error);
        },
      });
      await openConnection(link, target.remoteName, options.readOnly ?? false, limit);
      await router.renew(callOn(link));
      return link;
    } catch (cause) {
      const error = patience.aborted
        ? new LibvirtError("UNREACHABLE", `${target.shown}: not connected within ${connectTimeoutMs} ms`, { cause })
        : asConnectError(cause, target.shown);
      link?.end(error);
      throw error;
    }
  }

  const callOn =
    (link: Link): CallOnce =>
    (procedure, args, name) =>
      link.call(procedure, args, { name, lane: "", deadlineMs: usualDeadlineMs, signal: undefined });

  /** Runs something on the connection of the moment; waiting for it counts against the deadline. */
  async function onLink<T>(name: string, callOptions: CallOptions, run: (link: Link, request: CallRequest) => Promise<T>): Promise<T> {
    const { lane = "", deadlineMs = usualDeadlineMs, signal } = callOptions;
    const link = lifeline.link();
    if (link) return run(link, { name, lane, deadlineMs, signal });
    const start = performance.now();
    const next = await lifeline.nextLink(name, deadlineMs, signal);
    return run(next, { name, lane, deadlineMs: deadlineMs - (performance.now() - start), signal });
  }

  /** `name` picks the entry; its arguments were checked against it by whoever called. */
  const entry = (name: ProcedureName): Procedure<unknown, unknown> => procedures[name] as Procedure<unknown, unknown>;

  const opener =
    (name: ProcedureName, args: unknown, streamOptions: CallOptions) =>
    (sink: StreamSink): Promise<StreamSource> =>
      onLink(name, streamOptions, (link, request) => link.open(entry(name), args, sink, request));

  await lifeline.start(options.signal);
  return {
    uri: target.shown,
    get state(): ConnectionState {
      return lifeline.state();
    },
    call: (name, args, callOptions = {}) =>
      // The entry's result is what Result says of this name.
      onLink(name, callOptions, (link, request) => link.call(entry(name), args, request)) as never,
    openReadable: async (name, args, streamOptions: StreamOptions = {}) =>
      tied(await openReadable(opener(name, args, streamOptions), streamOptions.holes ?? false), streamOptions.signal),
    openWritable: async (name, args, streamOptions: StreamOptions = {}) =>
      tied(await openWritable(opener(name, args, streamOptions), streamOptions.holes ?? false), streamOptions.signal),
    openDuplex: async (name, args, streamOptions = {}) => tied(await openDuplex(opener(name, args, streamOptions)), streamOptions.signal),
    subscribe: (event, listener, subscribeOptions = {}) =>
      router.subscribe(event, listener, subscribeOptions, (procedure, args, name) =>
        onLink(name, {}, (link, request) => link.call(procedure, args, request)),
      ),
    onState: lifeline.onState,
    close: () =>
      lifeline.close((link) =>
        link.call(procedures.connectClose, {}, { name: "connectClose", lane: "", deadlineMs: 1000, signal: undefined }),
      ),
  };
}

function tied<S extends Stream>(stream: S, signal: AbortSignal | undefined): S {
  if (signal) addAbortSignal(signal, stream as never);
  return stream;
}

function asConnectError(cause: unknown, shown: string): LibvirtError {
  const error = toLibvirtError(cause, "UNREACHABLE", shown);
  if (error.reason === "LOST" || error.reason === "TIMEOUT")
    return new LibvirtError("UNREACHABLE", `${shown}: ${error.message}`, { cause });
  return error;
}
