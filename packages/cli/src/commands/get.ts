import type { JsonObject } from "@bufbuild/protobuf";
import type { KindInfo } from "@remuda/contract/manager";
import { Command } from "commander";
import type { Api } from "../api/api";
import { type ApiOptions, withApi } from "../connect";
import type { Context } from "../context";
import { CliError } from "../exit-status";
import { textAt } from "../field-path";
import { loadKinds } from "../kinds";
import { getNamed } from "../named";
import { connectionOptions } from "../options";
import type { ResourceWriter } from "../output";
import { type CustomColumn, comparing, resourcePath, unknownField } from "../paths";
import { keyOf, refOf } from "../resource";
import { oneLine } from "../text";

interface Options extends ApiOptions {
  output?: string;
  watch?: boolean;
  selector?: string;
  fieldSelector?: string;
  headers: boolean;
  sortBy?: string;
}

export const getCommand = (context: Context): Command =>
  connectionOptions(
    new Command("get")
      .description("show resources as a table, YAML or JSON")
      .argument("<kind>", 'kind, such as vm; several as vm,image; or "all"')
      .argument("[name...]", "only these")
      .option("-o, --output <format>", "yaml, json, wide, name, custom-columns=NAME:.path,… or jsonpath={.path}")
      .option("--sort-by <path>", "order by a field, such as .metadata.creationTimestamp or .spec.class")
      .option("-w, --watch", "go on showing changes")
      .option("-l, --selector <labels>", "only with these labels, such as app=web,tier!=db")
      .option("--field-selector <fields>", "only with these fields, such as status.phase=Running")
      .option("--no-headers", "no heading above the table"),
  ).action((words: string, names: string[], options: Options) =>
    withApi(context, options, async (api) => {
      const { createWriter, parseFormat } = await import("../output");
      const format = options.output === undefined ? undefined : parseFormat(options.output);
      const order = options.sortBy === undefined ? undefined : comparing(resourcePath(options.sortBy, "--sort-by"));
      if (order && options.watch) throw new CliError("USAGE", "--sort-by does not go with --watch: changes come when they come");
      const known = await loadKinds(api);
      const kinds = words === "all" ? [...known.all] : words.split(",").map((word) => known.resolve(word));
      const [first] = kinds;
      if (names.length > 0 && (kinds.length !== 1 || options.selector || options.fieldSelector)) {
        throw new CliError("USAGE", "names go with one kind and without selectors");
      }
      if (options.watch && (kinds.length !== 1 || first === undefined)) throw new CliError("USAGE", "--watch goes with one kind");
      if (format?.as === "custom-columns") await noteUnknown(context, api, kinds, format.columns);
      const manyKinds = kinds.length > 1;
      // Each line of a watch's JSON is a whole resource.
      const single = names.length === 1 || options.watch === true;
      const writer = await createWriter(context, { format, single, manyKinds, noHeader: !options.headers });
      if (options.watch && first) return watch(context, api, first, names, options, writer);
      let shown = 0;
      for (const kind of kinds) {
        const into = order ? sorted(writer, order) : writer;
        shown += names.length > 0 ? await some(api, kind, names, into) : await every(api, kind, options, into);
        if (into !== writer) into.end();
      }
      writer.end();
      if (shown === 0 && format === undefined) context.terminal.note(nothing(kinds, options));
    }),
  );

function nothing(kinds: readonly KindInfo[], { selector, fieldSelector }: Options): string {
  const plurals = kinds.map((k) => k.plural).join(", ");
  const selectors = [selector, fieldSelector].filter((s) => s !== undefined && s.trim() !== "").join(" and ");
  return selectors === "" ? `there are no ${plurals} yet` : `no ${plurals} match ${oneLine(selectors)}`;
}

/** Paths of the output that lead nowhere in any of the kinds. An older manager does not tell what status may have: of that nothing is said then. */
async function noteUnknown(context: Context, api: Api, kinds: readonly KindInfo[], columns: readonly CustomColumn[]): Promise<void> {
  const known = (await Promise.all(kinds.map(({ kind }) => api.explain(kind, "")))).flat().flatMap(({ fields }) => fields);
  const of = kinds.length === 1 ? `a ${kinds[0]?.kind} has no field` : "none of these kinds has a field";
  for (const { path } of columns) {
    const near = unknownField(path, known);
    if (near === undefined) continue;
    const hint = near === "" ? "" : `; did you mean .${near}?`;
    context.terminal.note(`${context.terminal.style("yellow", "note:")} ${of} ${oneLine(`.${path}`)}${hint}`);
  }
}

/** Only when all are there the first is known. */
function sorted(writer: ResourceWriter, order: (a: JsonObject, b: JsonObject) => number): ResourceWriter {
  const all: JsonObject[] = [];
  let of: KindInfo | undefined;
  return {
    write: (kind, resources) => {
      of = kind;
      all.push(...resources);
    },
    end: () => {
      if (of) writer.write(of, all.sort(order));
    },
  };
}

async function some(api: Api, kind: KindInfo, names: readonly string[], writer: ResourceWriter): Promise<number> {
  const found = [];
  for (const name of names) found.push(await getNamed(api, kind.kind, name));
  writer.write(kind, found);
  return found.length;
}

async function every(api: Api, kind: KindInfo, options: Options, writer: ResourceWriter): Promise<number> {
  let shown = 0;
  for await (const page of api.list({ kind: kind.kind, labelSelector: options.selector, fieldSelector: options.fieldSelector })) {
    writer.write(kind, page);
    shown += page.length;
  }
  return shown;
}

/** The snapshot as one table, then a line for each change. */
async function watch(context: Context, api: Api, kind: KindInfo, names: readonly string[], options: Options, writer: ResourceWriter) {
  const selection = {
    kind: kind.kind,
    name: names.length === 1 ? names[0] : "",
    labelSelector: options.selector,
    fieldSelector: options.fieldSelector,
  };
  let snapshot: JsonObject[] | undefined = [];
  for await (const change of api.watch(selection, context.signal)) {
    if (change.type === "reset") snapshot = [];
    else if (change.type === "synced") {
      if (snapshot) writer.write(kind, snapshot);
      snapshot = undefined;
    } else if (names.length === 0 || names.includes(textAt(change.resource, "metadata.name"))) {
      const { type, resource } = change;
      if (snapshot) {
        if (type === "present") snapshot.push(resource);
      } else if (type === "present") writer.write(kind, [resource]);
      else if (options.output === undefined) context.terminal.note(`${oneLine(refOf(keyOf(resource)))} is gone`);
    }
  }
}
