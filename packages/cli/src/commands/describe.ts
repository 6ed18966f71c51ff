import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { Command } from "commander";
import { type ApiOptions, withApi } from "../connect";
import type { Context } from "../context";
import { isObject, textAt, valueAt } from "../field-path";
import { loadKinds } from "../kinds";
import { getNamed } from "../named";
import { connectionOptions } from "../options";
import { oneLine } from "../text";
import { wrap, wrapLines } from "../text-width";
import { withoutUserData } from "../user-data";

export const describeCommand = (context: Context): Command =>
  connectionOptions(
    new Command("describe")
      .description("show all of a resource: spec, status, conditions, progress, events")
      .argument("<kind>", "kind, such as vm")
      .argument("<name...>", "its name"),
  ).action((word: string, names: string[], options: ApiOptions) =>
    withApi(context, options, async (api) => {
      const { eventTable } = await import("../event-table");
      const kind = (await loadKinds(api)).resolve(word).kind;
      for (const [i, name] of names.entries()) {
        const resource = await getNamed(
          api,
          kind,
          name,
          `\`remuda events ${kind.toLowerCase()} ${oneLine(name)}\` tells what happened to one that is gone`,
        );
        const events = await api.events(kind, name, 20, textAt(resource, "metadata.uid"));
        if (i > 0) context.terminal.out("\n");
        context.terminal.out(await describeResource(context, resource));
        const heading = context.terminal.style("bold", "Events");
        context.terminal.out(
          events.length === 0 ? `${heading}  none\n` : `${heading}\n${indent(eventTable(context, false, within(context))(events))}`,
        );
      }
    }),
  );

/** Everything about a resource but its events. */
export async function describeResource(context: Context, resource: JsonObject): Promise<string> {
  const { yamlOf } = await import("../output");
  const { age } = await import("../table");
  const { terminal } = context;
  const toYaml = await yamlOf();
  const heading = (text: string) => terminal.style("bold", text);
  const section = (title: string, value: JsonValue | undefined) =>
    isObject(value) && Object.keys(value).length > 0 ? `${heading(title)}\n${wrapLines(indent(toYaml(value)), terminal.columns())}` : "";
  const metadata = valueAt(resource, "metadata");
  const columns = terminal.columns();
  const fact = (name: string, text: string) => {
    if (text === "") return "";
    const lines = columns === undefined ? [oneLine(text)] : wrap(oneLine(text), columns - factIndent);
    return `${heading(name.padEnd(factIndent))}${lines.join(`\n${" ".repeat(factIndent)}`)}\n`;
  };
  const created = textAt(resource, "metadata.creationTimestamp");
  const deleted = textAt(resource, "metadata.deletionTimestamp");
  const { conditions: _, task: __, phase: ___, ...status } = isObject(resource.status) ? resource.status : {};
  return [
    fact("Name", textAt(resource, "metadata.name")),
    fact("Kind", `${textAt(resource, "kind")} (${textAt(resource, "apiVersion")})`),
    fact("Uid", textAt(resource, "metadata.uid")),
    fact("Created", created && `${created} (${age(created, context.now())} ago)`),
    fact("Deleted", deleted && `asked for at ${deleted}; waits for ${JSON.stringify(valueAt(metadata, "finalizers") ?? [])}`),
    fact("Labels", pairs(valueAt(metadata, "labels"))),
    fact("Phase", textAt(resource, "status.phase")),
    fact("Task", progress(resource)),
    section("Spec", withoutUserData(resource).spec),
    section("Status", status),
    await conditionTable(context, resource),
  ].join("");
}

/** "Create  [#########···········]  45 %  copying the image" */
function progress(resource: JsonObject): string {
  const task = valueAt(resource, "status.task");
  if (!isObject(task)) return "";
  const percent = Math.min(100, Math.max(0, typeof task.progressPercent === "number" ? task.progressPercent : 0));
  const filled = Math.round(percent / 5);
  return `${textAt(task, "operation")}  [${"#".repeat(filled)}${"·".repeat(20 - filled)}]  ${percent} %  ${textAt(task, "stage")}`.trimEnd();
}

async function conditionTable(context: Context, resource: JsonObject): Promise<string> {
  const conditions = valueAt(resource, "status.conditions");
  if (!Array.isArray(conditions) || conditions.length === 0) return "";
  const { age, createTable } = await import("../table");
  const table = createTable({ header: ["CONDITION", "STATUS", "SINCE", "REASON", "MESSAGE"], width: within(context), prose: true });
  const rows = conditions.map((c) => [
    ...[textAt(c, "type"), textAt(c, "status"), age(textAt(c, "lastTransitionTime"), context.now())],
    ...[textAt(c, "reason"), textAt(c, "message")],
  ]);
  return `${context.terminal.style("bold", "Conditions")}\n${indent(table.render(rows.map((row) => row.map(oneLine))))}`;
}

const pairs = (value: unknown) =>
  typeof value === "object" && value !== null
    ? Object.entries(value)
        .map(([k, v]) => `${k}=${v}`)
        .join(", ")
    : "";
const factIndent = 12;

/** What is left of the window where all stands two columns further in. */
const within = ({ terminal }: Context): number | undefined => {
  const columns = terminal.columns();
  return columns === undefined ? undefined : columns - 2;
};
const indent = (text: string) => text.replace(/^(?=.)/gm, "  ");
