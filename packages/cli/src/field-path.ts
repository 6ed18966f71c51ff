import type { JsonValue } from "@bufbuild/protobuf";

type Step = { key: string } | { index: number } | { every: true } | { where: string; equals: string };

/** "status.conditions[type=Ready].status", "spec.gpus[*].name", "spec.disks[0].sizeGiB", `metadata.labels["a.b/c"]`. */
export function parsePath(path: string): Step[] {
  const steps: Step[] = [];
  for (const [, key, bracket] of path.matchAll(/([^.[\]]+)|\[("[^"]*"|[^\]]*)\]/g)) {
    if (key !== undefined) steps.push({ key });
    else if (bracket !== undefined) steps.push(bracketStep(bracket));
  }
  return steps;
}

function bracketStep(text: string): Step {
  if (text === "*" || text === "") return { every: true };
  if (text.startsWith('"')) return { key: text.slice(1, -1) };
  if (/^\d+$/.test(text)) return { index: Number(text) };
  const [where = "", ...rest] = text.split("=");
  return rest.length > 0 ? { where, equals: rest.join("=") } : { key: text };
}

/** Every value at a path; none where something on the way is missing. */
export function valuesAt(value: JsonValue | undefined, path: string): JsonValue[] {
  let found: JsonValue[] = value === undefined ? [] : [value];
  for (const step of parsePath(path)) found = found.flatMap((v) => follow(v, step));
  return found;
}

/** The first value at a path. */
export const valueAt = (value: JsonValue | undefined, path: string): JsonValue | undefined => valuesAt(value, path)[0];

/** The value at a path if it is text, else "". */
export function textAt(value: JsonValue | undefined, path: string): string {
  const found = valueAt(value, path);
  return typeof found === "string" ? found : "";
}

function follow(value: JsonValue, step: Step): JsonValue[] {
  if (Array.isArray(value)) {
    if ("every" in step) return value;
    if ("index" in step) return present(value[step.index]);
    if ("where" in step) return value.filter((item) => isObject(item) && scalarText(item[step.where]) === step.equals);
    return [];
  }
  if (!isObject(value)) return [];
  if ("every" in step) return Object.values(value);
  return "key" in step && Object.hasOwn(value, step.key) ? present(value[step.key]) : [];
}

export const isObject = (value: JsonValue | undefined): value is { [key: string]: JsonValue } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A value as one word of text; objects and lists as JSON. */
export function scalarText(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

const present = (value: JsonValue | undefined): JsonValue[] => (value === undefined || value === null ? [] : [value]);
