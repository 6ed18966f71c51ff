import type { JsonObject } from "@bufbuild/protobuf";
import { Argument, Command } from "commander";
import type { Api } from "../api/api";
import { type ApiOptions, whatGoesOn, withWaitingApi } from "../connect";
import type { Context } from "../context";
import { parseDurationMs } from "../duration";
import { CliError } from "../exit-status";
import { isObject, textAt, valueAt } from "../field-path";
import { getNamed } from "../named";
import { connectionOptions, waitTimeout } from "../options";
import { refOf } from "../resource";
import type { Standing } from "../standing";
import { oneLine } from "../text";
import { trackMachines } from "../vouched";
import { createProgressView, showWaiting, waitedTooLong } from "../waiting";

interface Options extends ApiOptions {
  wait?: boolean;
  timeout: string;
}

const kind = "VirtualMachine";
const states = { on: "On", off: "Off", suspend: "Suspended" } as const;
const tries = 5;

export const powerCommand = (context: Context): Command => {
  const command = new Command("power")
    .description("start, stop or suspend machines")
    .addArgument(new Argument("<state>", "what they shall be").choices(Object.keys(states)))
    .argument("<name...>", "machines")
    .option("--wait", "until they are");
  connectionOptions(command, waitTimeout);
  return command.action((word: keyof typeof states, names: string[], options: Options) => {
    const timeoutMs = parseDurationMs(options.timeout);
    const state = states[word];
    return withWaitingApi(context, options, async (api) => {
      for (const name of names) {
        const changed = await setPowerState(api, name, state);
        context.terminal.out(`virtualmachine/${oneLine(name)} ${changed ? `shall be ${state}` : `is meant to be ${state} already`}\n`);
      }
      if (!options.wait) return;
      const view = createProgressView(context);
      const following = {
        names,
        timeoutMs,
        isThere: (machine: JsonObject | undefined) => isThere(machine, state),
        onWait: (standing: Standing) => {
          const [gone] = standing.missing().filter((ref) => names.some((name) => ref === refOf({ kind, name })));
          if (gone !== undefined) throw new CliError("NOT_FOUND", `${oneLine(gone)} was deleted meanwhile`);
          showWaiting(view, standing);
        },
        onTimeout: (standing: Standing) =>
          waitedTooLong(options.timeout, `power ${state}`, [...standing.late().values(), ...standing.unseen()], standing.missing()),
      };
      await trackMachines(context, api, following).finally(() => view.done());
      for (const name of names) context.terminal.out(`virtualmachine/${oneLine(name)} is ${state}\n`);
    }).catch(whatGoesOn(`the machines that shall be ${state} go on to it without this command; look with \`remuda get vm\``));
  });
};

/** Changes that one field of what is there; somebody else's change in between is no reason to fail. */
async function setPowerState(api: Api, name: string, state: string): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    const { status: _, ...resource } = await getNamed(api, kind, name);
    const spec: JsonObject = isObject(resource.spec) ? resource.spec : {};
    if (spec.powerState === state) return false;
    try {
      // The resourceVersion that it carries makes a change in between a CONFLICT.
      await api.apply([{ ...resource, spec: { ...spec, powerState: state } }], false);
      return true;
    } catch (error) {
      if (!(error instanceof CliError && error.outcome === "CONFLICT" && attempt < tries)) throw error;
    }
  }
}

const isThere = (resource: JsonObject | undefined, state: string): boolean =>
  textAt(resource, "status.powerState") === state && valueAt(resource, "status.task") === undefined;
