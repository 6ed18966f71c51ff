import type { JsonObject } from "@bufbuild/protobuf";
import type { KindInfo } from "@remuda/contract/manager";
import type { Context } from "./context";
import { CliError } from "./exit-status";
import { scalarText, valuesAt } from "./field-path";
import { type CustomColumn, parseCustomColumns, parseTemplate } from "./paths";
import { keyOf, reasonOf, refOf } from "./resource";
import { cellsOf, columnsOf, createTable, type TablePrinter } from "./table";
import { oneLine, printable, printableJson } from "./text";

const words = ["yaml", "json", "wide", "name"] as const;
/** How resources are shown. */
export type Format =
  | { as: (typeof words)[number] }
  | { as: "custom-columns"; columns: readonly CustomColumn[] }
  | { as: "template"; render: (resource: JsonObject) => string };

/** Writes resources as they come. */
export interface ResourceWriter {
  write(kind: KindInfo, resources: readonly JsonObject[]): void;
  /** Ends what needs an end. */
  end(): void;
}

const firstRows = 500;

export interface WriterOptions {
  format: Format | undefined;
  /** Exactly one resource was asked for: JSON without a list around it. */
  single: boolean;
  /** Resources of several kinds: the kind stands before each name. */
  manyKinds: boolean;
  noHeader: boolean;
}

export async function createWriter(context: Context, options: WriterOptions): Promise<ResourceWriter> {
  const { terminal } = context;
  const { format } = options;
  switch (format?.as) {
    case "name":
      return { write: (_, resources) => terminal.out(resources.map((r) => `${oneLine(refOf(keyOf(r)))}\n`).join("")), end: () => {} };
    case "json":
      return jsonWriter(context, options.single);
    case "yaml": {
      const toYaml = await yamlOf();
      let first = true;
      const write = (_: KindInfo, resources: readonly JsonObject[]) => {
        for (const resource of resources) {
          terminal.out(`${first ? "" : "---\n"}${toYaml(resource)}`);
          first = false;
        }
      };
      return { write, end: () => {} };
    }
    case "template":
      return {
        write: (_, resources) => terminal.out(resources.map((r) => `${printable(format.render(r)).replace(/\n$/, "")}\n`).join("")),
        end: () => {},
      };
    case "custom-columns":
      return customWriter(context, format.columns, options);
    default:
      return tableWriter(context, options);
  }
}

/** A resource as YAML that is safe to print, and means the same to older readers: they take a bare On for true. */
export async function yamlOf(): Promise<(resource: JsonObject) => string> {
  const { stringify } = await import("yaml");
  // Text with controls is written in double quotes, where a \u escape means the same.
  return (resource) => printableJson(stringify(resource, { lineWidth: 0, aliasDuplicateObjects: false, compat: "yaml-1.1" }));
}

function jsonWriter({ terminal }: Context, single: boolean): ResourceWriter {
  const one = (resource: JsonObject, indent: string) => printableJson(JSON.stringify(resource, null, 2)).replaceAll("\n", `\n${indent}`);
  if (single) return { write: (_, resources) => terminal.out(resources.map((r) => `${one(r, "")}\n`).join("")), end: () => {} };
  let written = 0;
  const before = () => (written++ === 0 ? '{\n  "apiVersion": "v1",\n  "kind": "List",\n  "items": [\n    ' : ",\n    ");
  return {
    write: (_, resources) => {
      for (const resource of resources) terminal.out(`${before()}${one(resource, "    ")}`);
    },
    end: () => terminal.out(written === 0 ? '{\n  "apiVersion": "v1",\n  "kind": "List",\n  "items": []\n}\n' : "\n  ]\n}\n"),
  };
}

function tableWriter(context: Context, { format, manyKinds, noHeader }: WriterOptions): ResourceWriter {
  const { terminal } = context;
  const wide = format?.as === "wide";
  let current: { kind: string; table: TablePrinter } | undefined;
  const write = (kind: KindInfo, resources: readonly JsonObject[]) => {
    if (resources.length === 0) return;
    const columns = columnsOf(kind, wide);
    if (current?.kind !== kind.kind) {
      if (current) terminal.out("\n");
      const header = ["NAME", ...columns.map((c) => c.name), ...(wide ? ["REASON"] : [])];
      current = { kind: kind.kind, table: createTable({ header, width: wide ? undefined : terminal.columns(), noHeader }) };
    }
    const rows = resources.map((r) => {
      const key = keyOf(r);
      const cells = [oneLine(manyKinds ? refOf(key) : key.name), ...cellsOf(r, columns, context.now())];
      return wide ? [...cells, oneLine(reasonOf(r)) || "-"] : cells;
    });
    terminal.out(current.table.render(rows));
  };
  return { write, end: () => {} };
}

/** One table for all kinds; nothing is cut. */
function customWriter({ terminal }: Context, columns: readonly CustomColumn[], { noHeader, single }: WriterOptions): ResourceWriter {
  const table = createTable({ header: columns.map((c) => c.heading), noHeader });
  const cell = (resource: JsonObject, { path }: CustomColumn) =>
    valuesAt(resource, path)
      .map((v) => oneLine(scalarText(v)))
      .join(",") || "-";
  // The first rows decide the widths: those of one kind alone may be few.
  let waiting: string[][] = [];
  const flush = () => {
    if (waiting.length > 0) terminal.out(table.render(waiting));
    waiting = [];
  };
  return {
    write: (_, resources) => {
      waiting.push(...resources.map((r) => columns.map((c) => cell(r, c))));
      if (single || waiting.length >= firstRows) flush();
    },
    end: flush,
  };
}

export function parseFormat(text: string): Format {
  const found = words.find((word) => word === text);
  if (found) return { as: found };
  const [, form, rest = ""] = /^(custom-columns|jsonpath)=(.+)$/s.exec(text) ?? [];
  if (form === "custom-columns") return { as: "custom-columns", columns: parseCustomColumns(rest) };
  if (form === "jsonpath") return { as: "template", render: parseTemplate(rest) };
  throw new CliError("USAGE", `there is no output "${oneLine(text)}"`, {
    hint: `there are ${words.join(", ")}, custom-columns=NAME:.path,… and jsonpath={.path}`,
  });
}
