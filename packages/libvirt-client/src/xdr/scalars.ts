import { type Codec, invalid } from "./codec";
import { malformed } from "./reader";

type Kind = "int" | "uint" | "char" | "uchar" | "ushort";

const integer = (kind: Kind, min: number, max: number): Codec<number> => ({
  shape: { kind },
  leastBytes: 4,
  encode(writer, value) {
    if (!Number.isInteger(value) || value < min || value > max) throw invalid(`${value} is no integer from ${min} to ${max}`);
    if (min < 0) writer.int(value);
    else writer.uint(value);
  },
  decode(reader) {
    const value = min < 0 ? reader.int() : reader.uint();
    if (value < min || value > max) throw malformed(`${value} is outside ${min} to ${max}`);
    return value;
  },
});

export const int = integer("int", -(2 ** 31), 2 ** 31 - 1);
export const uint = integer("uint", 0, 2 ** 32 - 1);
export const char = integer("char", -128, 127);
export const uchar = integer("uchar", 0, 255);
export const ushort = integer("ushort", 0, 65535);

const big = (kind: "hyper" | "uhyper", min: bigint, max: bigint): Codec<bigint> => ({
  shape: { kind },
  leastBytes: 8,
  encode(writer, value) {
    if (typeof value !== "bigint" || value < min || value > max) throw invalid(`${value} is no bigint from ${min} to ${max}`);
    writer[kind](value);
  },
  decode: (reader) => reader[kind](),
});

/** 64 bits are bigint both ways. */
export const hyper = big("hyper", -(2n ** 63n), 2n ** 63n - 1n);
export const uhyper = big("uhyper", 0n, 2n ** 64n - 1n);

export const double: Codec<number> = {
  shape: { kind: "double" },
  leastBytes: 8,
  encode(writer, value) {
    if (typeof value !== "number") throw invalid(`${value} is no number`);
    writer.double(value);
  },
  decode: (reader) => reader.double(),
};

const uuidForm = /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

/** Sixteen bytes, as text in the usual form; dashes may be missing in what is given. */
export const uuid: Codec<string> = {
  shape: { kind: "uuid" },
  leastBytes: 16,
  encode(writer, value) {
    if (typeof value !== "string" || !uuidForm.test(value)) throw invalid(`${JSON.stringify(value)} is no UUID`);
    writer.bytes(Buffer.from(value.replaceAll("-", ""), "hex"));
  },
  decode(reader) {
    const hex = reader.bytes(16).toString("hex");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  },
};
