import type { JsonObject } from "@bufbuild/protobuf";
import type { KindInfo, PrinterColumn } from "@remuda/contract/manager";
import { humanAge } from "./duration";
import { scalarText, textAt, valuesAt } from "./field-path";
import { type Layout, layOut, proseIndent } from "./table-layout";
import { oneLine } from "./text";
import { cutTo, widthOf, wrap } from "./text-width";

/** A table without lines. Its first rows decide where the columns stand; a later cell that is longer moves only what follows it in its row. */
export interface TablePrinter {
  /** The heading before the first rows, and the rows. */
  render(rows: readonly (readonly string[])[]): string;
}

export interface TableOptions {
  header: readonly string[];
  /** Columns of the window; undefined: cells are never cut. */
  width?: number;
  noHeader?: boolean;
  /** The last column is prose: it is never cut, but goes on in further lines. */
  prose?: boolean;
}

const smallestGap = 2;

export function createTable({ header, width, noHeader = false, prose = false }: TableOptions): TablePrinter {
  let layout: Layout | undefined;
  return {
    render: (rows) => {
      const lines: string[] = [];
      if (layout === undefined) {
        const widths = header.map((h, i) => rows.reduce((widest, row) => Math.max(widest, widthOf(row[i] ?? "")), noHeader ? 0 : h.length));
        layout = layOut({ header, widths, window: width, prose });
        if (!noHeader) lines.push(headingOf(header, layout));
      }
      for (const row of rows) lines.push(...linesOf(row, layout, width));
      return lines.map((line) => `${line.trimEnd()}\n`).join("");
    },
  };
}

function headingOf(header: readonly string[], layout: Layout): string {
  const line = aligned(header, layout);
  if (layout.leftOut) return `${line} …`;
  return typeof layout.prose === "object" ? `${line.padEnd(layout.prose.start)}${header.at(-1)}` : line;
}

function linesOf(row: readonly string[], layout: Layout, window: number | undefined): string[] {
  const line = aligned(row, layout);
  const text = row.at(-1) ?? "";
  if (layout.prose === undefined) return [line];
  if (layout.prose === "below") {
    const indent = " ".repeat(proseIndent);
    return text === "" ? [line] : [line, ...wrap(text, (window ?? 80) - proseIndent).map((part) => `${indent}${part}`)];
  }
  const { start, width } = layout.prose;
  const indent = " ".repeat(start);
  const lead = widthOf(line) + smallestGap <= start ? pad(line, start) : `${line}  `;
  if (width === undefined) return [`${lead}${text}`];
  const [first = "", ...more] = wrap(text, width);
  return [`${lead}${first}`, ...more.map((part) => `${indent}${part}`)];
}

/** Each cell at its column, or after the one before it where that is longer. */
function aligned(cells: readonly string[], { columns }: Layout): string {
  let line = "";
  for (const { index, start, width, isCut } of columns) {
    const cell = cells[index] ?? "";
    const at = start === 0 ? 0 : Math.max(start, widthOf(line.trimEnd()) + smallestGap);
    line = `${pad(line.trimEnd(), at)}${isCut ? cutTo(cell, width) : cell}`;
  }
  return line.trimEnd();
}

const pad = (text: string, columns: number) => text + " ".repeat(Math.max(0, columns - widthOf(text)));

/** The columns of a kind's table, without NAME. */
export const columnsOf = (kind: KindInfo, wide: boolean): PrinterColumn[] =>
  kind.columns.filter((c) => c.name !== "NAME" && (wide || !c.wide));

const phasePath = "status.phase";

/** A resource's cells, without its name. What is being deleted says so, whatever its status is. */
export const cellsOf = (resource: JsonObject, columns: readonly PrinterColumn[], now: number): string[] => {
  const isDeleted = textAt(resource, "metadata.deletionTimestamp") !== "";
  const hasPhase = columns.some((c) => c.path === phasePath);
  return columns.map(({ path, type }) => {
    if (isDeleted && path === phasePath) return "Deleting";
    const values = valuesAt(resource, path);
    if (type === "date") return `${age(scalarText(values[0]), now)}${isDeleted && !hasPhase ? ", being deleted" : ""}`;
    const flat = type === "list" ? values.flat() : values.slice(0, 1);
    return flat.map((v) => oneLine(scalarText(v))).join(",") || "-";
  });
};

/** How long ago an RFC 3339 time was; "-" if it is none. */
export function age(time: string, now: number): string {
  const at = Date.parse(time);
  return Number.isNaN(at) ? "-" : humanAge(now - at);
}
