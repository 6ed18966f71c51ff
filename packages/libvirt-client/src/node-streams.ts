import { Duplex, Readable, Writable } from "node:stream";
import type { LibvirtError } from "./error";
import type { StreamSink, StreamSource } from "./wire/streams";

/** Bytes that are not there: in a sparse volume they read as zeros. */
export interface Hole {
  hole: number;
}
export type StreamPiece = Uint8Array | Hole;

export type OpenStream = (sink: StreamSink) => Promise<StreamSource>;

const zeros = Buffer.alloc(64 * 1024);
const highWaterMark = 1024 * 1024;

/** What the daemon sends. With `holes` it reads pieces, as objects; without, bytes, where a hole reads as zeros. */
export async function openReadable(open: OpenStream, holes: boolean): Promise<Readable> {
  const readable = new Readable({
    objectMode: holes,
    highWaterMark: holes ? 16 : highWaterMark,
    read: () => inlet.pull(),
    destroy(error, done) {
      source?.abort();
      done(error);
    },
  });
  const inlet = createInlet(readable, holes, () => source?.resume());
  let source: StreamSource | undefined;
  source = await open({ ...inlet, fail: failing(readable) });
  if (readable.destroyed) source.abort();
  return readable;
}

/** What the daemon takes. It has finished when the daemon says that it has everything. With `holes` it takes pieces. */
export async function openWritable(open: OpenStream, holes: boolean): Promise<Writable> {
  let confirm: ((error?: Error | null) => void) | undefined;
  let source: StreamSource | undefined;
  const writable = new Writable({
    objectMode: holes,
    highWaterMark: holes ? 16 : highWaterMark,
    decodeStrings: true,
    write(piece: StreamPiece, _encoding, done) {
      if (!source) return done(new Error("written to before it was open"));
      if (piece instanceof Uint8Array) source.write(asBuffer(piece), done);
      else source.hole(piece.hole, done);
    },
    final(done) {
      confirm = done;
      source?.finish();
    },
    destroy(error, done) {
      source?.abort();
      done(error);
    },
  });
  source = await open({
    data: () => true,
    hole: () => true,
    end: () => confirm?.(),
    fail: failing(writable),
  });
  return writable;
}

/** Both ways at once: a console or a channel. Its end is the daemon's. */
export async function openDuplex(open: OpenStream): Promise<Duplex> {
  let source: StreamSource | undefined;
  const duplex = new Duplex({
    allowHalfOpen: false,
    read: () => inlet.pull(),
    write(chunk: Buffer, _encoding, done) {
      if (!source) return done(new Error("written to before it was open"));
      source.write(chunk, done);
    },
    final(done) {
      source?.finish();
      done();
    },
    destroy(error, done) {
      source?.abort();
      done(error);
    },
  });
  const inlet = createInlet(duplex, false, () => source?.resume());
  source = await open({ ...inlet, fail: failing(duplex) });
  return duplex;
}

/** Hands what arrives to a readable in order, as fast as it reads; a hole's zeros are made as they are read. */
function createInlet(readable: Readable, holes: boolean, resume: () => void): Omit<StreamSink, "fail"> & { pull(): void } {
  const waiting: (Buffer | Hole)[] = [];
  let wanted = true;
  let ended = false;

  function flow(): boolean {
    while (wanted) {
      const piece = waiting[0];
      if (!piece) break;
      if (Buffer.isBuffer(piece) || holes) {
        waiting.shift();
        wanted = readable.push(piece);
        continue;
      }
      const chunk = zeros.subarray(0, Math.min(piece.hole, zeros.length));
      piece.hole -= chunk.length;
      if (piece.hole === 0) waiting.shift();
      if (chunk.length > 0) wanted = readable.push(chunk);
    }
    if (waiting.length === 0 && ended) readable.push(null);
    return wanted && waiting.length === 0;
  }
  const take = (piece: Buffer | Hole): boolean => {
    waiting.push(piece);
    return flow();
  };

  return {
    data: take,
    hole: (length) => take({ hole: length }),
    end() {
      ended = true;
      flow();
    },
    pull() {
      wanted = true;
      if (flow()) resume();
    },
  };
}

/** Whoever closed the connection hears of no error; a stream that had not ended then closes without an end. */
const failing =
  (stream: Readable | Writable) =>
  (error: LibvirtError): void =>
    void stream.destroy(error.reason === "CLOSED" ? undefined : error);

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
