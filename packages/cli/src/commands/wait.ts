import { Command } from "commander";
import { parseWanted, unknownState } from "../condition";
import { type ApiOptions, whatGoesOn, withWaitingApi } from "../connect";
import type { Context } from "../context";
import { parseDurationMs } from "../duration";
import { exampleOf } from "../examples";
import { CliError } from "../exit-status";
import { loadKinds } from "../kinds";
import { connectionOptions, waitTimeout } from "../options";
import { refOf } from "../resource";
import { count, oneLine } from "../text";
import { among, type Resources, track } from "../track";
import { createProgressView, waitedTooLong } from "../waiting";

interface Options extends ApiOptions {
  for: string;
  selector?: string;
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
    .option("--all", "all of the kind");
  connectionOptions(command, waitTimeout);
  return command.action((word: string, names: string[], options: Options) => {
    const wanted = parseWanted(options.for);
    const timeoutMs = parseDurationMs(options.timeout);
    if ([names.length > 0, options.selector !== undefined, options.all === true].filter(Boolean).length !== 1) {
      throw new CliError("USAGE", "say which: names, --selector or --all", { hint: exampleOf("wait") });
    }
    return withWaitingApi(context, options, async (api) => {
      const info = (await loadKinds(api)).resolve(word);
      const { kind } = info;
      const unknown = unknownState(options.for, info);
      if (unknown) context.terminal.note(`${context.terminal.style("yellow", "warning:")} ${unknown}`);
      const view = createProgressView(context);
      // Without names: all that were there at the start.
      let awaited: string[] | undefined = names.length > 0 ? names : undefined;
      const late = (resources: Resources) =>
        (awaited ?? [...resources.keys()]).filter((name) => {
          const resource = resources.get(name);
          return wanted.type === "gone" ? resource !== undefined : !(resource && wanted.holds(resource));
        });
      await track(
        context,
        api,
        { kind, name: names.length === 1 ? names[0] : "", labelSelector: options.selector },
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
