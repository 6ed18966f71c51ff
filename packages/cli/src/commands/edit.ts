import type { JsonObject } from "@bufbuild/protobuf";
import { Command } from "commander";
import type { Api } from "../api/api";
import { type ApiOptions, withApi } from "../connect";
import type { Context } from "../context";
import { declaredPart } from "../declared";
import type { SourceDocument } from "../documents";
import { createDraft } from "../editor";
import { CliError } from "../exit-status";
import { loadKinds } from "../kinds";
import { getNamed } from "../named";
import { connectionOptions } from "../options";
import { keyOf, refOf } from "../resource";
import { oneLine, printable } from "../text";

export const editCommand = (context: Context): Command =>
  connectionOptions(
    new Command("edit")
      .description("change a resource in your editor (EDITOR)")
      .argument("<kind>", "kind, such as vm")
      .argument("<name>", "its name"),
  ).action((word: string, name: string, options: ApiOptions) =>
    withApi(context, options, async (api) => {
      const { kind } = (await loadKinds(api)).resolve(word);
      await edit(context, api, await getNamed(api, kind, name));
    }),
  );

/** Opens the editor until the manager takes what was saved, or nothing more is changed. */
async function edit(context: Context, api: Api, resource: JsonObject): Promise<void> {
  const { applyDocuments } = await import("../apply");
  const { yamlOf } = await import("../output");
  const { terminal } = context;
  const ref = refOf(keyOf(resource));
  const draft = createDraft(context, ref.replace("/", "-"));
  const original = (await yamlOf())(declaredPart(resource, { withVersion: true }));
  let text = original;
  let refused: CliError | undefined;
  for (;;) {
    const saved = withoutNotes(await draft.edit(`${notes(ref, refused)}${text}`));
    if (saved.trim() === "" || saved === original) {
      draft.discard();
      terminal.out(`${oneLine(ref)} not changed\n`);
      return;
    }
    if (refused && saved === text) throw keeping(refused, draft.file);
    text = saved;
    try {
      const document = onlyDocument(await parse(saved, draft.file), resource);
      await applyDocuments(api, [document], false, ({ action, warnings }) => {
        terminal.out(`${oneLine(ref)} ${action}\n`);
        for (const warning of warnings) terminal.note(`${terminal.style("yellow", "warning:")} ${warning}`);
      });
      draft.discard();
      return;
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      // Another try with the same text helps only with what is wrong in it.
      if (error.outcome !== "INVALID") throw keeping(error, draft.file);
      refused = error;
    }
  }
}

async function parse(text: string, file: string): Promise<SourceDocument[]> {
  const { parseDocuments } = await import("../documents");
  return parseDocuments(text, file);
}

function onlyDocument(documents: readonly SourceDocument[], resource: JsonObject): SourceDocument {
  const [document, ...more] = documents;
  if (!document || more.length > 0) throw new CliError("INVALID", `expected one resource, got ${documents.length}`);
  const [is, was] = [refOf(document.key), refOf(keyOf(resource))];
  if (is !== was) throw new CliError("INVALID", `metadata.name: kind and name stay: expected ${was}, got ${is}`);
  return document;
}

function keeping(error: CliError, file: string): CliError {
  const again =
    error.outcome === "CONFLICT"
      ? `compare it with what is there now: take metadata.resourceVersion out of it, and \`remuda diff -f ${file}\``
      : `apply it with \`remuda apply -f ${file}\` when it is right`;
  const hint = `${error.hint === undefined ? "" : `${error.hint}\n  `}the draft is kept in ${file}; ${again}`;
  return new CliError(error.outcome, error.message, { hint, violations: error.violations, cause: error });
}

const mark = "#| ";

function notes(ref: string, refused: CliError | undefined): string {
  const lines = refused
    ? [...printable(refused.message).split("\n"), "Change it, or leave it as it is to give up; the draft is kept then."]
    : [`${oneLine(ref)}: save to apply; leave it as it is, or empty, to change nothing.`];
  return lines.map((line) => `${mark}${line}\n`).join("");
}

/** Without the lines that notes() wrote above. */
const withoutNotes = (text: string) => text.replace(/^(?:#\|.*\n)+/, "");
