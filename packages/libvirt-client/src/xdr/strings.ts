import { type Codec, invalid } from "./codec";
import { malformed, type XdrReader } from "./reader";

/** Text of at most `max` bytes of UTF-8. The daemon ends it at a NUL, so none may be in it. */
export const text = (max: number): Codec<string> => ({
  shape: { kind: "text", max },
  leastBytes: 4,
  encode(writer, value) {
    if (typeof value !== "string") throw invalid("a string is wanted");
    if (value.includes("\0") || !value.isWellFormed()) throw invalid("the text holds a NUL or half a character");
    const length = Buffer.byteLength(value);
    if (length > max) throw invalid(`${length} bytes of text, ${max} are allowed`);
    writer.uint(length);
    writer.text(value, length);
  },
  decode: (reader) => reader.bytes(lengthUpTo(reader, max)).toString("utf8"),
});

/** Bytes, up to `max`. What is read is a copy of its own. */
export const opaque = (max: number): Codec<Uint8Array> => ({
  shape: { kind: "opaque", max },
  leastBytes: 4,
  encode(writer, value) {
    if (!(value instanceof Uint8Array)) throw invalid("bytes are wanted");
    if (value.length > max) throw invalid(`${value.length} bytes, ${max} are allowed`);
    writer.uint(value.length);
    writer.bytes(value);
  },
  decode: (reader) => Uint8Array.from(reader.bytes(lengthUpTo(reader, max))),
});

/** An array of XDR chars, which take four bytes each; as bytes. */
export const wideBytes = (max: number): Codec<Uint8Array> => ({
  shape: { kind: "wideBytes", max },
  leastBytes: 4,
  encode(writer, value) {
    if (!(value instanceof Uint8Array)) throw invalid("bytes are wanted");
    if (value.length > max) throw invalid(`${value.length} bytes, ${max} are allowed`);
    writer.uint(value.length);
    for (const byte of value) writer.int((byte << 24) >> 24);
  },
  decode: (reader) => readWide(reader, lengthUpTo(reader, max)),
});

/** Text in a fixed number of XDR chars of four bytes each, ended by a NUL. */
export const wideText = (size: number): Codec<string> => ({
  shape: { kind: "wideText", max: size - 1 },
  leastBytes: 4 * size,
  encode(writer, value) {
    const bytes = Buffer.from(value);
    if (bytes.length >= size || bytes.includes(0)) throw invalid(`text of at most ${size - 1} bytes is wanted`);
    for (let i = 0; i < size; i++) writer.int(((bytes[i] ?? 0) << 24) >> 24);
  },
  decode(reader) {
    const bytes = readWide(reader, size);
    const end = bytes.indexOf(0);
    return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString("utf8");
  },
});

function lengthUpTo(reader: XdrReader, max: number): number {
  const length = reader.uint();
  if (length > max) throw malformed(`${length} bytes, ${max} are allowed`);
  return length;
}

function readWide(reader: XdrReader, length: number): Uint8Array {
  if (length * 4 > reader.remaining) throw malformed(`${length} chars in ${reader.remaining} bytes`);
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const value = reader.int();
    if (value < -128 || value > 255) throw malformed(`${value} is no char`);
    bytes[i] = value & 0xff;
  }
  return bytes;
}
