import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import type { FieldInfo } from "@remuda/contract/manager";
import { CliError } from "./exit-status";
import { parsePath, scalarText, valuesAt } from "./field-path";
import { nearest, oneLine } from "./text";

const wholePath = /^[^.[\]]+(\.[^.[\]]+|\[("[^"]*"|[^\]]*)\])*$/;
const roots = ["apiVersion", "kind", "metadata", "spec", "status"];

/** ".status.phase", "{.status.phase}" or "status.phase" as the last; USAGE if it can be no field of a resource. */
export function resourcePath(text: string, where: string): string {
  const path = text
    .trim()
    .replace(/^\{(.*)\}$/s, "$1")
    .replace(/^\$?\.?/, "")
    // As it is written elsewhere: [?(@.type=="Ready")].
    .replace(/\[\?\(@\.([A-Za-z0-9_]+)==["']([^"']*)["']\)\]/g, "[$1=$2]");
  const [root = ""] = path.split(/[.[]/);
  if (roots.includes(root)) {
    if (wholePath.test(path)) return path;
    throw new CliError("USAGE", `${where}: "${oneLine(text)}" is no path: its dots or brackets don't match`, {
      hint: 'write .status.host, .spec.disks[0].name or .metadata.labels["a.b/c"]',
    });
  }
  const near = root === "items" ? undefined : nearest(root, roots);
  const hint = near
    ? `did you mean .${near}${path.slice(root.length)}?`
    : `a path begins at one resource, such as .metadata.name or .status.phase`;
  throw new CliError("USAGE", `${where}: ${text.trim() === "" ? "the path is empty" : `"${oneLine(text)}" is no field of a resource`}`, {
    hint,
  });
}

/** The field that was probably meant, or "", of a path that leads to none of those that are known; undefined: it leads to one, or that can't be told. */
export function unknownField(path: string, known: readonly Pick<FieldInfo, "path" | "type">[]): string | undefined {
  const names = parsePath(path).flatMap((step) => ("key" in step ? [step.key] : []));
  const types = new Map(known.map((field) => [field.path.replaceAll("[]", ""), field.type]));
  const at = names.findIndex((_, i) => !types.has(names.slice(0, i + 1).join(".")));
  if (at < 0) return undefined;
  const parent = names.slice(0, at).join(".");
  const below = [...types.keys()].filter((p) =>
    at === 0 ? !p.includes(".") : p.startsWith(`${parent}.`) && !p.includes(".", parent.length + 1),
  );
  const type = types.get(parent) ?? "object";
  if (below.length === 0 && /object|map|any|or/.test(type)) return undefined;
  const wrong = names[at] ?? "";
  const near = nearest(
    wrong,
    below.map((p) => p.slice(p.lastIndexOf(".") + 1)),
  );
  return near === undefined ? "" : [...names.slice(0, at), near, ...names.slice(at + 1)].join(".");
}

export interface CustomColumn {
  heading: string;
  path: string;
}

/** "NAME:.metadata.name,PHASE:.status.phase"; commas in brackets belong to the path. */
export function parseCustomColumns(text: string): CustomColumn[] {
  const columns = text.split(/,(?![^[]*\])/).map((column): CustomColumn => {
    const [, heading, path] = /^([^:]+):(.*)$/s.exec(column) ?? [];
    if (heading === undefined || path === undefined) {
      throw new CliError("USAGE", `custom-columns: "${oneLine(column)}" is no column`, {
        hint: "write HEADING:.path, such as custom-columns=NAME:.metadata.name,HOST:.status.host",
      });
    }
    return { heading: oneLine(heading), path: resourcePath(path, `custom-columns: ${oneLine(heading)}`) };
  });
  return columns;
}

/** "{.metadata.name}: {.status.addresses[*]}" as a function of a resource; what stands outside of braces, or in quotes within them, is text. */
export function parseTemplate(text: string): (resource: JsonObject) => string {
  const parts = [...text.matchAll(/\{\s*"((?:[^"\\]|\\.)*)"\s*\}|\{([^{}]*)\}|([^{}]+)|([{}])/gs)].map(([, quoted, path, plain, brace]) => {
    if (brace !== undefined)
      throw new CliError("USAGE", `jsonpath: the braces of "${oneLine(text)}" don't match`, { hint: "write {.status.phase}" });
    if (path === undefined) return plain ?? unescaped(quoted ?? "");
    const at = resourcePath(path, "jsonpath");
    return (resource: JsonObject) => valuesAt(resource, at).map(scalarText).join(" ");
  });
  if (parts.every((part) => typeof part === "string")) {
    // Without braces the whole is a path.
    const at = resourcePath(text, "jsonpath");
    return (resource) => valuesAt(resource, at).map(scalarText).join(" ");
  }
  return (resource) => parts.map((part) => (typeof part === "string" ? part : part(resource))).join("");
}

const unescaped = (text: string) => text.replace(/\\(.)/g, (_, c: string) => (c === "n" ? "\n" : c === "t" ? "\t" : c));

const collator = new Intl.Collator("en", { numeric: true });

/** By the first value at a path: numbers by size, texts with the numbers in them by size; those without a value last. */
export function comparing(path: string): (a: JsonObject, b: JsonObject) => number {
  const key = (resource: JsonObject): JsonValue | undefined => valuesAt(resource, path)[0];
  return (a, b) => {
    const [left, right] = [key(a), key(b)];
    if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
    if (typeof left === "number" && typeof right === "number") return left - right;
    return collator.compare(scalarText(left), scalarText(right));
  };
}
