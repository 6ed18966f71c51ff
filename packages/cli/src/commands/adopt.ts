import type { JsonObject } from "@bufbuild/protobuf";
import { Command, Option } from "commander";
import type { Api } from "../api/api";
import { type ApiOptions, withApi } from "../connect";
import type { Context } from "../context";
import { declaredPart } from "../declared";
import { exampleOf } from "../examples";
import { CliError } from "../exit-status";
import { connectionOptions } from "../options";
import { machineCells, machineHeader } from "../platform-machines";
import { keyOf, refOf } from "../resource";
import { createTable } from "../table";
import { count, oneLine, printableJson } from "../text";

interface Options extends ApiOptions {
  list?: boolean;
  name?: string;
  selector?: string;
  host?: string;
  power?: keyof typeof states;
  all?: boolean;
  as?: string;
  dryRun?: boolean;
  output?: "json" | "yaml";
}

const states = { on: "On", off: "Off", suspended: "Suspended" } as const;

export const adoptCommand = (context: Context): Command =>
  connectionOptions(
    new Command("adopt")
      .description("take over machines that are on a platform already, as they are")
      .argument("<provider>", "whose machines")
      .argument("[id...]", "the platform's ids; without, those that the filters choose")
      .option("--list", "only show what could be adopted")
      .option("--name <pattern>", "those whose name matches; * stands for any characters, ? for one")
      .option("-l, --selector <labels>", "those with these labels on the platform")
      .option("--host <host>", "those on this host")
      .addOption(new Option("--power <state>", "those in this state").choices(Object.keys(states)))
      .option("--all", "all that nobody owns")
      .option("--as <name>", "the VirtualMachine's name, for one machine; made from the machine's if left out")
      .option("--dry-run", "show what would be applied, change nothing")
      .addOption(new Option("-o, --output <format>", "the list, or what is applied, as JSON or YAML").choices(["json", "yaml"])),
  ).action((provider: string, ids: string[], options: Options) => {
    const filters = [options.name, options.selector, options.host, options.power].filter((f) => f !== undefined);
    const example = { hint: exampleOf("adopt") };
    if (ids.length > 0 && (filters.length > 0 || options.all || options.list))
      throw new CliError("USAGE", "give ids, or filters, not both", example);
    if (ids.length === 0 && filters.length === 0 && !options.all && !options.list)
      throw new CliError("USAGE", "say which: ids, filters or --all; --list shows what there is", example);
    if (options.as !== undefined && ids.length !== 1) throw new CliError("USAGE", "--as goes with one id", example);
    return withApi(context, options, async (api) => {
      if (options.list) return list(context, api, provider, options);
      const chosen =
        ids.length > 0 ? ids.map((id) => ({ id, name: options.as ?? "", obstacle: "" })) : await matching(api, provider, options);
      if (chosen.length === 0) throw new CliError("NOT_FOUND", `no machine of provider ${oneLine(provider)} that nobody owns matches`);
      await adoptEach(context, api, provider, chosen, options);
    });
  });

const query = (provider: string, { name, selector, host, power }: Options) => ({
  ...{ provider, namePattern: name, labelSelector: selector, host },
  powerState: power && states[power],
});

async function list(context: Context, api: Api, provider: string, options: Options): Promise<void> {
  const { terminal } = context;
  if (options.output !== undefined) {
    const machines: JsonObject[] = [];
    for await (const page of api.unmanaged(query(provider, options))) machines.push(...page.map((machine) => ({ ...machine })));
    terminal.out(await formatted(options.output, machines));
    return;
  }
  const table = createTable({ header: [...machineHeader, "AS", "OBSTACLE"], width: terminal.columns(), prose: true });
  let shown = 0;
  for await (const page of api.unmanaged(query(provider, options))) {
    if (page.length === 0) continue;
    terminal.out(table.render(page.map((m) => [...machineCells(m, context.now()), oneLine(m.proposedName), oneLine(m.obstacle)])));
    shown += page.length;
  }
  if (shown === 0) terminal.note(`provider ${oneLine(provider)} shows no machine that nobody owns and that matches`);
}

interface Chosen {
  id: string;
  name: string;
  obstacle: string;
}

async function matching(api: Api, provider: string, options: Options): Promise<Chosen[]> {
  const found: Chosen[] = [];
  for await (const page of api.unmanaged(query(provider, options)))
    found.push(...page.map(({ id, obstacle }) => ({ id, name: "", obstacle })));
  return found;
}

/** One after the other: one that can't be adopted keeps none of the others from it. */
async function adoptEach({ terminal }: Context, api: Api, provider: string, chosen: readonly Chosen[], options: Options): Promise<void> {
  const failures: { id: string; error: CliError }[] = [];
  const shown: JsonObject[] = [];
  for (const { id, name, obstacle } of chosen) {
    try {
      if (obstacle !== "") throw new CliError("FAILED", obstacle);
      for (const { action, resource } of await api.adopt({ provider, id, name }, options.dryRun ?? false)) {
        if (options.output !== undefined) shown.push(declaredPart(resource));
        else terminal.out(`${oneLine(refOf(keyOf(resource)))} ${action}${options.dryRun ? " (dry run)" : ""}\n`);
      }
    } catch (error) {
      if (!(error instanceof CliError) || error.outcome === "INTERRUPTED" || error.outcome === "UNREACHABLE") throw error;
      failures.push({ id, error });
    }
  }
  if (options.output !== undefined) terminal.out(await formatted(options.output, shown));
  const [first] = failures;
  if (!first) return;
  if (failures.length === 1 && chosen.length === 1) throw first.error;
  for (const { id, error } of failures) terminal.note(`${terminal.style("red", "not adopted:")} ${oneLine(id)}: ${oneLine(error.message)}`);
  throw new CliError("FAILED", `${count(failures.length, "machine")} of ${chosen.length} could not be adopted`, { cause: first.error });
}

async function formatted(format: "json" | "yaml", items: readonly JsonObject[]): Promise<string> {
  if (format === "json") return `${printableJson(JSON.stringify({ items }, null, 2))}\n`;
  const { yamlOf } = await import("../output");
  return items.map(await yamlOf()).join("---\n");
}
