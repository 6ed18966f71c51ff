import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { type Document, isAlias, Lexer, LineCounter, parseAllDocuments, visit } from "yaml";
import { CliError } from "./exit-status";
import { isObject, parsePath } from "./field-path";
import { type ResourceKey, shownId } from "./resource";
import { oneLine } from "./text";

/** A resource from a file, and where it stands there. */
export interface SourceDocument {
  key: ResourceKey;
  resource: JsonObject;
  /** "web.yaml:12" */
  where: string;
  /** "web.yaml:17" for "spec.disks[0].sizeGiB", or the nearest field around it. */
  locate(field: string): string;
}

// What an alias may stand for in all; beyond it a small file becomes a huge one.
const maxAliasCount = 100;
// No resource has a tenth of it.
const maxDepth = 200;
const kindOrder = ["Provider", "VMClass", "VMImage", "VMNetwork", "VirtualMachine"];

/** Every resource of a YAML or JSON text; a `List` is taken apart. */
export function parseDocuments(text: string, file: string): SourceDocument[] {
  const lines = new LineCounter();
  refuseDeep(text, file);
  const documents = notTooDeep(file, () =>
    parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, strict: true, uniqueKeys: true, logLevel: "silent" }),
  );
  return [...documents].flatMap((document) => {
    // A tag that is not known would be left out, and its value taken as a text.
    const problem = document.errors[0] ?? document.warnings.find(({ code }) => code === "TAG_RESOLVE_FAILED");
    if (problem) {
      // The parser catches its own overflow, and tells it as a fault of the text.
      if (/call stack/.test(problem.message)) throw tooDeep(file);
      const { line, col } = lines.linePos(problem.pos[0]);
      throw new CliError("INVALID", `${file}:${line}:${col}: ${oneLine(problem.message)}`);
    }
    const lineOf: LineOf = (path) => {
      const offset = nodeOffset(document, path);
      return `${file}:${offset === undefined ? 1 : lines.linePos(offset).line}`;
    };
    const value = notTooDeep(file, () => toJson(document, lineOf));
    if (value === null) return [];
    const items = isObject(value) && value.kind === "List" ? value.items : undefined;
    if (isObject(value) && value.kind === "List" && !Array.isArray(items))
      throw new CliError("INVALID", `${lineOf(["items"])}: items: expected the list of resources that a List has`);
    return Array.isArray(items)
      ? items.map((item, i) => sourceDocument(item, (path) => lineOf(["items", i, ...path])))
      : [sourceDocument(value, lineOf)];
  });
}

/** What others refer to comes first; within a kind, the files' order. */
export const byKind = (documents: readonly SourceDocument[]): SourceDocument[] =>
  documents
    .map((document, i) => ({ document, i, rank: kindOrder.indexOf(document.key.kind) }))
    .sort((a, b) => (a.rank < 0 ? kindOrder.length : a.rank) - (b.rank < 0 ? kindOrder.length : b.rank) || a.i - b.i)
    .map(({ document }) => document);

/** The same resource twice is a mistake: the second would undo the first. */
export function refuseDoubles(documents: readonly SourceDocument[]): void {
  const seen = new Map<string, SourceDocument>();
  for (const document of documents) {
    const id = `${document.key.kind}/${document.key.name}`;
    const before = seen.get(id);
    if (before) throw new CliError("INVALID", `${document.where}: ${shownId(document.key)} stands in ${before.where} too`);
    seen.set(id, document);
  }
}

/** "web.yaml:12" for a path, or the nearest node around it. */
type LineOf = (path: readonly (string | number)[]) => string;

function toJson(document: Document, lineOf: LineOf): JsonValue {
  let aliases = 0;
  visit(document, {
    Alias: (_, alias) => {
      aliases += 1;
      if (alias.resolve(document) === undefined)
        throw new CliError(
          "INVALID",
          `${lineOf([])}: the alias *${oneLine(alias.source)} stands for nothing: there is no anchor &${oneLine(alias.source)}`,
        );
    },
  });
  try {
    if (aliases > maxAliasCount) throw new ReferenceError("too many aliases");
    const value: unknown = document.toJS({ maxAliasCount });
    // What JSON can't say (a date, a binary, an infinity) the API can't take.
    return assertJson(value ?? null, [], lineOf);
  } catch (cause) {
    if (cause instanceof CliError || cause instanceof RangeError) throw cause;
    throw new CliError("INVALID", `${lineOf([])}: refused: its aliases stand for too much`, { cause, hint: "write the values out" });
  }
}

