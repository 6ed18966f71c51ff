import type { JsonObject } from "@bufbuild/protobuf";
import { Command } from "commander";
import type { Api } from "../api/api";
import { isTrue, parseWanted, unknownState } from "../condition";
import { type ApiOptions, whatGoesOn, withWaitingApi } from "../connect";
import type { Context } from "../context";
import { parseDurationMs } from "../duration";
import { exampleOf } from "../examples";
import { CliError } from "../exit-status";
import { textAt } from "../field-path";
import { loadKinds } from "../kinds";
import { connectionOptions, waitTimeout } from "../options";
import { keyOf, refOf } from "../resource";
import { createStanding, type Standing } from "../standing";
import { count, oneLine } from "../text";
import { track } from "../track";
import { trackOne } from "../vouched";
import { createProgressView, showWaiting, waitedTooLong } from "../waiting";

interface Options extends ApiOptions {
  for: string;
  selector?: string;
  fieldSelector?: string;
  all?: boolean;
  timeout: string;
}

export const waitCommand = (context: Context): Command => {
  const command = new Command("wait")
    .description("wait until resources are as wanted")
    .argument("<kind>", "kind, such as vm")
    .argument("[name...]", "which; they need not exist yet")
    .requiredOption("--for <what>", "condition=Ready, condition=Ready=False, phase=Running, delete, or FIELD=VALUE")
    .option("-l, --selector <labels>", "those with these labels")
    .option("--field-selector <fields>", "those with these fields, such as status.phase=Failed")
    .option("--all", "all of the kind");
  connectionOptions(command, waitTimeout);
  return command.action((word: string, names: string[], options: Options) => {
    const wanted = parseWanted(options.for);
    const timeoutMs = parseDurationMs(options.timeout);
    const selects = options.selector !== undefined || options.fieldSelector !== undefined;
    if ([names.length > 0, selects, options.all === true].filter(Boolean).length !== 1) {
      throw new CliError("USAGE", "say which: names, --selector, --field-selector or --all", { hint: exampleOf("wait") });
    }
    return withWaitingApi(context, options, async (api) => {
      const info = (await loadKinds(api)).resolve(word);
      const { kind } = info;
      const unknown = unknownState(options.for, info);
      if (unknown) context.terminal.note(`${context.terminal.style("yellow", "warning:")} ${unknown}`);
      const view = createProgressView(context);
      // What a machine says of its platform counts once its Provider says that it shows it: a manager that was just started has it from the one before.
      const withProviders = kind === "VirtualMachine" && wanted.type === "state" && wanted.isSeen;
      const idOf = (name: string) => (withProviders ? refOf({ kind, name }) : name);
      // Without names: all that were there at the start.
      let reached: string[] | undefined = names.length > 0 ? names : undefined;
      // What a field selects now it may not select when it is as wanted; and one watch for machines and Providers can't select by label.
      if (options.fieldSelector !== undefined || (withProviders && options.selector !== undefined))
        reached = await selected(api, kind, options);
      const isThere = (resource: JsonObject | undefined) =>
        wanted.type === "gone" ? resource === undefined : resource !== undefined && wanted.holds(resource);
      const begin = (awaited: string[]) =>
        createStanding({ awaited: awaited.map(idOf), isThere, ...(withProviders ? { vouches: isTrue("Observed") } : {}) });
      const named = reached && new Set(reached);
      let standing = reached && begin(reached);
      const [only] = names;
      if (withProviders && names.length === 1 && only !== undefined) {
        const onWait = (one: Standing) => showWaiting(view, one);
        const onTimeout = (one: Standing) =>
          waitedTooLong(options.timeout, options.for, [...one.late().values(), ...one.unseen()], one.missing());
        await trackOne(context, api, { name: only, timeoutMs, isThere, onWait, onTimeout }).finally(() => view.done());
        context.terminal.out(`${oneLine(refOf({ kind, name: only }))} ${oneLine(options.for)} met\n`);
        return;
      }
      // One watch over all kinds tells changes in their order.
      const selection = withProviders
        ? { kind: "" }
        : { kind, name: names.length === 1 ? names[0] : "", labelSelector: reached ? "" : options.selector };
      await track(context, api, selection, {
        timeoutMs,
        keeps: (resource) => {
          const key = keyOf(resource);
          return key.kind === kind ? named === undefined || named.has(key.name) : withProviders && key.kind === "Provider";
        },
        onChange: (resources, changed) => {
          let fresh = changed;
          if (standing === undefined) {
            const found = [...resources.values()].map(keyOf).filter((key) => key.kind === kind);
            if (found.length === 0 && wanted.type !== "gone") throw new CliError("NOT_FOUND", `no ${kind} matches`);
            // A label selector loses sight of what is gone, but keeps what changed: names are settled by the snapshot.
            reached = found.map((key) => key.name);
            standing = begin(reached);
            fresh = undefined;
          }
          standing.take(resources, fresh);
          showWaiting(view, standing, fresh);
          return standing.isReached();
        },
        onTimeout: () =>
          waitedTooLong(
            options.timeout,
            options.for,
            standing ? [...standing.late().values(), ...standing.unseen()] : [],
            standing ? standing.missing() : (reached ?? []),
          ),
      }).finally(() => view.done());
      reached ??= [];
      if (reached.length > 10) context.terminal.out(`${count(reached.length, "resource")}: ${oneLine(options.for)} met\n`);
      else for (const name of reached) context.terminal.out(`${oneLine(refOf({ kind, name }))} ${oneLine(options.for)} met\n`);
    }).catch(whatGoesOn("waiting changes nothing: what was waited for goes on without this command; wait again with the same one"));
  });
};

async function selected(api: Api, kind: string, { selector, fieldSelector }: Options): Promise<string[]> {
  const names: string[] = [];
  for await (const page of api.list({ kind, labelSelector: selector, fieldSelector }))
    names.push(...page.map((r) => textAt(r, "metadata.name")));
  if (names.length === 0) throw new CliError("NOT_FOUND", `no ${kind} matches`);
  return names;
}
