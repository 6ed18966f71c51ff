import { LibvirtError } from "../error";

/** Reads XDR values off one message, never past its end. */
export interface XdrReader {
  readonly remaining: number;
  int(): number;
  uint(): number;
  hyper(): bigint;
  uhyper(): bigint;
  double(): number;
  /** That many bytes and their padding to four; a view, not a copy. */
  bytes(length: number): Buffer;
}

export const malformed = (what: string): LibvirtError => new LibvirtError("PROTOCOL", `malformed message: ${what}`);

export function createReader(buffer: Buffer): XdrReader {
  let at = 0;
  const take = (length: number): number => {
    const start = at;
    if (length > buffer.length - start) throw malformed(`${length} bytes wanted, ${buffer.length - start} left`);
    at = start + length;
    return start;
  };
  return {
    get remaining() {
      return buffer.length - at;
    },
    int: () => buffer.readInt32BE(take(4)),
    uint: () => buffer.readUInt32BE(take(4)),
    hyper: () => buffer.readBigInt64BE(take(8)),
    uhyper: () => buffer.readBigUInt64BE(take(8)),
    double: () => buffer.readDoubleBE(take(8)),
    bytes(length) {
      const start = take(paddedLength(length));
      return buffer.subarray(start, start + length);
    },
  };
}

export const paddedLength = (length: number): number => Math.ceil(length / 4) * 4;
