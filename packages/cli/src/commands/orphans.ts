import { Command, Option } from "commander";
import type { Api } from "../api/api";
import type { MachineLine } from "../api/ownership";
import { type ApiOptions, withApi } from "../connect";
import type { Context } from "../context";
import { exampleOf } from "../examples";
import { CliError } from "../exit-status";
import { connectionOptions } from "../options";
import { machineCells, machineHeader } from "../platform-machines";
import { createTable } from "../table";
import { count, oneLine, printableJson } from "../text";

interface ListOptions extends ApiOptions {
  output?: "json";
}

interface DeleteOptions extends ApiOptions {
  all?: boolean;
  yes?: boolean;
}

export const orphansCommand = (context: Context): Command => {
  const list = new Command("list")
    .description("show machines that bear this installation's marks and no VirtualMachine is for")
    .argument("[provider]", "only this one's")
    .addOption(new Option("-o, --output <format>", "as JSON").choices(["json"]))
    .action((provider: string | undefined, _: unknown, command: Command) => show(context, provider ?? "", command.optsWithGlobals()));
  const remove = new Command("delete")
    .description("delete such machines on their platform; without --yes it only says which")
    .argument("<provider>", "whose")
    .argument("[machine...]", "ids or uids")
    .option("--all", "all orphans of the provider")
    .option("--yes", "do it: machines and their disks are lost")
    .action((provider: string, machines: string[], _: unknown, command: Command) =>
      deleteOrphans(context, provider, machines, command.optsWithGlobals()),
    );
  return connectionOptions(
    new Command("orphans").description("show and delete machines of this installation that no VirtualMachine is for"),
  )
    .addCommand(connectionOptions(list), { isDefault: true })
    .addCommand(connectionOptions(remove));
};

const show = (context: Context, provider: string, options: ListOptions) =>
  withApi(context, options, async (api) => {
    const { terminal } = context;
    const table = createTable({ header: ["PROVIDER", ...machineHeader, "UID"], width: options.output ? undefined : terminal.columns() });
    const all: MachineLine[] = [];
    const unseen = new Set<string>();
    for await (const page of api.orphans(provider)) {
      for (const name of page.unseen) unseen.add(name);
      if (options.output) all.push(...page.orphans);
      else if (page.orphans.length > 0) terminal.out(table.render(page.orphans.map((o) => cells(o, context))));
      if (!options.output) all.push(...page.orphans.slice(0, 1));
    }
    if (options.output) terminal.out(`${printableJson(JSON.stringify({ orphans: all, unseenProviders: [...unseen] }, null, 2))}\n`);
    else if (all.length === 0 && unseen.size === 0) terminal.note("there are no orphans");
    warnUnseen(context, unseen);
  });

const cells = (orphan: MachineLine, { now }: Context) => [oneLine(orphan.provider), ...machineCells(orphan, now()), oneLine(orphan.uid)];

function warnUnseen({ terminal }: Context, unseen: ReadonlySet<string>): void {
  if (unseen.size === 0) return;
  terminal.note(
    `${terminal.style("yellow", "warning:")} what ${[...unseen].map(oneLine).join(", ")} may have of orphans can't be seen now; see \`remuda providers\``,
  );
}

function deleteOrphans(context: Context, provider: string, wanted: readonly string[], options: DeleteOptions): Promise<void> {
  if (wanted.length > 0 === (options.all ?? false))
    throw new CliError("USAGE", "say which: ids or uids, or --all", { hint: exampleOf("orphans delete") });
  return withApi(context, options, async (api) => {
    const { terminal } = context;
    const chosen = await choose(context, api, provider, wanted);
    if (chosen.length === 0) return terminal.note("there are no orphans");
    let refused = 0;
    for (const orphan of chosen) {
      const what = `machine ${oneLine(orphan.id)} (${oneLine(orphan.name)}, uid ${oneLine(orphan.uid)}) of ${oneLine(provider)}`;
      try {
        await api.deleteOrphan(provider, orphan.uid, !options.yes);
        terminal.out(`${what} ${options.yes ? "is being deleted" : "would be deleted"}\n`);
      } catch (error) {
        if (!(error instanceof CliError) || (error.outcome !== "CONFLICT" && error.outcome !== "NOT_FOUND")) throw error;
        refused += 1;
        terminal.note(`${terminal.style("red", "not deleted:")} ${oneLine(error.message)}`);
      }
    }
    if (!options.yes) terminal.note("nothing was deleted; --yes does it, and the machines' disks are lost with them");
    if (refused > 0)
      throw new CliError("FAILED", `${count(refused, "machine")} of ${chosen.length} ${options.yes ? "was" : "would be"} left alone`);
  });
}

async function choose(context: Context, api: Api, provider: string, wanted: readonly string[]): Promise<MachineLine[]> {
  const found: MachineLine[] = [];
  const unseen = new Set<string>();
  for await (const page of api.orphans(provider)) {
    for (const name of page.unseen) unseen.add(name);
    found.push(...page.orphans);
  }
  warnUnseen(context, unseen);
  if (wanted.length === 0) return found;
  return wanted.map((word) => {
    const orphan = found.find(({ id, uid }) => id === word || uid === word);
    if (orphan) return orphan;
    throw new CliError("NOT_FOUND", `provider ${oneLine(provider)} shows no orphan ${oneLine(word)}`, {
      hint: `look with \`remuda orphans ${oneLine(provider)}\``,
    });
  });
}
