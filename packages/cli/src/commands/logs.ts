import { setTimeout as sleep } from "node:timers/promises";
import { Command, Option } from "commander";
import type { Context } from "../context";
import { parseDurationMs } from "../duration";
import { exampleOf } from "../examples";
import { CliError } from "../exit-status";
import { followLog, type LogFollower, type LogLine, logFolder, logSources } from "../log-files";
import type { Style } from "../terminal";
import { nearest, oneLine, printable } from "../text";
import { renderLogLine } from "../up/log-lines";

interface Options {
  home?: string;
  follow?: boolean;
  since?: string;
  tail?: string;
  output?: "json";
}

const lookEveryMs = 250;
const usualTail = 200;
const colors: readonly Style[] = ["cyan", "magenta", "blue", "yellow", "green"];

export const logsCommand = (context: Context): Command =>
  new Command("logs")
    .description("show the logs of what `remuda up` runs, all in one, oldest first")
    .argument("[process...]", "only of these, such as manager")
    .option("-f, --follow", "go on showing what is written")
    .option("--since <duration>", "only of so long ago, such as 5m")
    .option("--tail <n>", `most lines, the newest ones; ${usualTail}, but all with --since`)
    .option("--home <dir>", "home folder of `remuda up` (REMUDA_HOME, else ~/.remuda)")
    .addOption(new Option("-o, --output <format>", "the lines as they stand in the files").choices(["json"]))
    .action((names: string[], options: Options) => logs(context, names, options));

async function logs(context: Context, names: string[], options: Options): Promise<void> {
  const { terminal, signal } = context;
  const home = options.home ?? context.config.home;
  const since = options.since === undefined ? 0 : context.now() - parseDurationMs(options.since);
  const most = tailOf(options);
  refuseUnknown(home, names);
  const followers = new Map<string, LogFollower>();
  const read = (): LogLine[] => {
    // A process that is started later has a file later.
    for (const source of names.length > 0 ? names : logSources(home)) {
      if (!followers.has(source)) followers.set(source, followLog(home, source));
    }
    return [...followers.values()].flatMap((f) => f.read()).sort((a, b) => a.time - b.time);
  };
  try {
    const first = read().filter((line) => line.time >= since);
    const width = Math.max(0, ...[...followers.keys()].map((source) => source.length));
    const show = (lines: readonly LogLine[]) => {
      const order = [...followers.keys()];
      terminal.out(
        lines.map((line) => `${rendered(context, line, width, order.indexOf(line.source), options.output === "json")}\n`).join(""),
      );
    };
    show(first.slice(Math.max(0, first.length - most)));
    while (options.follow && !signal.aborted) {
      await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined);
      const lines = read();
      if (lines.length > 0) show(lines);
    }
  } finally {
    for (const follower of followers.values()) follower.close();
  }
}

function tailOf({ tail, since }: Options): number {
  if (tail === undefined) return since === undefined ? usualTail : Number.POSITIVE_INFINITY;
  if (!/^\d{1,9}$/.test(tail)) throw new CliError("USAGE", `--tail "${oneLine(tail)}" is no count`, { hint: exampleOf("logs") });
  return Number(tail);
}

function refuseUnknown(home: string, names: readonly string[]): void {
  const known = logSources(home);
  if (known.length === 0) {
    throw new CliError("NOT_FOUND", `there are no logs in ${logFolder(home)}`, {
      hint: "`remuda up` writes them; name its home folder with --home, if it has another",
    });
  }
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const near = nearest(unknown, known);
  throw new CliError("NOT_FOUND", `there is no log of "${oneLine(unknown)}" in ${logFolder(home)}`, {
    hint: near === undefined ? `there are those of ${known.join(", ")}` : `did you mean ${near}?`,
  });
}

function rendered({ terminal }: Context, { source, text }: LogLine, width: number, index: number, asIs: boolean): string {
  if (asIs) return printable(text);
  return `${terminal.style(colors[index % colors.length] ?? "cyan", `${oneLine(source).padEnd(width)} │`)} ${renderLogLine(text, terminal)}`;
}
