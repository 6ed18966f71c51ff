import { Command } from "commander";
import type { Api } from "../api/api";
import { parseWanted, unknownState } from "../condition";
import { type ApiOptions, whatGoesOn, withWaitingApi } from "../connect";
import type { Context } from "../context";
import { parseDurationMs } from "../duration";
import { exampleOf } from "../examples";
import { CliError } from "../exit-status";
import { textAt } from "../field-path";
import { loadKinds } from "../kinds";
import { connectionOptions, waitTimeout } from "../options";
import { refOf } from "../resource";
import { count, oneLine } from "../text";
import { among, type Resources, track } from "../track";
import { createProgressView, waitedTooLong } from "../waiting";

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
      // Without names: all that were there at the start.
      let awaited: string[] | undefined = names.length > 0 ? names : undefined;
      // What a field selects now it may not select when it is as wanted.
      if (options.fieldSelector !== undefined) awaited = await selected(api, kind, options);
      const late = (resources: Resources) =>
        (awaited ?? [...resources.keys()]).filter((name) => {
          const resource = resources.get(name);
          return wanted.type === "gone" ? resource !== undefined : !(resource && wanted.holds(resource));
        });
      await track(
        context,
        api,
        { kind, name: names.length === 1 ? names[0] : "", labelSelector: awaited ? "" : options.selector },
        {
          timeoutMs,
          onChange: (resources) => {
            if (awaited === undefined && resources.size === 0 && wanted.type !== "gone")
              throw new CliError("NOT_FOUND", `no ${kind} matches`);
            // A label selector loses sight of what is gone, but keeps what changed: names are settled by the snapshot.
            awaited ??= [...resources.keys()];
            const missing = late(resources);
            view.show(new Map([...resources].filter(([name]) => missing.includes(name))));
            return missing.length === 0;
          },
          onTimeout: (resources) => {
            const missing = late(resources);
            const there = among(resources, missing);
            return waitedTooLong(
              options.timeout,
              options.for,
              there,
              missing.filter((name) => !resources.has(name)),
            );
          },
        },
      ).finally(() => view.done());
      const reached = awaited ?? [];
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
