import { fromBinary, fromJson, type JsonObject, toBinary, toJson } from "@bufbuild/protobuf";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { StructSchema } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createStructEncoder } from "./struct-encoder";

const encode = createStructEncoder();
const decode = (bytes: Uint8Array) => toJson(StructSchema, fromBinary(StructSchema, new BinaryReader(bytes).bytes()));

const key = fc.string({ maxLength: 20 }).filter((name) => name !== "__proto__");
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
    fc.string({ unit: "grapheme", maxLength: 100 }),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.dictionary(key, tie("value"), { maxKeys: 5 }),
  ),
}));

test("every JSON object is read by others as what it was", () => {
  fc.assert(
    fc.property(fc.dictionary(key, value), (object) => {
      expect(decode(encode(object as JsonObject))).toEqual(object);
    }),
  );
});

test("the bytes are those that protobuf's own encoder writes", () => {
  const object = {
    name: "grün",
    long: "ä".repeat(5000),
    list: [1, -2.5, null, [], {}],
    inner: { yes: true, no: false, deep: { text: "" } },
  };
  const bytes = encode(object);
  expect(new BinaryReader(bytes).bytes()).toEqual(toBinary(StructSchema, fromJson(StructSchema, object)));
});

test("what is undefined is left out, and an answer outlives the next one", () => {
  const first = encode({ a: 1, b: undefined } as unknown as JsonObject);
  encode({ other: "x".repeat(100_000) });
  expect(decode(first)).toEqual({ a: 1 });
});
