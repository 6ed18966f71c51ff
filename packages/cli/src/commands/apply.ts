import { Command, Option } from "commander";
import type { Applied } from "../apply";
import { type ApiOptions, withApi } from "../connect";
import type { Context } from "../context";
import { collect, connectionOptions } from "../options";
import { refOf } from "../resource";
import { oneLine, printableJson } from "../text";

interface Options extends ApiOptions {
  filename: string[];
  recursive?: boolean;
  dryRun?: boolean;
  output?: "json" | "name";
}

const planned = {
  created: "would be created",
  configured: "would be changed",
  unchanged: "would be unchanged",
  applied: "would be applied",
} as const satisfies Record<Applied["action"], string>;

export const applyCommand = (context: Context): Command =>
  connectionOptions(
    new Command("apply")
      .description("create or change resources from files")
      .requiredOption("-f, --filename <path>", "file, folder or - for standard input; may be repeated", collect)
      .option("-R, --recursive", "folders in folders too")
      .option("--dry-run", "check everything, change nothing")
      .addOption(new Option("-o, --output <format>", "a line of JSON for each resource, or its name").choices(["json", "name"])),
  ).action(async (options: Options) => {
    const { terminal } = context;
    const { applyDocuments, loadDocuments } = await import("../apply");
    const { elsewhere } = await import("../up/sim-address");
    const documents = await loadDocuments(options.filename, options.recursive ?? false, terminal.stdin);
    const dryRun = options.dryRun ?? false;
    await withApi(context, options, (api) => {
      const warn = (warning: string) => terminal.note(`${terminal.style("yellow", "warning:")} ${warning}`);
      for (const warning of elsewhere(documents, api.target.simAddress)) warn(warning);
      return applyDocuments(api, documents, dryRun, ({ key, action, warnings }) => {
        if (options.output === "json") {
          terminal.out(`${printableJson(JSON.stringify({ ...key, action, dryRun, warnings }))}\n`);
          return;
        }
        const said = options.output === "name" ? "" : ` ${dryRun ? planned[action] : action}`;
        terminal.out(`${oneLine(refOf(key))}${said}\n`);
        warnings.forEach(warn);
      });
    });
  });
