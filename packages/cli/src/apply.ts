import type { Readable } from "node:stream";
import type { JsonObject } from "@bufbuild/protobuf";
import type { Action, Api, Unresolved } from "./api/api";
import { byKind, parseDocuments, refuseDoubles, type SourceDocument } from "./documents";
import { CliError } from "./exit-status";
import { readSources } from "./files";
import { keyOf, type ResourceKey, shownId } from "./resource";
import { oneLine } from "./text";

// One request takes so much at most: servers bound theirs, and an error costs the knowledge of what the rest of its batch did.
const batchCount = 25;
const batchBytes = 512 << 10;

export interface Applied {
  key: ResourceKey;
  action: Action | "applied";
  /** As it is now, or would be. */
  resource?: JsonObject;
  /** What is odd about it, and no error. */
  warnings: readonly string[];
}

/** Reads, parses and checks everything that `-f` names, before anything is sent. */
export async function loadDocuments(paths: readonly string[], recursive: boolean, stdin: Readable): Promise<SourceDocument[]> {
  const documents: SourceDocument[] = [];
  for (const path of paths) {
    for await (const { file, text } of readSources(path, recursive, stdin)) documents.push(...parseDocuments(text, file));
  }
  if (documents.length === 0) throw new CliError("INVALID", `${paths.join(", ")}: no resources`);
  refuseDoubles(documents);
  return byKind(documents);
}

/** Applies in order; tells of each; the first error ends it and says what was not applied. */
export async function applyDocuments(
  api: Api,
  documents: readonly SourceDocument[],
  dryRun: boolean,
  tell: (applied: Applied) => void,
): Promise<void> {
  let done = 0;
  const together = new Set(documents.map((d) => idOf(d.key)));
  for (const batch of batches(documents)) {
    try {
      const results = await api.apply(
        batch.map((d) => d.resource),
        dryRun,
      );
      for (const [i, { action, resource, unresolved }] of results.entries()) {
        const document = batch[i];
        // What stands further on in the files will be there.
        const missing = unresolved.filter((u) => !together.has(idOf(u)));
        tell({ key: keyOf(resource), action, resource, warnings: document ? missing.map((u) => warningOf(document, u)) : [] });
      }
      done += batch.length;
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      // Without an index nothing says how far it came; those before it in the batch were applied, what was done to each is lost.
      const before = error.index ?? 0;
      for (const document of batch.slice(0, before)) tell({ key: document.key, action: "applied", warnings: [] });
      const failed = error.index === undefined && batch.length > 1 ? undefined : batch[before];
      throw explain(error, failed, error.index === undefined ? documents.slice(done + batch.length) : documents.slice(done + before), {
        unknown: error.index === undefined ? batch : [],
      });
    }
  }
}

const idOf = ({ kind, name }: ResourceKey) => `${kind}/${name}`;

function warningOf({ key, locate }: SourceDocument, { field, kind, name, nearest }: Unresolved): string {
  const hint = nearest === "" ? "" : `; did you mean ${nearest}?`;
  return oneLine(`${locate(field)}: ${shownId(key)}: ${field}: there is no ${kind} ${name} yet${hint}`);
}

function explain(
  error: CliError,
  failed: SourceDocument | undefined,
  left: readonly SourceDocument[],
  { unknown }: { unknown: readonly SourceDocument[] },
): CliError {
  const listed = (words: string, documents: readonly SourceDocument[]) => {
    const names = documents.map((d) => shownId(d.key));
    const shown = names.length > 10 ? [...names.slice(0, 10), `and ${names.length - 10} more`] : names;
    return names.length > 0 ? `\n${words}: ${shown.join(", ")}` : "";
  };
  const notApplied = `${listed("applied or not, nothing says", unknown)}${listed("not applied", left.slice(failed && unknown.length === 0 ? 1 : 0))}`;
  if (!failed) return new CliError(error.outcome, `${error.message}${notApplied}`, { hint: error.hint, cause: error });
  const violations = error.violations.map((v) => ({ ...v, where: failed.locate(v.field) }));
  const fields = violations.map((v) => `\n  ${v.where}: ${v.field === "" ? "" : `${v.field}: `}${v.description}`).join("");
  const what = violations.length > 0 ? "is not valid" : error.message;
  return new CliError(error.outcome, `${failed.where}: ${shownId(failed.key)}: ${what}${fields}${notApplied}`, {
    hint: error.hint,
    violations,
    resource: failed.key,
    serverReason: error.serverReason,
    cause: error,
  });
}

function* batches(documents: readonly SourceDocument[]): Generator<SourceDocument[], void, void> {
  let batch: SourceDocument[] = [];
  let bytes = 0;
  for (const document of documents) {
    const size = JSON.stringify(document.resource).length;
    if (batch.length > 0 && (batch.length >= batchCount || bytes + size > batchBytes)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(document);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
