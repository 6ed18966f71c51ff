import fc from "fast-check";
import { dataTypes } from "../gen/schema";
import { fieldsOf, isA, isEnumeration, isListed, isNumberType } from "../schema";
import { isXmlText } from "../xml-characters";

const names = Object.keys(dataTypes);
const text = fc.string({ unit: "grapheme", maxLength: 12 }).filter(isXmlText);
const bound: Readonly<Record<string, fc.Arbitrary<number>>> = {
  byte: fc.integer({ min: -128, max: 127 }),
  short: fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }),
  int: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  long: fc.maxSafeInteger(),
};
const reference = fc.record({
  _typeName: fc.constant("ManagedObjectReference"),
  type: fc.constantFrom("VirtualMachine", "Folder", "HostSystem"),
  value: fc.stringMatching(/^[a-z]{1,6}-\d{1,4}$/),
});
const boxed = fc.oneof(
  text.map((_value) => ({ _typeName: "string", _value })),
  fc.integer().map((_value) => ({ _typeName: "int", _value })),
  fc.maxSafeInteger().map((_value) => ({ _typeName: "long", _value })),
  fc.boolean().map((_value) => ({ _typeName: "boolean", _value })),
  fc.array(text).map((_value) => ({ _typeName: "ArrayOfString", _value })),
  fc.array(reference).map((_value) => ({ _typeName: "ArrayOfManagedObjectReference", _value })),
  fc.constantFrom("poweredOn", "poweredOff").map((_value) => ({ _typeName: "VirtualMachinePowerState", _value })),
);

/** Any value of a listed type, or of one that derives from it. Deep fields are left out where they may be. */
export function anyValueOf(type: string, depth = 0): fc.Arbitrary<unknown> {
  if (type === "boolean") return fc.boolean();
  if (isNumberType(type)) return bound[type] ?? fc.constant(0);
  if (type === "anyType") return depth > 3 ? boxed : fc.oneof(boxed, reference, anyValueOf("Description", depth + 1));
  if (type === "ManagedObjectReference") return reference;
  if (isEnumeration(type) || !isListed(type)) return text;
  const concrete = depth > 3 ? [type] : names.filter((name) => isA(name, type));
  return fc.constantFrom(...concrete).chain((name) => {
    const fields = fieldsOf(name).filter((field) => writable(field.type) && !(field.optional && depth > 1));
    const parts = fields.map((field) => {
      const one = anyValueOf(field.type, depth + 1);
      if (!field.array) return field.optional ? fc.option(one, { nil: undefined, freq: 3 }) : one;
      // An empty array that may be left out is left out on the wire.
      return field.optional
        ? fc.option(fc.array(one, { minLength: 1, maxLength: 2 }), { nil: undefined })
        : fc.array(one, { maxLength: 2 });
    });
    return fc.tuple(...parts).map((values) => {
      const value: Record<string, unknown> = { _typeName: name };
      fields.forEach((field, index) => {
        if (values[index] !== undefined) value[field.name] = values[index];
      });
      return value;
    });
  });
}

const writable = (type: string) => isListed(type) || isEnumeration(type) || /^[a-z]/.test(type) || type === "ManagedObjectReference";
