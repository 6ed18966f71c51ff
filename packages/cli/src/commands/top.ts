import { setTimeout as sleep } from "node:timers/promises";
import { Command, Option } from "commander";
import { type Load, loadOf, takeSample } from "../activity";
import { type ApiOptions, withApi } from "../connect";
import type { Context } from "../context";
import { parseDurationMs } from "../duration";
import { createLiveView } from "../live";
import { connectionOptions } from "../options";
import { createTable } from "../table";
import { oneLine, printableJson } from "../text";

interface Options extends ApiOptions {
  interval: string;
  once?: boolean;
  output?: "json";
}

const mostProviders = 20;
const mostMethods = 8;
const shortestMs = 200;

export const topCommand = (context: Context): Command =>
  connectionOptions(
    new Command("top")
      .description("show machines by state, tasks in flight, providers and the rate of calls; live on a terminal")
      .option("--interval <duration>", "time between two looks, over which rates are taken", "2s")
      .option("--once", "one look, on a terminal too")
      .addOption(new Option("-o, --output <format>", "one look as JSON").choices(["json"])),
  ).action((options: Options) =>
    withApi(context, options, async (api) => {
      const { terminal, signal } = context;
      const intervalMs = Math.max(shortestMs, parseDurationMs(options.interval));
      const now = () => performance.now();
      let before = await takeSample(api, now);
      const next = async (): Promise<Load> => {
        await sleep(intervalMs, undefined, { signal });
        const after = await takeSample(api, now);
        const load = loadOf(before, after);
        before = after;
        return load;
      };
      if (options.output === "json") {
        terminal.out(`${printableJson(JSON.stringify(await next(), null, 2))}\n`);
        return;
      }
      if (options.once || !terminal.interactive) {
        terminal.out(`${render(context, await next()).join("\n")}\n`);
        return;
      }
      const view = createLiveView(terminal);
      const { isBreak } = await import("../api/watch");
      let shown = render(context, loadOf(before, before));
      view.update(shown);
      try {
        for (;;) {
          const problem = await next().then(
            (load) => {
              shown = render(context, load);
              return undefined;
            },
            (error: unknown) => {
              if (signal.aborted || !isBreak(error)) throw error;
              return error;
            },
          );
          const lost = problem && `${terminal.style("red", "not connected")}: ${problem.message}; this is how it was`;
          view.update(lost === undefined ? shown : [lost, ...shown]);
        }
      } catch (error) {
        // It ends with Ctrl-C, which is no failure.
        if (!signal.aborted) throw error;
      } finally {
        view.done();
      }
    }),
  );

function render({ terminal }: Context, load: Load): string[] {
  const width = terminal.columns();
  const heading = (text: string) => terminal.style("bold", text.padEnd(10));
  const counts = (of: Record<string, number>) => Object.entries(of).map(([name, count]) => `${oneLine(name)} ${grouped(count)}`);
  const all = (of: Record<string, number>) => grouped(Object.values(of).reduce((a, b) => a + b, 0)).padStart(7);
  const failing = load.failing > 0 ? [terminal.style("red", `last try failed ${grouped(load.failing)}`)] : [];
  const providers = createTable({
    header: ["PROVIDER", "STATUS", "MACHINES", "FAILING", "TASKS", "CALLS/S", "ERRORS/S", "TROUBLE"],
    width,
    prose: true,
  });
  const methods = createTable({ header: ["METHOD", "CALLS/S", "ERRORS/S"], width });
  const shown = load.providers.slice(0, mostProviders);
  const more = load.providers.length - shown.length;
  const lines = (text: string) => text.split("\n").slice(0, -1);
  return [
    `${heading("Machines")}${all(load.machines)}   ${[...counts(load.machines), ...failing].join("   ")}`.trimEnd(),
    `${heading("Tasks")}${all(load.tasks)}   ${counts(load.tasks).join("   ")}`.trimEnd(),
    "",
    ...lines(
      providers.render(
        shown.map((p) => [
          ...[oneLine(p.name), oneLine(p.status), grouped(p.machines), grouped(p.failing), grouped(p.tasks)],
          ...[rate(p.callsPerSecond), rate(p.errorsPerSecond), oneLine(p.trouble)],
        ]),
      ),
    ),
    ...(more > 0 ? [`… and ${more} more`] : []),
    ...(load.methods.length === 0
      ? []
      : [
          "",
          ...lines(
            methods.render(
              load.methods.slice(0, mostMethods).map((m) => [oneLine(m.method), rate(m.callsPerSecond), rate(m.errorsPerSecond)]),
            ),
          ),
        ]),
  ];
}

const grouped = (count: number) => count.toLocaleString("en-US");
const rate = (perSecond: number) => (perSecond === 0 ? "0" : perSecond.toFixed(1));
