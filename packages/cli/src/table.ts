import type { JsonObject } from "@bufbuild/protobuf";
import type { KindInfo, PrinterColumn } from "@remuda/contract/manager";
import Table from "cli-table3";
import { humanAge } from "./duration";
import { scalarText, valuesAt } from "./field-path";
import { oneLine } from "./text";

/** A table without lines whose pages line up, as far as that can be known. */
export interface TablePrinter {
  /** The heading before the first rows, and the rows. */
  render(rows: readonly (readonly string[])[]): string;
}

export interface TableOptions {
  header: readonly string[];
  /** Columns of the window; undefined: cells are never cut. */
  width?: number;
  noHeader?: boolean;
}

const gap = 3;
const narrowest = 8;
const noLines = {
  ...{ top: "", "top-mid": "", "top-left": "", "top-right": "", bottom: "", "bottom-mid": "", "bottom-left": "", "bottom-right": "" },
  ...{ left: "", "left-mid": "", mid: "", "mid-mid": "", right: "", "right-mid": "", middle: "" },
};

export function createTable({ header, width, noHeader = false }: TableOptions): TablePrinter {
  let widths: number[] = header.map((h) => (noHeader ? 0 : h.length));
  let first = !noHeader;
  return {
    render: (rows) => {
      widths = widths.map((w, i) => rows.reduce((widest, row) => Math.max(widest, (row[i] ?? "").length), w));
      const fitted = width === undefined ? widths : narrowed(widths, width);
      const lastColumn = fitted.length - 1;
      const table = new Table({
        chars: noLines,
        style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
        colWidths: fitted.map((w, i) => w + (i === lastColumn ? 0 : gap)),
      });
      if (first) table.push([...header]);
      first = false;
      table.push(...rows.map((row) => row.map((cell, i) => cut(cell, fitted[i] ?? 0))));
      const lines = table.toString().split("\n");
      return rows.length === 0 && noHeader ? "" : `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
    },
  };
}

const cut = (cell: string, width: number) => (cell.length > width ? `${cell.slice(0, Math.max(0, width - 1))}…` : cell);

/** Takes from the widest columns, never from the first, until all fit the window. */
function narrowed(widths: readonly number[], window: number): number[] {
  const fitted = [...widths];
  const total = () => fitted.reduce((a, b) => a + b, 0) + gap * (fitted.length - 1);
  while (total() > window) {
    const widest = fitted.reduce((best, w, i) => (i > 0 && w > (fitted[best] ?? 0) ? i : best), 1);
    const now = fitted[widest] ?? 0;
    if (now <= narrowest || widest >= fitted.length) break;
    fitted[widest] = now - 1;
  }
  return fitted;
}

/** The columns of a kind's table, NAME first. */
export const columnsOf = (kind: KindInfo, wide: boolean): PrinterColumn[] =>
  kind.columns.filter((c) => c.name !== "NAME" && (wide || !c.wide));

/** A resource's cells, without its name. */
export const cellsOf = (resource: JsonObject, columns: readonly PrinterColumn[], now: number): string[] =>
  columns.map(({ path, type }) => {
    const values = valuesAt(resource, path);
    if (type === "date") return age(scalarText(values[0]), now);
    const flat = type === "list" ? values.flat() : values.slice(0, 1);
    return flat.map((v) => oneLine(scalarText(v))).join(",") || "-";
  });

/** How long ago an RFC 3339 time was; "-" if it is none. */
export function age(time: string, now: number): string {
  const at = Date.parse(time);
  return Number.isNaN(at) ? "-" : humanAge(now - at);
}
