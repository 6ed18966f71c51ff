import type { z } from "zod";
import { maxViolations, ResourceError, type Violation } from "./error";
import { describeGot } from "./expected";
import { unsafe } from "./guard";
import { type JsonSchema, jsonSchema } from "./json-schema";
import { type KindName, kinds } from "./kinds";
import { isKindName } from "./lookup";
import { apiVersion, metadataSchema } from "./metadata";
import { didYouMean } from "./nearest";
import { toViolations, unknownField } from "./violations";

/** What someone applies: checked, with defaults, without what only the store sets. */
export interface ResourceInput<Spec = unknown> {
  apiVersion: typeof apiVersion;
  kind: KindName;
  metadata: {
    name: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    /** Given: only the resource with this uid is meant. */
    uid?: string;
    /** Given: only this version is meant. */
    resourceVersion?: string;
  };
  spec: Spec;
}

/** Strict: throws a ResourceError with everything that is wrong. A status is ignored, and so is what the store sets in metadata. */
export function parseResource(input: unknown): ResourceInput {
  const danger = unsafe(input);
  if (danger) throw new ResourceError([danger]);
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw new ResourceError([
      { path: "", message: `expected a resource with apiVersion, kind, metadata and spec, got ${describeGot(input)}` },
    ]);
  }
  const top: Record<string, unknown> = { ...input };
  const violations: Violation[] = [];
  if (top.apiVersion !== apiVersion) {
    violations.push({ path: "apiVersion", message: `expected ${JSON.stringify(apiVersion)}, got ${describeGot(top.apiVersion)}` });
  }
  const { kind } = top;
  const schema = jsonSchema(isKindName(kind) ? kind : "VirtualMachine");
  const { properties = {} } = schema;
  const unknown = Object.keys(top).filter((key) => !Object.hasOwn(properties, key));
  violations.push(...unknown.slice(0, maxViolations).map((key) => unknownField(schema, [], key)));
  const metadata = parsePart("metadata", metadataSchema, top, schema, violations);
  if (!isKindName(kind)) {
    violations.push({ path: "kind", message: wrongKind(kind) });
    throw new ResourceError(violations);
  }
  const spec = parsePart<unknown>("spec", kinds[kind].spec, top, schema, violations);
  if (violations.length > 0 || !metadata) throw new ResourceError(violations);
  const { name, labels, annotations, uid, resourceVersion } = metadata;
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
    },
    spec,
  };
}

function parsePart<T>(
  part: "metadata" | "spec",
  schema: z.ZodType<T>,
  top: Record<string, unknown>,
  whole: JsonSchema,
  violations: Violation[],
): T | undefined {
  const parsed = schema.safeParse(top[part]);
  if (parsed.success) return parsed.data;
  violations.push(...toViolations(parsed.error.issues.slice(0, maxViolations), whole, top, [part]));
  return undefined;
}

function wrongKind(kind: unknown): string {
  const known = Object.keys(kinds);
  if (typeof kind !== "string") return `required: one of ${known.join(", ")}`;
  return `unknown kind ${describeGot(kind)}${didYouMean(kind, known) || `; one of ${known.join(", ")}`}`;
}
