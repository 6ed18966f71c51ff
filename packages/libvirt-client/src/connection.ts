import type { Duplex, Readable, Writable } from "node:stream";
import type { LibvirtError } from "./error";
import type { EventName, EventOf, SubscribeOptions, Subscription } from "./events";
import type { Arguments, ProcedureName, Result, Streaming } from "./table/procedures";

export interface CallOptions {
  signal?: AbortSignal;
  /** From now until the answer; 60 s unless told. Infinity for what takes as long as it takes. */
  deadlineMs?: number;
  /** Calls of one lane wait for each other while the connection is busy; lanes take turns. */
  lane?: string;
}

export interface StreamOptions extends CallOptions {
  /** Object mode: pieces are bytes or { hole }. The procedure's own flag asks for a sparse stream. */
  holes?: boolean;
}

export type ConnectionState =
  | { state: "connected" }
  /** Lost, and on the way back; the error says why the last try, or the connection, failed. */
  | { state: "reconnecting"; error: LibvirtError }
  | { state: "closed"; error?: LibvirtError };

/**
 * A connection to one libvirt daemon that lasts: when it breaks, it is made anew and every subscription with it. What was with
 * the daemon at that moment fails with LOST, and is never sent again; what comes meanwhile waits a little for the next one.
 */
export interface Libvirt {
  /** Without a password. */
  readonly uri: string;
  readonly state: ConnectionState;
  /** Calls one procedure. */
  call<N extends ProcedureName>(name: N, args: Arguments<N>, options?: CallOptions): Promise<Result<N>>;
  /** Starts a download. Read it to its end or destroy it: a stream that nobody reads stops the whole connection. */
  openReadable<N extends Streaming<"down">>(name: N, args: Arguments<N>, options?: StreamOptions): Promise<Readable>;
  /** Starts an upload. "finish" says that the daemon has all of it; destroy() before drops the rest. */
  openWritable<N extends Streaming<"up">>(name: N, args: Arguments<N>, options?: StreamOptions): Promise<Writable>;
  /** Opens a console or a channel. */
  openDuplex<N extends Streaming<"both">>(name: N, args: Arguments<N>, options?: CallOptions): Promise<Duplex>;
  /** Listens to one kind of event, from the daemon's answer on and over reconnects. */
  subscribe<E extends EventName>(event: E, listener: (event: EventOf<E>) => void, options?: SubscribeOptions<E>): Promise<Subscription>;
  /** Told of every change of `state`; answers how to stop listening. */
  onState(listener: (state: ConnectionState) => void): () => void;
  /** Says good-bye to the daemon and ends everything. */
  close(): Promise<void>;
}
