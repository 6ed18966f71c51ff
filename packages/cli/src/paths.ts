import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { CliError } from "./exit-status";
import { scalarText, valuesAt } from "./field-path";
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
