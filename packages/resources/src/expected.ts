import type { JsonSchema } from "./json-schema";

const formats: Record<string, string> = {
  ipv4: "IPv4 address",
  ipv6: "IPv6 address",
  cidrv4: "IPv4 address with prefix length such as 192.0.2.10/24",
  cidrv6: "IPv6 address with prefix length such as 2001:db8::10/64",
  uri: "http or https URL",
};

/** What a schema takes, for people: "integer ≥ 1", `one of "On", "Off"`. */
export function describeExpected(schema: JsonSchema | undefined): string {
  if (!schema) return "something else";
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return `one of ${schema.enum.map((v) => JSON.stringify(v)).join(", ")}`;
  if (schema.anyOf) return [...new Set(schema.anyOf.map(describeExpected))].join(" or ");
  switch (schema.type) {
    case "integer":
    case "number":
      return [schema.type, ...bounds(schema)].join(" ");
    case "string": {
      if (schema.format && formats[schema.format]) return formats[schema.format] ?? "string";
      const { minLength, maxLength } = schema;
      if (minLength !== undefined && maxLength !== undefined) return `string of ${minLength} to ${maxLength} characters`;
      return maxLength === undefined ? "string" : `string of at most ${maxLength} characters`;
    }
    case "boolean":
      return "true or false";
    case "array":
      return schema.maxItems === undefined ? "list" : `list of at most ${schema.maxItems} items`;
    case "object":
      return "object";
    default:
      return "something else";
  }
}

function bounds({ minimum, exclusiveMinimum, maximum }: JsonSchema): string[] {
  const said: string[] = [];
  if (exclusiveMinimum !== undefined) said.push(`> ${exclusiveMinimum}`);
  // zod writes the limits of exact integers into every schema; they tell nobody anything.
  if (minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER) said.push(`≥ ${minimum}`);
  if (maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER) said.push(`${said.length > 0 ? "and " : ""}≤ ${maximum}`);
  return said;
}

/** What was there, for people; never much of it. */
export function describeGot(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  const text = JSON.stringify(value) ?? String(value);
  if (text.length <= 60) return text;
  return typeof value === "string" ? `${text.slice(0, 58)}…"` : `${text.slice(0, 59)}…`;
}
