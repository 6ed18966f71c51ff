import type { JsonObject, JsonValue } from "@bufbuild/protobuf";

/** Writes JSON as the bytes of a google.protobuf.Struct with their length before them: a length-delimited field without its tag. */
export type EncodeStruct = (value: JsonObject) => Uint8Array;

// Tags of the fields of Struct, its map's entries, Value and ListValue.
const fieldsTag = 0x0a;
const keyTag = 0x0a;
const valueTag = 0x12;
const nullTag = 0x08;
const numberTag = 0x11;
const stringTag = 0x1a;
const boolTag = 0x20;
const structTag = 0x2a;
const listTag = 0x32;
const itemTag = 0x0a;

const shortString = 64;

/**
 * A tenth of the time that reflection over messages takes: a Struct is several messages for each field of a resource. It writes from the end
 * to the start, so that each length is known when it is to be written.
 */
export function createStructEncoder(): EncodeStruct {
  let buffer = Buffer.allocUnsafe(16 << 10);
  let at = buffer.length;

  const reserve = (bytes: number) => {
    if (bytes <= at) return;
    const written = buffer.length - at;
    const larger = Buffer.allocUnsafe(Math.max(2 * buffer.length, written + bytes));
    buffer.copy(larger, larger.length - written, at);
    at = larger.length - written;
    buffer = larger;
  };
  const byte = (value: number) => {
    reserve(1);
    buffer[--at] = value;
  };
  const length = (value: number) => {
    let bytes = 1;
    for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes++;
    reserve(bytes);
    at -= bytes;
    let left = value;
    for (let i = 0; i < bytes - 1; i++, left >>>= 7) buffer[at + i] = (left & 0x7f) | 0x80;
    buffer[at + bytes - 1] = left;
  };
  const shortAscii = (value: string): boolean => {
    if (value.length > shortString) return false;
    reserve(value.length);
    const start = at - value.length;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) return false;
      buffer[start + i] = code;
    }
    at = start;
    return true;
  };
  const text = (value: string) => {
    const before = buffer.length - at;
    if (!shortAscii(value)) {
      const bytes = Buffer.byteLength(value);
      reserve(bytes);
      at -= bytes;
      buffer.write(value, at, bytes);
    }
    length(buffer.length - at - before);
  };
  /** What `write` writes, with its length. */
  const delimited = (write: () => void) => {
    const before = buffer.length - at;
    write();
    length(buffer.length - at - before);
  };

  const struct = (value: JsonObject) => {
    const keys = Object.keys(value);
    for (let i = keys.length - 1; i >= 0; i--) {
      const key = keys[i] ?? "";
      const item = value[key];
      // As in JSON, what is undefined is not there.
      if (item === undefined) continue;
      const before = buffer.length - at;
      any(item);
      length(buffer.length - at - before);
      byte(valueTag);
      text(key);
      byte(keyTag);
      length(buffer.length - at - before);
      byte(fieldsTag);
    }
  };
  const list = (values: readonly JsonValue[]) => {
    for (let i = values.length - 1; i >= 0; i--) {
      delimited(() => any(values[i] ?? null));
      byte(itemTag);
    }
  };
  const any = (value: JsonValue) => {
    switch (typeof value) {
      case "string":
        text(value);
        return byte(stringTag);
      case "number":
        reserve(8);
        at -= 8;
        buffer.writeDoubleLE(value, at);
        return byte(numberTag);
      case "boolean":
        byte(value ? 1 : 0);
        return byte(boolTag);
    }
    if (value === null) {
      byte(0);
      return byte(nullTag);
    }
    if (Array.isArray(value)) {
      delimited(() => list(value));
      return byte(listTag);
    }
    delimited(() => struct(value));
    return byte(structTag);
  };

  return (value) => {
    at = buffer.length;
    delimited(() => struct(value));
    return new Uint8Array(buffer.subarray(at));
  };
}
