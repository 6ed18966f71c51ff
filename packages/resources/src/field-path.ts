import { ResourceError } from "./error";

/** ["spec", "disks", 0] as "spec.disks[0]"; keys that are no identifiers stand in brackets. */
export function formatPath(path: readonly PropertyKey[]): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(String(part))) text += text === "" ? String(part) : `.${String(part)}`;
    else text += `[${JSON.stringify(String(part))}]`;
  }
  return text;
}

/** What the input has at the path. */
export function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const part of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}

/** The names on a path: ["status", "conditions", "status"] of "status.conditions[type=Ready].status". Throws as compilePath does. */
export const namesOn = (path: string): string[] => parseSteps(path).flatMap((step) => (step.type === "field" ? [step.name] : []));

type Step =
  | { type: "field"; name: string }
  | { type: "each" }
  | { type: "index"; index: number }
  | { type: "where"; field: string; value: string };

const tokens = /\.?([A-Za-z_][A-Za-z0-9_]*)|\[\*\]|\[(\d{1,6})\]|\["([^"\]]{1,512})"\]|\[([A-Za-z][A-Za-z0-9_]*)=([^\]]{0,128})\]/y;
const compiled = new Map<string, (from: unknown) => unknown[]>();
const maxCompiled = 1_000;

/**
 * Everything that a path leads to: "status.phase", "spec.gpus[*].name", "status.conditions[type=Ready].reason", "spec.disks[0].sizeGiB",
 * `metadata.labels["example.com/app"]`. Throws a ResourceError if it is no such path.
 */
export function compilePath(path: string): (from: unknown) => unknown[] {
  const known = compiled.get(path);
  if (known) return known;
  const steps = parseSteps(path);
  const evaluate = (from: unknown) => {
    let values = [from];
    for (const step of steps) values = values.flatMap((value) => take(value, step));
    return values;
  };
  // Paths come from users too, in field selectors.
  if (compiled.size >= maxCompiled) compiled.clear();
  compiled.set(path, evaluate);
  return evaluate;
}

function parseSteps(path: string): Step[] {
  const steps: Step[] = [];
  tokens.lastIndex = 0;
  while (tokens.lastIndex < path.length) {
    const at = tokens.lastIndex;
    const match = tokens.exec(path);
    const dot = path[at] === ".";
    if (!match || (match[1] !== undefined && dot === (at === 0))) {
      throw new ResourceError([{ path, message: `not a field path: can't read it from ${JSON.stringify(path.slice(at, at + 40))}` }]);
    }
    const [, name, index, quoted, field, value] = match;
    if (name !== undefined) steps.push({ type: "field", name });
    else if (quoted !== undefined) steps.push({ type: "field", name: quoted });
    else if (index !== undefined) steps.push({ type: "index", index: Number(index) });
    else if (field !== undefined) steps.push({ type: "where", field, value: value ?? "" });
    else steps.push({ type: "each" });
  }
  if (steps.length === 0) throw new ResourceError([{ path, message: "not a field path: it is empty" }]);
  return steps;
}

function take(value: unknown, step: Step): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  switch (step.type) {
    case "field": {
      const found = valueAt(value, [step.name]);
      return found === undefined || found === null ? [] : [found];
    }
    case "index":
      return Array.isArray(value) && value.length > step.index ? [value[step.index]] : [];
    case "each":
      return Array.isArray(value) ? value : [];
    case "where":
      return Array.isArray(value) ? value.filter((item) => String(valueAt(item, [step.field])) === step.value) : [];
  }
}
