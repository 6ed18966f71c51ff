import { dataTypes, enumerations, methods } from "./gen/schema";
import type { ManagedObjectReference, VimMethods, VimObjects, VimTypes } from "./gen/types";

/** A data type, enumeration or fault of the API, by its name. */
export type Vim<N extends keyof VimTypes> = VimTypes[N];
export type Method = keyof VimMethods;
export type Params<M extends Method> = VimMethods[M]["params"];
export type Result<M extends Method> = VimMethods[M]["result"];
/** A managed object's type that has listed properties. */
export type ObjectType = keyof VimObjects;
export type MoRef = ManagedObjectReference;

/** A field as it stands on the wire. */
export interface Field {
  name: string;
  type: string;
  array: boolean;
  optional: boolean;
}

interface MethodShape {
  params: readonly Field[];
  answer: Field | undefined;
}

const numbers = new Set(["int", "long", "short", "byte", "float", "double"]);
const texts = new Set(["string", "dateTime", "base64Binary", "anyURI"]);
const enums = new Set(enumerations);

export const isNumberType = (type: string): boolean => numbers.has(type);
/** What has no members: in a field typed anyType it stands in `_value`. */
export const isScalar = (type: string): boolean => numbers.has(type) || texts.has(type) || enums.has(type) || type === "boolean";
export const isEnumeration = (type: string): boolean => enums.has(type);
/** What the `xsd` namespace names, rather than the API's own. */
export const isXsd = (type: string): boolean => isScalar(type) && !enums.has(type);

/** The type of an array's elements, for "ArrayOfString" and the like. */
export function elementType(type: string): string | undefined {
  if (!type.startsWith("ArrayOf")) return undefined;
  const name = type.slice("ArrayOf".length);
  const lower = name.charAt(0).toLowerCase() + name.slice(1);
  return isXsd(lower) || lower === "anyType" ? lower : name;
}

export const isListed = (type: string): boolean => Object.hasOwn(dataTypes, type);

const split = (type: string): [base: string, fields: string] => {
  const text = dataTypes[type] ?? "|";
  const at = text.indexOf("|");
  return [text.slice(0, at), text.slice(at + 1)];
};

/** Whether a type is another or derives from it. */
export function isA(type: string, ancestor: string): boolean {
  for (let at = type; at !== ""; at = split(at)[0]) if (at === ancestor) return true;
  return false;
}

const parents = new Set(Object.keys(dataTypes).map((type) => split(type)[0]));
/** Whether other types derive from it. */
export const hasDescendants = (type: string): boolean => parents.has(type);

const known = new Map<string, readonly Field[]>();

/** All fields in wire order, the base's first. Of a type that is not listed: none. */
export function fieldsOf(type: string): readonly Field[] {
  const found = known.get(type);
  if (found) return found;
  const [base, own] = split(type);
  const fields = [...(base === "" ? [] : fieldsOf(base)), ...parseFields(own)];
  known.set(type, fields);
  return fields;
}

const shapes = new Map<string, MethodShape>();

export function methodShape(method: Method): MethodShape {
  const found = shapes.get(method);
  if (found) return found;
  const text = methods[method] ?? "|";
  const at = text.lastIndexOf("|");
  const [answer] = parseFields(text.slice(at + 1) && `returnval:${text.slice(at + 1)}`);
  const shape = { params: parseFields(text.slice(0, at)), answer };
  shapes.set(method, shape);
  return shape;
}

function parseFields(text: string): Field[] {
  return text
    .split(" ")
    .filter((field) => field !== "")
    .map((field) => {
      const [name = "", notation = ""] = field.split(":");
      return {
        name,
        type: notation.replace(/(\[\])?\??$/, ""),
        array: notation.includes("[]"),
        optional: notation.endsWith("?"),
      };
    });
}

export const moRef = (type: string, value: string): MoRef => ({ _typeName: "ManagedObjectReference", type, value });
export const sameRef = (a: MoRef, b: MoRef): boolean => a.type === b.type && a.value === b.value;

/** Whether a value is of that type or one that derives from it. */
export const isVim = <N extends keyof VimTypes>(
  value: { _typeName: string } | undefined,
  name: N,
): value is VimTypes[N] & { _typeName: string } => value !== undefined && isA(value._typeName, name);
