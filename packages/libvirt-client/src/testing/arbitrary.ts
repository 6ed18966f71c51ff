import fc from "fast-check";
import type { AnyCodec } from "../xdr/codec";

/** Any value that a codec takes. */
export function arbitraryOf({ shape }: AnyCodec): fc.Arbitrary<unknown> {
  const few = 3;
  switch (shape.kind) {
    case "int":
      return fc.integer();
    case "uint":
      return fc.nat({ max: 0xffffffff });
    case "char":
      return fc.integer({ min: -128, max: 127 });
    case "uchar":
      return fc.nat({ max: 255 });
    case "ushort":
      return fc.nat({ max: 65535 });
    case "hyper":
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    case "uhyper":
      return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    case "double":
      return fc.double();
    case "uuid":
      return fc.uuid({ version: [1, 4] });
    case "text":
      return fc.string({ unit: "grapheme", maxLength: 20 }).filter((text) => text.isWellFormed() && !text.includes("\0"));
    case "wideText":
      return fc.string({ maxLength: Math.min(20, shape.max) }).filter((text) => !text.includes("\0"));
    case "opaque":
    case "wideBytes":
      return fc.uint8Array({ maxLength: Math.min(20, shape.max) });
    case "optional":
      return fc.option(arbitraryOf(shape.of), { nil: null });
    case "array":
      return fc.array(arbitraryOf(shape.of), { maxLength: Math.min(few, shape.max) });
    case "struct":
      return fc.record(Object.fromEntries(Object.entries(shape.fields).map(([name, codec]) => [name, arbitraryOf(codec)])), {
        noNullPrototype: true,
      });
    case "union":
      return fc.oneof(
        ...Object.entries(shape.arms).map(([type, [, codec]]) =>
          fc.record({ type: fc.constant(type), value: arbitraryOf(codec) }, { noNullPrototype: true }),
        ),
      );
  }
}
