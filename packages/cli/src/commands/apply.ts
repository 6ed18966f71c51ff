import { Command } from "commander";
import { type ApiOptions, withApi } from "../connect";
import type { Context } from "../context";
import { collect, connectionOptions } from "../options";
import { refOf } from "../resource";
import { oneLine } from "../text";

interface Options extends ApiOptions {
  filename: string[];
  recursive?: boolean;
  dryRun?: boolean;
}

export const applyCommand = (context: Context): Command =>
  connectionOptions(
    new Command("apply")
      .description("create or change resources from files")
      .requiredOption("-f, --filename <path>", "file, folder or - for standard input; may be repeated", collect)
      .option("-R, --recursive", "folders in folders too")
      .option("--dry-run", "check everything, change nothing"),
  ).action(async (options: Options) => {
    const { applyDocuments, loadDocuments } = await import("../apply");
    const documents = await loadDocuments(options.filename, options.recursive ?? false, context.terminal.stdin);
    const dryRun = options.dryRun ?? false;
    await withApi(context, options, (api) =>
      applyDocuments(api, documents, dryRun, ({ key, action }) =>
        context.terminal.out(`${oneLine(refOf(key))} ${action}${dryRun ? " (dry run)" : ""}\n`),
      ),
    );
  });
