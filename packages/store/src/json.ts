/**
 * A frozen copy as JSON has it: without undefined, dates as strings. Throws on what JSON can't say. What says the same as the part of
 * `current` in its place is that part itself: `current` must be such a copy.
 */
export function frozenCopy<T>(value: T, current?: unknown): T;
export function frozenCopy(value: unknown, current?: unknown): unknown {
  if (value === current) return current;
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      // JSON knows no minus zero.
      return Number.isFinite(value) ? value + 0 : null;
    case "bigint":
      throw new TypeError("JSON has no BigInt");
    case "object":
      if (value === null) return null;
      if ("toJSON" in value && typeof value.toJSON === "function") return frozenCopy(value.toJSON(), current);
      return Array.isArray(value) ? copyArray(value, current) : copyObject(value, current);
    default:
      return undefined;
  }
}

function copyArray(value: readonly unknown[], current: unknown): readonly unknown[] {
  const before: readonly unknown[] | undefined = Array.isArray(current) ? current : undefined;
  let same = before?.length === value.length;
  const copy: unknown[] = [];
  for (let index = 0; index < value.length; index++) {
    const copied = frozenCopy(value[index], before?.[index]) ?? null;
    same &&= copied === before?.[index];
    copy.push(copied);
  }
  return same && before ? before : Object.freeze(copy);
}

function copyObject(value: object, current: unknown): object {
  // Objects that are no arrays have values by names.
  const from = value as Record<string, unknown>;
  const before = typeof current === "object" && !Array.isArray(current) ? (current as Record<string, unknown> | null) : null;
  const copy: Record<string, unknown> = {};
  let size = 0;
  let same = before !== null;
  for (const key of Object.keys(from)) {
    const had = before !== null && Object.hasOwn(before, key) ? before[key] : undefined;
    const copied = frozenCopy(from[key], had);
    if (copied === undefined) continue;
    size++;
    same &&= copied === had;
    // Assigned, it would become the copy's prototype.
    if (key === "__proto__") Object.defineProperty(copy, key, { value: copied, enumerable: true });
    else copy[key] = copied;
  }
  return before && same && Object.keys(before).length === size ? before : Object.freeze(copy);
}

/** Freezes a tree of plain objects and arrays in place. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const key in value) deepFreeze(value[key]);
  return Object.freeze(value);
}
