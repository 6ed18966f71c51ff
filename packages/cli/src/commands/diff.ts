import type { JsonObject } from "@bufbuild/protobuf";
import { Command } from "commander";
import type { Api } from "../api/api";
import { type ApiOptions, withApi } from "../connect";
import type { Context } from "../context";
import { declaredPart } from "../declared";
import { CliError } from "../exit-status";
import { collect, connectionOptions } from "../options";
import { type ResourceKey, refOf } from "../resource";
import { oneLine } from "../text";
import { withoutUserData } from "../user-data";

interface Options extends ApiOptions {
  filename: string[];
  recursive?: boolean;
}

export const diffCommand = (context: Context): Command =>
  connectionOptions(
    new Command("diff")
      .description("show what apply would change; exit status 1 if it would change anything")
      .requiredOption("-f, --filename <path>", "file, folder or - for standard input; may be repeated", collect)
      .option("-R, --recursive", "folders in folders too"),
  ).action(async (options: Options) => {
    const { terminal } = context;
    const { applyDocuments, loadDocuments } = await import("../apply");
    const { yamlOf } = await import("../output");
    const { unifiedDiff } = await import("../unified-diff");
    const toYaml = await yamlOf();
    try {
      const documents = await loadDocuments(options.filename, options.recursive ?? false, terminal.stdin);
      const whereOf = new Map(documents.map((d) => [refOf(d.key), d.where]));
      const isDifferent = await withApi(context, options, async (api) => {
        const changes: { key: ResourceKey; planned: JsonObject }[] = [];
        await applyDocuments(api, documents, true, ({ key, action, resource, warnings }) => {
          for (const warning of warnings) terminal.note(`${terminal.style("yellow", "warning:")} ${warning}`);
          if (action !== "unchanged" && resource) changes.push({ key, planned: resource });
        });
        const text = (resource: JsonObject | undefined, before?: JsonObject) =>
          resource ? toYaml(declaredPart(withoutUserData(resource, before))) : "";
        let count = 0;
        for (const { key, planned } of changes) {
          const ref = oneLine(refOf(key));
          const names = { before: `${ref} (as it is)`, after: `${ref} (${whereOf.get(refOf(key)) ?? "as it would be"})` };
          const before = await current(api, key);
          const difference = unifiedDiff(text(before), text(planned, before), names);
          if (difference !== "") count += 1;
          terminal.out(colored(context, difference));
        }
        return count > 0;
      });
      if (isDifferent) throw new CliError("DIFFERENT", "");
    } catch (error) {
      // 1 says that there are differences.
      if (!(error instanceof CliError && error.outcome === "ERROR")) throw error;
      throw new CliError("FAILED", error.message, { hint: error.hint, cause: error });
    }
  });

async function current(api: Api, { kind, name }: ResourceKey): Promise<JsonObject | undefined> {
  try {
    return await api.get(kind, name);
  } catch (error) {
    if (error instanceof CliError && error.outcome === "NOT_FOUND") return undefined;
    throw error;
  }
}

const colored = ({ terminal }: Context, text: string) =>
  text.replace(/^([-+@]).*$/gm, (line, sign: string) => terminal.style(sign === "-" ? "red" : sign === "+" ? "green" : "cyan", line));
