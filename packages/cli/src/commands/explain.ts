import type { FieldInfo } from "@remuda/contract/manager";
import { Command } from "commander";
import { type ApiOptions, withApi } from "../connect";
import type { Context } from "../context";
import { loadKinds } from "../kinds";
import { connectionOptions } from "../options";
import { oneLine, printable } from "../text";

export const explainCommand = (context: Context): Command =>
  connectionOptions(
    new Command("explain")
      .description("tell a kind's fields")
      .argument("[kind]", "kind, or a field of it such as vm.spec.disks; none: all kinds"),
  ).action((word: string | undefined, options: ApiOptions) =>
    withApi(context, options, async (api) => {
      const { terminal } = context;
      const kinds = await loadKinds(api);
      if (word === undefined) {
        const { createTable } = await import("../table");
        const table = createTable({ header: ["KIND", "PLURAL", "SHORT", "WHAT IT IS"], width: terminal.columns(), prose: true });
        terminal.out(table.render(kinds.all.map((k) => [k.kind, k.plural, k.shortNames.join(","), k.description].map(oneLine))));
        return;
      }
      const [kindWord = "", ...path] = word.split(".");
      const [kind] = await api.explain(kinds.resolve(kindWord).kind, path.join("."));
      if (!kind) return;
      terminal.out(`${terminal.style("bold", kind.kind)} (${kind.apiVersion})${path.length > 0 ? `, ${path.join(".")}` : ""}\n`);
      terminal.out(`${printable(kind.description)}\n\n`);
      const depth = Math.min(...kind.fields.map((f) => depthOf(f.path)));
      for (const field of kind.fields) terminal.out(fieldLine(context, field, depthOf(field.path) - depth));
    }),
  );

const depthOf = (path: string) => path.split(".").length;

function fieldLine({ terminal }: Context, field: FieldInfo, depth: number): string {
  const name = field.path.slice(field.path.lastIndexOf(".") + 1).replace(/\[\]$/, "");
  const facts = [
    field.required ? terminal.style("yellow", "required") : "",
    field.defaultJson ? `default ${oneLine(field.defaultJson)}` : "",
    field.values.length > 0 ? `one of ${field.values.map(oneLine).join(", ")}` : "",
  ].filter((fact) => fact !== "");
  const indent = "  ".repeat(depth);
  const description = field.description ? `\n${indent}    ${terminal.style("dim", oneLine(field.description))}` : "";
  return `${indent}${terminal.style("bold", oneLine(name))} <${oneLine(field.type)}>${facts.length > 0 ? ` ${facts.join(", ")}` : ""}${description}\n`;
}
