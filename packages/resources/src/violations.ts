import type { z } from "zod";
import { maxViolations, type Violation } from "./error";
import { describeExpected, describeGot } from "./expected";
import { formatPath, valueAt } from "./field-path";
import { type JsonSchema, schemaAt } from "./json-schema";
import { nearest } from "./nearest";

type Issue = z.core.$ZodIssue;

/** What a schema found wrong, in words: where, what was expected, what was there. `schema` and `input` are those of the whole resource. */
export function toViolations(issues: readonly Issue[], schema: JsonSchema, input: unknown, at: readonly PropertyKey[]): Violation[] {
  const violations = issues.flatMap((issue) => {
    const path = [...at, ...issue.path];
    if (issue.code === "unrecognized_keys") return issue.keys.slice(0, maxViolations).map((key) => unknownField(schema, path, key));
    return { path: formatPath(path), message: messageOf(issue, schemaAt(schema, path), valueAt(input, path)) };
  });
  // A number can break several rules of its schema, and the message tells all of them.
  const first = new Map(violations.map((violation) => [`${violation.path}: ${violation.message}`, violation]));
  return [...first.values()];
}

/** A field that the schema does not have, with the one that was probably meant. */
export function unknownField(schema: JsonSchema, parent: readonly PropertyKey[], key: string): Violation {
  const within = schemaAt(schema, parent);
  const near = nearest(key, Object.keys(within?.properties ?? {})) ?? elsewhere(within, key) ?? elsewhere(schema, key);
  return {
    path: formatPath([...parent, key.slice(0, 100)]),
    message: `unknown field${near === undefined ? "" : `; did you mean ${near}?`}`,
  };
}

function messageOf(issue: Issue, schema: JsonSchema | undefined, value: unknown): string {
  switch (issue.code) {
    case "custom":
      return issue.message;
    case "invalid_key":
      return `expected ${issue.issues[0]?.message ?? "another key"}, got ${describeGot(issue.path.at(-1))}`;
    case "invalid_format":
      // A pattern's message is ours and says more than the schema does.
      return `expected ${issue.format === "regex" ? issue.message : describeExpected(schema)}, got ${describeGot(value)}`;
    default:
      if (value === undefined) return `required: ${describeExpected(schema)}`;
      return `expected ${describeExpected(schema)}, got ${describeGot(value)}${lengthOf(value)}`;
  }
}

function lengthOf(value: unknown): string {
  if (Array.isArray(value)) return ` of ${value.length}`;
  return typeof value === "string" && value.length > 60 ? ` (${value.length} characters)` : "";
}

/** The path of a field of just this name further down, such as hardware.memoryMiB for memoryMiB. */
function elsewhere(schema: JsonSchema | undefined, key: string, prefix = ""): string | undefined {
  for (const [name, property] of Object.entries(schema?.properties ?? {})) {
    const path = `${prefix}${name}`;
    if (prefix !== "" && name.toLowerCase() === key.toLowerCase()) return path;
    const found = elsewhere(property, key, `${path}.`) ?? (property.items && elsewhere(property.items, key, `${path}[].`));
    if (found !== undefined) return found;
  }
  return undefined;
}
