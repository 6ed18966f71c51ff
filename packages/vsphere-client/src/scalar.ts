import { VsphereError } from "./error";
import { isNumberType } from "./schema";

const maxDepth = 64;
const bounds: Readonly<Record<string, [number, number]>> = {
  byte: [-128, 127],
  short: [-(2 ** 15), 2 ** 15 - 1],
  int: [-(2 ** 31), 2 ** 31 - 1],
};

/** A number, boolean or text that is to be sent, checked against its type. */
export function checkedScalar(value: unknown, type: string, path: string): string | number | boolean {
  if (isNumberType(type)) {
    const [least, most] = bounds[type] ?? [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
    const fraction = type === "float" || type === "double";
    if (typeof value === "number" && Number.isFinite(value) && (fraction || (Number.isInteger(value) && value >= least && value <= most))) {
      return value === 0 ? 0 : value;
    }
  } else if (type === "boolean") {
    if (typeof value === "boolean") return value;
  } else if (typeof value === "string") return value;
  throw invalid(path, `${describe(value)} is no ${type}`);
}

export const invalid = (path: string, what: string) => new VsphereError("INVALID", `${path}: ${what}`);

export function checkDepth(depth: number, path: string): void {
  if (depth > maxDepth) throw invalid(path.slice(0, 200), `nested deeper than ${maxDepth}`);
}

/** The members of a value to be sent. */
export function membersOf(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(path, `${describe(value)} is no object`);
  return value as Record<string, unknown>; // An object that is no array has nothing but members.
}

/** Refuses members that the type has not: dropped, they would be a wish that nobody hears. */
export function checkMembers(members: Record<string, unknown>, allowed: (name: string) => boolean, type: string, path: string): void {
  for (const [name, value] of Object.entries(members)) {
    if (name !== "_typeName" && value !== undefined && !allowed(name)) throw invalid(path, `${type} has no field ${name}`);
  }
}

export function arrayOf(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(path, `${describe(value)} is no array`);
  return value;
}

const describe = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "an array" : typeof value === "object" ? "an object" : `a ${typeof value}`;
