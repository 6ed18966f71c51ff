import type { Violation } from "./error";
import { formatPath } from "./field-path";

// Protobuf readers give up at 100 messages within each other, and a level of a Struct takes three.
const maxDepth = 30;
const maxCharacters = 4 << 20;
const maxNodes = 200_000;
const forbiddenKeys = new Set(["__proto__", "constructor", "prototype"]);
// Tab, line feed and carriage return are text; the rest of C0 and DEL is not.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** What makes input unsafe to look at any closer: not plain data, too deep, too big, keys that reach into objects. At most one is told. */
export function unsafe(input: unknown): Violation | undefined {
  let characters = 0;
  let nodes = 0;

  function visit(value: unknown, path: (string | number)[]): Violation | undefined {
    const wrong = (message: string): Violation => ({ path: formatPath(path.slice(0, 8)), message });
    if (path.length > maxDepth) return wrong(`nested deeper than ${maxDepth} levels`);
    if (++nodes > maxNodes) return { path: "", message: `more than ${maxNodes} values` };
    switch (typeof value) {
      case "string":
        characters += value.length;
        if (control.test(value)) return wrong("contains a control character");
        if (!value.isWellFormed()) return wrong("contains half a character: a surrogate, such as \\ud800, without its other half");
        break;
      case "number":
        if (!Number.isFinite(value)) return wrong(`expected a finite number, got ${value}`);
        break;
      case "boolean":
      case "undefined":
        break;
      case "object":
        if (value === null) break;
        return Array.isArray(value) ? visitAll(value.entries(), path) : visitObject(value, path, wrong);
      default:
        return wrong(`expected plain data, got a ${typeof value}`);
    }
    return characters > maxCharacters ? { path: "", message: `larger than ${maxCharacters >> 20} MiB` } : undefined;
  }

  function visitObject(value: object, path: (string | number)[], wrong: (message: string) => Violation) {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) {
      return wrong(`expected plain data, got a ${value.constructor?.name ?? "strange object"}`);
    }
    return visitAll(Object.entries(value), path);
  }

  function visitAll(entries: Iterable<[string | number, unknown]>, path: (string | number)[]): Violation | undefined {
    for (const [key, value] of entries) {
      if (typeof key === "string") {
        characters += key.length;
        if (forbiddenKeys.has(key) || control.test(key) || !key.isWellFormed()) {
          return { path: formatPath(path), message: `a field can't be called ${JSON.stringify(key)}` };
        }
      }
      path.push(key);
      const found = visit(value, path);
      if (found) return found;
      path.pop();
    }
    return undefined;
  }

  return visit(input, []);
}
