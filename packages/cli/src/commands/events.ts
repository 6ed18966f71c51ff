import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import type { Api, EventLine } from "../api/api";
import { type ApiOptions, withApi } from "../connect";
import type { Context } from "../context";
import { CliError } from "../exit-status";
import { loadKinds } from "../kinds";
import { connectionOptions } from "../options";

interface Options extends ApiOptions {
  watch?: boolean;
  limit: string;
}

const pollIntervalMs = 2_000;

export const eventsCommand = (context: Context): Command =>
  connectionOptions(
    new Command("events")
      .description("show what happened, oldest first")
      .argument("[kind]", "only to this kind")
      .argument("[name]", "only to this resource")
      .option("-w, --watch", "go on showing what happens")
      .option("--limit <n>", "most events, the newest ones", "100"),
  ).action((word: string | undefined, name: string | undefined, options: Options) =>
    withApi(context, options, async (api) => {
      if (!/^[1-9]\d{0,5}$/.test(options.limit)) throw new CliError("USAGE", `--limit "${options.limit}" is no count`);
      const kind = word === undefined ? "" : (await loadKinds(api)).resolve(word).kind;
      const { eventTable } = await import("../event-table");
      const table = eventTable(context, true);
      const first = await api.events(kind, name ?? "", Number(options.limit));
      if (first.length === 0) context.terminal.note("nothing happened yet");
      else context.terminal.out(table(first));
      if (options.watch) await follow(context, api, { kind, name: name ?? "", limit: Number(options.limit) }, first, table);
    }),
  );

async function follow(
  context: Context,
  api: Api,
  { kind, name, limit }: { kind: string; name: string; limit: number },
  before: readonly EventLine[],
  table: (events: readonly EventLine[]) => string,
): Promise<void> {
  let seen = new Set(before.map(identity));
  while (!context.signal.aborted) {
    await sleep(pollIntervalMs, undefined, { signal: context.signal }).catch(() => undefined);
    if (context.signal.aborted) return;
    const events = await api.events(kind, name, limit);
    const fresh = events.filter((e) => !seen.has(identity(e)));
    if (fresh.length > 0) context.terminal.out(table(fresh));
    seen = new Set(events.map(identity));
  }
}

const identity = (e: EventLine) => JSON.stringify([e.uid, e.kind, e.name, e.reason, e.message, e.count, e.lastTime?.getTime()]);
