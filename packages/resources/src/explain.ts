import { ResourceError } from "./error";
import { namesOn } from "./field-path";
import { nearestField } from "./fields";
import { type JsonSchema, jsonSchema } from "./json-schema";
import type { Column, KindName } from "./kinds";
import { lookupKind } from "./lookup";
import { apiVersion } from "./metadata";

/** One field of a kind. */
export interface FieldInfo {
  /** Such as "spec.disks[].sizeGiB". */
  path: string;
  /** Such as "string", "integer", "[]object", "map of string". */
  type: string;
  required: boolean;
  description: string;
  /** What it is if left out, as JSON; empty if that is nothing. */
  defaultJson: string;
  /** What it may be, if that is a closed list. */
  values: string[];
}

/** What there is to say about a kind. */
export interface KindInfo {
  kind: KindName;
  plural: string;
  shortNames: readonly string[];
  apiVersion: string;
  description: string;
  fields: FieldInfo[];
  columns: readonly Column[];
  conditions: readonly string[];
  phases: readonly string[];
  jsonSchema: JsonSchema;
}

/** A kind, by any of its names, and its fields at and below the path, such as "spec.disks". Throws a ResourceError for what is not there. */
export function explain(kindName: string, path = ""): KindInfo {
  const { kind, plural, shortNames, description, columns, conditions, phases } = lookupKind(kindName);
  const schema = jsonSchema(kind);
  return {
    kind,
    plural,
    shortNames,
    apiVersion,
    description,
    columns,
    conditions,
    phases,
    jsonSchema: schema,
    fields: fieldsAt(kind, path),
  };
}

function fieldsAt(kind: KindName, path: string): FieldInfo[] {
  const all = [...fieldsOf(kind)];
  const plain = (p: string) => p.replaceAll("[]", "");
  const wanted = plain(path.trim());
  if (wanted === "") return all;
  const found = all.filter((field) => plain(field.path) === wanted || plain(field.path).startsWith(`${wanted}.`));
  if (found.length > 0) return found;
  const paths = all.map((field) => plain(field.path));
  throw new ResourceError([{ path: path.slice(0, 200), message: `no such field${nearestField(wanted, paths)}` }]);
}

/** What is wrong with a path that leads to a field of none of the kinds, with the nearest; undefined: one has it. */
export function unknownField(kinds: readonly KindName[], path: string): string | undefined {
  const names = namesOn(path);
  if (kinds.some((kind) => leadsSomewhere(jsonSchema(kind), names))) return undefined;
  const paths = kinds.flatMap((kind) => fieldsOf(kind).map((field) => field.path.replaceAll("[]", "")));
  const of = kinds.length === 1 ? `a ${kinds[0]} has no such field` : "no kind has such a field";
  return `${of}${nearestField(names.join("."), paths)}`;
}

/** What stands below a map, or a value of any form, is nobody's but the user's. */
function leadsSomewhere(schema: JsonSchema, [name, ...more]: readonly string[]): boolean {
  const { item } = unwrap(schema);
  if (name === undefined || typeof item.additionalProperties === "object" || item.$ref !== undefined || item.anyOf) return true;
  const property = item.properties && Object.hasOwn(item.properties, name) ? item.properties[name] : undefined;
  return property !== undefined && leadsSomewhere(property, more);
}

const below = new Map<KindName, readonly FieldInfo[]>();

/** All fields of a kind. The same list each time. */
function fieldsOf(kind: KindName): readonly FieldInfo[] {
  const known = below.get(kind);
  if (known) return known;
  const fields = [...fieldsBelow(jsonSchema(kind), "")];
  below.set(kind, fields);
  return fields;
}

function* fieldsBelow(schema: JsonSchema, prefix: string): Generator<FieldInfo> {
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const { item, suffix } = unwrap(property);
    const path = `${prefix}${name}${suffix}`;
    yield {
      path,
      type: typeOf(property),
      required: schema.required?.includes(name) ?? false,
      description: property.description ?? "",
      defaultJson: property.default === undefined ? "" : JSON.stringify(property.default),
      values: (item.enum ?? (item.const === undefined ? [] : [item.const])).map(String),
    };
    yield* fieldsBelow(item, `${path}.`);
  }
}

function unwrap(schema: JsonSchema): { item: JsonSchema; suffix: string } {
  if (!schema.items) return { item: schema, suffix: "" };
  const inner = unwrap(schema.items);
  return { item: inner.item, suffix: `[]${inner.suffix}` };
}

function typeOf({ type, items, anyOf, additionalProperties }: JsonSchema): string {
  if (items) return `[]${typeOf(items)}`;
  if (anyOf) return [...new Set(anyOf.map(typeOf))].join(" or ");
  if (type === "object" && typeof additionalProperties === "object") return `map of ${typeOf(additionalProperties)}`;
  return type ?? "any";
}
