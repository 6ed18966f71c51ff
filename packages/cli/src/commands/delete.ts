import type { JsonObject } from "@bufbuild/protobuf";
import { Command } from "commander";
import type { Api } from "../api/api";
import { type ApiOptions, whatGoesOn, withWaitingApi } from "../connect";
import type { Context } from "../context";
import { type Marked, waitUntilGone } from "../deletion";
import { parseDurationMs } from "../duration";
import { exampleOf } from "../examples";
import { CliError } from "../exit-status";
import { isObject, scalarText, textAt, valuesAt } from "../field-path";
import { loadKinds } from "../kinds";
import { collect, connectionOptions, waitTimeout } from "../options";
import { type ResourceKey, refOf } from "../resource";
import { oneLine } from "../text";

interface Options extends ApiOptions {
  filename?: string[];
  recursive?: boolean;
  selector?: string;
  fieldSelector?: string;
  wait: boolean;
  force?: boolean;
  ignoreNotFound?: boolean;
  timeout: string;
}

/** Tells the manager to let go of a machine whose platform can't be asked. */
const forceAnnotation = "remuda.dev/force-delete";

export const deleteCommand = (context: Context): Command => {
  const command = new Command("delete")
    .description("delete resources and wait until they are gone")
    .argument("[kind]", "kind, such as vm")
    .argument("[name...]", "which")
    .option("-f, --filename <path>", "all that stand in a file, folder or standard input; may be repeated", collect)
    .option("-R, --recursive", "folders in folders too")
    .option("-l, --selector <labels>", "those with these labels")
    .option("--field-selector <fields>", "those with these fields, such as status.phase=Failed")
    .option("--no-wait", "only mark them")
    .option("--ignore-not-found", "what is gone already is no error")
    .option("--force", "let go even if the platform can't be asked; a machine may be left running there");
  connectionOptions(command, waitTimeout);
  return command.action((word: string | undefined, names: string[], options: Options) => {
    const timeout = { text: options.timeout, ms: parseDurationMs(options.timeout) };
    if ((word === undefined) === (options.filename === undefined))
      throw new CliError("USAGE", "say what: KIND NAME…, or -f FILE", { hint: exampleOf("delete") });
    if (word !== undefined && names.length > 0 === selects(options)) {
      throw new CliError("USAGE", "say which: names, --selector LABELS or --field-selector FIELDS", { hint: exampleOf("delete") });
    }
    if (options.force && (word === undefined || selects(options))) {
      const hint = "such as: remuda delete vm web-1 --force";
      throw new CliError("USAGE", "--force takes names alone: say of each machine that it may be left behind", { hint });
    }
    return withWaitingApi(context, options, async (api) => {
      if (options.force) {
        context.terminal.note("--force: what can't be deleted on its platform is forgotten, and may go on running and costing there");
        for (const name of names) await warnOfWhatIsLeft(context, api, word ?? "", name);
      }
      const marked: Marked[] = [];
      for (const key of await named(context, api, word, names, options)) {
        const before = await mark(context, api, key, options);
        if (before) marked.push(before);
      }
      if (options.wait && marked.length > 0) await waitUntilGone(context, api, marked, timeout);
    }).catch(
      whatGoesOn(
        "what was marked goes on being deleted without this command; look with `remuda get`, or wait with `remuda wait KIND NAME --for delete`",
      ),
    );
  });
};

const selects = ({ selector, fieldSelector }: Options) => selector !== undefined || fieldSelector !== undefined;

async function named(
  context: Context,
  api: Api,
  word: string | undefined,
  names: readonly string[],
  options: Options,
): Promise<ResourceKey[]> {
  if (word === undefined) {
    const { loadDocuments } = await import("../apply");
    const documents = await loadDocuments(options.filename ?? [], options.recursive ?? false, context.terminal.stdin);
    // What refers to others goes first.
    return documents.map((d) => d.key).reverse();
  }
  const { kind } = (await loadKinds(api)).resolve(word);
  if (!selects(options)) return names.map((name) => ({ kind, name }));
  const keys: ResourceKey[] = [];
  for await (const page of api.list({ kind, labelSelector: options.selector, fieldSelector: options.fieldSelector })) {
    keys.push(...page.map((r) => ({ kind, name: textAt(r, "metadata.name") })));
  }
  return keys;
}

/** Marks one for deletion; undefined if it is gone at once. */
async function mark(context: Context, api: Api, key: ResourceKey, options: Options): Promise<Marked | undefined> {
  try {
    if (options.force) await annotate(api, key);
    const resource = await api.delete(key.kind, key.name);
    const uid = textAt(resource, "metadata.uid");
    if (resource && uid !== "") {
      if (!options.wait) context.terminal.out(`${oneLine(refOf(key))} marked for deletion\n`);
      return { kind: textAt(resource, "kind") || key.kind, name: key.name, uid };
    }
    context.terminal.out(`${oneLine(refOf(key))} deleted\n`);
  } catch (error) {
    const gone = error instanceof CliError && error.outcome === "NOT_FOUND";
    if (!gone || !(options.ignoreNotFound || options.filename)) throw error;
    context.terminal.out(`${oneLine(refOf(key))} not there\n`);
  }
  return undefined;
}

/** What there may be of it on its platform, to be found again. */
async function warnOfWhatIsLeft({ terminal }: Context, api: Api, kind: string, name: string): Promise<void> {
  const resource = await api.get(kind, name).catch((error: unknown) => {
    // Whether it is an error that it is gone is judged when it is deleted.
    if (error instanceof CliError && error.outcome === "NOT_FOUND") return undefined;
    throw error;
  });
  if (!resource || textAt(resource, "status.launchedAt") === "") return;
  const provider = textAt(resource, "status.provider") || textAt(resource, "spec.provider");
  const id = textAt(resource, "status.id") || "of unknown id";
  const disks = valuesAt(resource, "status.disks[*].id").map((disk) => scalarText(disk));
  const left = `machine ${id} with uid ${textAt(resource, "metadata.uid")}${disks.length > 0 ? ` and its disks ${disks.join(", ")}` : ""}`;
  terminal.note(oneLine(`--force: ${left} may be left on provider ${provider}; \`remuda orphans ${provider}\` shows it when that is back`));
}

async function annotate(api: Api, key: ResourceKey): Promise<void> {
  const { status: _, ...resource } = await api.get(key.kind, key.name);
  const metadata = isObject(resource.metadata) ? resource.metadata : {};
  const annotations = isObject(metadata.annotations) ? metadata.annotations : {};
  // What is being deleted takes no change that says nothing new.
  if (annotations[forceAnnotation] === "true") return;
  const changed: JsonObject = { ...resource, metadata: { ...metadata, annotations: { ...annotations, [forceAnnotation]: "true" } } };
  await api.apply([changed], false);
}