/** Before it is parsed: the parser calls itself for each bracket, and tells of its own end in words of its own. */
function refuseDeep(text: string, file: string): void {
  let depth = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === "[" || token === "{") depth++;
    if (token === "]" || token === "}") depth--;
    if (depth > maxDepth) throw tooDeep(file);
  }
}

const tooDeep = (file: string, cause?: unknown) => new CliError("INVALID", `${file}: refused: it is nested too deeply`, { cause });

/** What is nested so deeply that reading it takes more stack than there is can be no resource. */
function notTooDeep<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof RangeError) throw tooDeep(file, cause);
    throw cause;
  }
}

function assertJson(value: unknown, path: readonly (string | number)[], lineOf: LineOf): JsonValue {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map((item, i) => assertJson(item, [...path, i], lineOf));
  const refuse = (at: readonly (string | number)[], problem: string) =>
    new CliError("INVALID", `${lineOf(at)}: ${path.length > 0 ? oneLine(pathText(at)) : "the document"} ${problem}`);
  if (typeof value === "number") throw refuse(path, `is ${value}: expected a finite number`);
  if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    // As a key it would be lost on the way.
    if (Object.hasOwn(value, "__proto__")) throw refuse([...path, "__proto__"], "is no field: the name is not allowed");
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, assertJson(v, [...path, k], lineOf)]));
  }
  throw refuse(path, "is no text, number, true/false, list or object");
}

const pathText = (path: readonly (string | number)[]): string =>
  path.reduce<string>((text, step) => (typeof step === "number" ? `${text}[${step}]` : text === "" ? step : `${text}.${step}`), "");

function sourceDocument(value: JsonValue, lineOf: LineOf): SourceDocument {
  const where = lineOf([]);
  const refuse = (problem: string) => new CliError("INVALID", `${where}: ${problem}`);
  if (!isObject(value)) throw refuse("not a resource: it needs apiVersion, kind, metadata and spec");
  const { apiVersion, kind, metadata } = value;
  if (typeof apiVersion !== "string" || apiVersion === "") throw refuse('apiVersion is missing; write "apiVersion: remuda.dev/v1alpha1"');
  if (typeof kind !== "string" || kind === "")
    throw refuse(missing("kind", kind) ?? `kind: expected a text such as VirtualMachine, got ${gotText(kind)}`);
  if (metadata !== undefined && !isObject(metadata)) throw refuse(`metadata: expected an object with a name, got ${gotText(metadata)}`);
  const name = isObject(metadata) ? metadata.name : undefined;
  if (typeof name !== "string" || name === "")
    throw refuse(missing("metadata.name", name) ?? `metadata.name: expected a text, got ${gotText(name)}; in quotes it is one`);
  // A resource as `get -o yaml` shows it may be applied again: what only the server says is left out.
  const { status: _, ...resource } = value;
  return {
    key: { kind, name },
    resource,
    where,
    locate: (field) => lineOf(fieldSteps(field)),
  };
}

function missing(field: "kind" | "metadata.name", value: JsonValue | undefined): string | undefined {
  if (value !== undefined && value !== null && value !== "") return undefined;
  return field === "kind" ? 'kind is missing; write one such as "kind: VirtualMachine"' : "metadata.name is missing";
}

const gotText = (value: JsonValue | undefined): string =>
  Array.isArray(value) ? "a list" : isObject(value) ? "an object" : oneLine(JSON.stringify(value)).slice(0, 60);

/** The nearest node on the path that is there. */
function nodeOffset(document: Document, path: readonly (string | number)[]): number | undefined {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range) && !isAlias(node)) {
      const [offset] = node.range;
      if (typeof offset === "number") return offset;
    }
  }
  return undefined;
}

const fieldSteps = (field: string): (string | number)[] =>
  parsePath(field).flatMap<string | number>((step) => {
    if ("key" in step) return [step.key];
    return "index" in step ? [step.index] : [];
  });
