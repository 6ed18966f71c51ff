import { LibvirtError, toLibvirtError } from "../error";
import type { Procedure } from "../table/procedure";
import { remoteError } from "../table/types";
import { createReader, malformed } from "../xdr/reader";
import { createWriter } from "../xdr/writer";
import { type Frame, FrameStatus, FrameType, fillHeader, headerLength, maxFrameLength } from "./frame";
import { createFairQueue } from "./queue";

export interface CallRequest {
  /** The procedure's name, for errors. */
  name: string;
  /** Calls of one lane wait for each other; lanes take turns. */
  lane: string;
  /** From now until the answer, waiting in the queue included. */
  deadlineMs: number;
  signal: AbortSignal | undefined;
}

interface Pending {
  readonly request: CallRequest;
  readonly frame: Buffer;
  readonly procedure: { program: number; number: number };
  /** 0 until it is sent. */
  serial: number;
  /** Reads the answer and settles the promise; after an abort or a deadline, only reads on. */
  settle(frame: Frame): void;
  reject(error: LibvirtError): void;
  onSent: ((serial: number) => void) | undefined;
}

interface CallHooks {
  /** The serial, before anything can come back. */
  sent(serial: number): void;
  /** The call went well, but its caller had given up before. */
  late(serial: number): void;
}

interface Call<R> {
  /** The serial that it was sent with, or 0. */
  serial(): number;
  answer: Promise<R>;
}

export interface Calls {
  call<A, R>(procedure: Procedure<A, R>, args: A, request: CallRequest, hooks?: CallHooks): Call<R>;
  reply(frame: Frame): void;
  /** The connection is gone: nothing will be answered. */
  fail(error: LibvirtError): void;
}

export interface CallsOptions {
  write(frame: Buffer): void;
  inFlight: number;
  maxQueued: number;
}

export function createCalls({ write, inFlight, maxQueued }: CallsOptions): Calls {
  const queue = createFairQueue<Pending>();
  const sent = new Map<number, Pending>();
  let lastSerial = 0;
  let failure: LibvirtError | undefined;

  function pump(): void {
    while (sent.size < inFlight) {
      const next = queue.shift();
      if (!next) return;
      next.serial = nextSerial();
      sent.set(next.serial, next);
      const { program, number } = next.procedure;
      next.onSent?.(next.serial);
      write(fillHeader(next.frame, { program, procedure: number, type: FrameType.call, serial: next.serial, status: FrameStatus.ok }));
    }
  }

  function nextSerial(): number {
    do lastSerial = lastSerial === 0xffffffff ? 1 : lastSerial + 1;
    while (sent.has(lastSerial));
    return lastSerial;
  }

  return {
    call<A, R>(procedure: Procedure<A, R>, args: A, request: CallRequest, hooks?: CallHooks): Call<R> {
      const { name, lane, deadlineMs, signal } = request;
      let pending: Pending | undefined;
      const answer = new Promise<R>((resolve, reject) => {
        if (failure) throw restated(failure, name, false);
        if (signal?.aborted)
          throw new LibvirtError("ABORTED", `${name}: aborted before it was sent`, { cause: signal.reason, procedure: name });
        if (queue.size >= maxQueued) throw new LibvirtError("BUSY", `${name}: ${queue.size} calls wait already`, { procedure: name });
        const frame = encodeCall(procedure, args, name);

        const timer = Number.isFinite(deadlineMs)
          ? setTimeout(() => giveUp("TIMEOUT", `no answer in ${deadlineMs} ms`), deadlineMs)
          : undefined;
        const onAbort = () => giveUp("ABORTED", "aborted", signal?.reason);
        signal?.addEventListener("abort", onAbort, { once: true });
        let given = false;
        const done = () => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", onAbort);
        };
        const waiting: Pending = {
          request,
          frame,
          procedure,
          serial: 0,
          onSent: hooks?.sent,
          reject(error) {
            given = true;
            done();
            reject(error);
          },
          settle(reply) {
            done();
            try {
              resolve(decodeReply(procedure, reply, name));
              if (given) hooks?.late(waiting.serial);
            } catch (error) {
              if (error instanceof LibvirtError && error.reason === "REFUSED") {
                reject(error);
                return;
              }
              reject(restated(toLibvirtError(error, "PROTOCOL", "its answer can't be read"), name, true));
              throw error;
            }
          },
        };
        // A call that was sent keeps its place with the daemon until the answer comes, wanted or not: libvirt can't take one back.
        function giveUp(reason: "TIMEOUT" | "ABORTED", what: string, cause?: unknown): void {
          const wasSent = waiting.serial !== 0;
          if (!wasSent) queue.remove(lane, waiting);
          const state = wasSent ? "it was sent, its outcome is unknown" : "it was never sent";
          waiting.reject(new LibvirtError(reason, `${name}: ${what}; ${state}`, { cause, procedure: name, sent: wasSent }));
        }
        pending = waiting;
        queue.push(lane, waiting);
        pump();
      });
      return { serial: () => pending?.serial ?? 0, answer };
    },

    reply(frame) {
      const pending = sent.get(frame.serial);
      if (!pending) throw malformed(`a reply to the call ${frame.serial}, which was not made`);
      if (frame.program !== pending.procedure.program || frame.procedure !== pending.procedure.number) {
        throw malformed(`a reply of procedure ${frame.procedure} to ${pending.request.name}`);
      }
      sent.delete(frame.serial);
      try {
        pending.settle(frame);
      } finally {
        pump();
      }
    },

    fail(error) {
      failure = error;
      for (const pending of sent.values()) pending.reject(restated(error, pending.request.name, true));
      sent.clear();
      for (let next = queue.shift(); next; next = queue.shift()) next.reject(restated(error, next.request.name, false));
    },
  };
}

/** The connection's end as one call sees it: lost with an unknown outcome where it was sent, unreachable where not. */
function restated(error: LibvirtError, procedure: string, sent: boolean): LibvirtError {
  const state = sent ? "connection lost, outcome unknown" : "not connected, never sent";
  const reason = error.reason === "LOST" && !sent ? "UNREACHABLE" : error.reason;
  return new LibvirtError(reason, `${procedure}: ${state}: ${error.message}`, { cause: error, procedure, sent });
}

function encodeCall<A>(procedure: Procedure<A, unknown>, args: A, name: string): Buffer {
  const writer = createWriter(maxFrameLength, headerLength);
  try {
    procedure.args.encode(writer, args);
  } catch (error) {
    throw new LibvirtError("INVALID", `${name}: ${error instanceof Error ? error.message : error}`, { cause: error, procedure: name });
  }
  return writer.finish();
}

function decodeReply<R>(procedure: Pick<Procedure<unknown, R>, "result">, { status, payload }: Frame, name: string): R {
  if (status === FrameStatus.error) throw refusal(payload, name);
  if (status !== FrameStatus.ok) throw malformed(`a reply to ${name} with status ${status}`);
  const reader = createReader(payload);
  const result = procedure.result.decode(reader);
  if (reader.remaining > 0) throw malformed(`${reader.remaining} bytes after the answer to ${name}`);
  return result;
}

/** The daemon's error of a payload, as ours. */
export function refusal(payload: Buffer, name: string): LibvirtError {
  const { code, domain, message } = remoteError.decode(createReader(payload));
  return new LibvirtError("REFUSED", `${name}: ${message ?? "refused without a word"}`, { procedure: name, sent: true, code, domain });
}
