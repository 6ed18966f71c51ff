import { LibvirtError } from "../error";
import { paddedLength } from "./reader";

/** Writes XDR values into one growing buffer, up to a limit. */
export interface XdrWriter {
  int(value: number): void;
  uint(value: number): void;
  hyper(value: bigint): void;
  uhyper(value: bigint): void;
  double(value: number): void;
  /** The bytes and zeros up to a multiple of four. */
  bytes(value: Uint8Array): void;
  /** The UTF-8 text as bytes() writes it; `length` is its length in bytes. */
  text(value: string, length: number): void;
  finish(): Buffer;
}

/** `reserve` leaves room at the start, for the caller to fill. */
export function createWriter(limit: number, reserve = 0): XdrWriter {
  let buffer = Buffer.allocUnsafe(512);
  let at = reserve;
  const room = (length: number): number => {
    const start = at;
    at += length;
    if (at > limit) throw new LibvirtError("INVALID", `a message holds at most ${limit} bytes`);
    if (at > buffer.length) {
      const grown = Buffer.allocUnsafe(Math.min(limit, Math.max(at, buffer.length * 2)));
      buffer.copy(grown, 0, 0, start);
      buffer = grown;
    }
    return start;
  };
  return {
    // room() may replace the buffer, so it comes first.
    int(value) {
      const start = room(4);
      buffer.writeInt32BE(value, start);
    },
    uint(value) {
      const start = room(4);
      buffer.writeUInt32BE(value, start);
    },
    hyper(value) {
      const start = room(8);
      buffer.writeBigInt64BE(value, start);
    },
    uhyper(value) {
      const start = room(8);
      buffer.writeBigUInt64BE(value, start);
    },
    double(value) {
      const start = room(8);
      buffer.writeDoubleBE(value, start);
    },
    bytes(value) {
      const start = room(paddedLength(value.length));
      buffer.set(value, start);
      buffer.fill(0, start + value.length, at);
    },
    text(value, length) {
      const start = room(paddedLength(length));
      buffer.write(value, start, length, "utf8");
      buffer.fill(0, start + length, at);
    },
    finish: () => buffer.subarray(0, at),
  };
}
