import { z } from "zod";
import { type KindName, kinds } from "./kinds";
import { apiVersion, metadataSchema } from "./metadata";
import { statusFields } from "./status-schema";

/** The part of JSON Schema that the kinds use. */
export interface JsonSchema {
  type?: string;
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  format?: string;
  pattern?: string;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  $ref?: string;
  [keyword: string]: unknown;
}

const made = new Map<KindName, JsonSchema>();

/** The JSON Schema of a whole resource, as it is applied. The same object each time; don't change it. */
export function jsonSchema(kind: KindName): JsonSchema {
  const known = made.get(kind);
  if (known) return known;
  const { description, spec } = kinds[kind];
  // References are from the root of the whole.
  const { $defs, ...specSchema } = convert(spec);
  const schema: JsonSchema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: kind,
    description,
    type: "object",
    properties: {
      apiVersion: { type: "string", const: apiVersion, description: "The version of the kinds." },
      kind: { type: "string", const: kind, description: "Which kind it is." },
      metadata: { ...convert(metadataSchema), description: "Its name, and what the store knows about it." },
      spec: { ...specSchema, description: "What is wanted." },
      status: {
        type: "object",
        description: "What is; Remuda writes it, and it is ignored in what is applied.",
        properties: statusFields[kind],
      },
    },
    required: ["apiVersion", "kind", "metadata", "spec"],
    additionalProperties: false,
    ...($defs === undefined ? {} : { $defs }),
  };
  made.set(kind, schema);
  return schema;
}

function convert(schema: z.ZodType): JsonSchema {
  // Its own type allows booleans and more keywords; what zod writes for an object is an object.
  const { $schema: _, ...converted } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any", reused: "inline" }) as JsonSchema;
  return converted;
}

/** The schema of what stands at the path; undefined where anything may stand. */
export function schemaAt(schema: JsonSchema, path: readonly PropertyKey[]): JsonSchema | undefined {
  let at: JsonSchema | undefined = schema;
  for (const part of path) {
    if (typeof part === "number") at = at?.items;
    else {
      const { properties, additionalProperties }: JsonSchema = at ?? {};
      const name = String(part);
      if (properties && Object.hasOwn(properties, name)) at = properties[name];
      else at = typeof additionalProperties === "object" ? additionalProperties : undefined;
    }
  }
  return at;
}
