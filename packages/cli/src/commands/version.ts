import { Command } from "commander";
import { type ApiOptions, withApi } from "../connect";
import type { Context } from "../context";
import { CliError } from "../exit-status";
import { connectionOptions } from "../options";
import { oneLine } from "../text";
import { version } from "../version";

interface Options extends ApiOptions {
  client?: boolean;
}

export const versionCommand = (context: Context): Command =>
  connectionOptions(
    new Command("version").description("show the versions of both sides").option("--client", "of this command alone"),
  ).action(async (options: Options) => {
    context.terminal.out(`client  ${version}\n`);
    if (options.client) return;
    try {
      await withApi(context, options, async (api) => {
        const info = await api.info();
        context.terminal.out(`server  ${oneLine(info.version)}  at ${api.target.address}, owner ${oneLine(info.owner)}\n`);
      });
    } catch (error) {
      if (error instanceof CliError && error.outcome === "UNREACHABLE") context.terminal.out("server  not reached\n");
      throw error;
    }
  });
