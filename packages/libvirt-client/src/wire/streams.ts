import { LibvirtError } from "../error";
import { createReader, malformed } from "../xdr/reader";
import { refusal } from "./calls";
import { type Frame, FrameStatus, FrameType, headerOf } from "./frame";
import type { Outbox } from "./outbox";

/** Where what arrives on a stream goes. `false` says: no more for now, until the source's resume(). */
export interface StreamSink {
  data(chunk: Buffer): boolean;
  hole(length: number): boolean;
  /** Everything was sent and received, and the daemon confirmed it. */
  end(): void;
  /** With CLOSED it was the owner's own wish. */
  fail(error: LibvirtError): void;
}

/** Our end of an open stream. */
export interface StreamSource {
  /** Calls back when the connection takes more. */
  write(chunk: Buffer, written: () => void): void;
  hole(length: number, written: () => void): void;
  /** Nothing more from us; the sink's end() tells that the daemon has it all. */
  finish(): void;
  /** Drops it on both sides; the sink hears nothing more. */
  abort(): void;
  resume(): void;
}

export interface Streams {
  readonly paused: boolean;
  add(serial: number, procedure: { program: number; number: number }, sink: StreamSink): void;
  remove(serial: number): void;
  source(serial: number): StreamSource;
  receive(frame: Frame): void;
  fail(error: LibvirtError): void;
}

interface OpenStream {
  readonly program: number;
  readonly procedure: number;
  readonly sink: StreamSink;
  finishing: boolean;
}

/** The payload that moves bytes fastest: 256 KiB less what libvirt counts for itself. */
const pieceLength = 262120;

export function createStreams({ outbox, pause, resume }: { outbox: Outbox; pause(): void; resume(): void }): Streams {
  const open = new Map<number, OpenStream>();
  // A stream has no window of its own: who reads too slowly stops the whole connection, else memory would fill.
  const full = new Set<number>();

  function unblock(serial: number): void {
    if (full.delete(serial) && full.size === 0) resume();
  }
  function remove(serial: number): void {
    open.delete(serial);
    unblock(serial);
  }
  function send(serial: number, { program, procedure }: OpenStream, status: number, payload?: Buffer): void {
    const header = headerOf({ program, procedure, type: FrameType.stream, serial, status }, payload?.length);
    if (payload) outbox.write(header, payload);
    else outbox.write(header);
  }
  function finish(serial: number, stream: OpenStream): void {
    if (stream.finishing) return;
    stream.finishing = true;
    send(serial, stream, FrameStatus.ok);
  }

  return {
    get paused() {
      return full.size > 0;
    },
    add(serial, { program, number }, sink) {
      open.set(serial, { program, procedure: number, sink, finishing: false });
    },
    remove,

    receive({ serial, type, status, payload }) {
      const stream = open.get(serial);
      // What still comes of a stream that was aborted here.
      if (!stream) return;
      const { sink } = stream;
      if (status === FrameStatus.error) {
        remove(serial);
        sink.fail(refusal(payload, "stream"));
        return;
      }
      if (type === FrameType.streamHole) {
        if (!sink.hole(holeLength(payload))) stop(serial);
        return;
      }
      if (status === FrameStatus.ok) {
        remove(serial);
        sink.end();
        return;
      }
      if (status !== FrameStatus.continue) throw malformed(`a stream's frame with status ${status}`);
      // Nothing in it: the daemon has no more, and waits for our word that it is over.
      if (payload.length === 0) finish(serial, stream);
      else if (!sink.data(payload)) stop(serial);
    },

    source(serial) {
      const stream = open.get(serial);
      const write = (chunk: Buffer, written: () => void): void => {
        if (!stream || !open.has(serial)) {
          written();
          return;
        }
        send(serial, stream, FrameStatus.continue, chunk.subarray(0, pieceLength));
        const rest = chunk.subarray(pieceLength);
        outbox.whenWritable(rest.length > 0 ? () => write(rest, written) : written);
      };
      return {
        write,
        hole(length, written) {
          if (!stream || !open.has(serial)) {
            written();
            return;
          }
          const { program, procedure } = stream;
          const payload = Buffer.alloc(12);
          payload.writeBigInt64BE(BigInt(length), 0);
          const header = { program, procedure, type: FrameType.streamHole, serial, status: FrameStatus.continue };
          outbox.write(headerOf(header, payload.length), payload);
          outbox.whenWritable(written);
        },
        finish() {
          if (stream && open.has(serial)) finish(serial, stream);
        },
        abort() {
          if (!stream || !open.has(serial)) return;
          send(serial, stream, FrameStatus.error);
          remove(serial);
        },
        resume: () => unblock(serial),
      };
    },

    fail(error) {
      const streams = [...open.values()];
      open.clear();
      full.clear();
      const reason = error.reason === "LOST" ? "connection lost in the middle of a stream" : "stream ended";
      for (const { sink } of streams)
        sink.fail(new LibvirtError(error.reason, `${reason}: ${error.message}`, { cause: error, sent: true }));
    },
  };

  function stop(serial: number): void {
    if (!open.has(serial)) return;
    full.add(serial);
    pause();
  }
}

function holeLength(payload: Buffer): number {
  const reader = createReader(payload);
  const length = reader.hyper();
  const flags = reader.uint();
  if (length < 0n || length > BigInt(Number.MAX_SAFE_INTEGER) || flags !== 0) throw malformed(`a hole of ${length} bytes, flags ${flags}`);
  return Number(length);
}
