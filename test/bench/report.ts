/** One measurement. */
export interface Row {
  metric: string;
  value: number;
  unit: string;
  /** What it is compared with: a floor, another size, or a goal. */
  against?: number;
  goal?: Goal;
}

type Goal =
  /** The value itself. */
  | { most: number }
  | { below: number }
  /** The value divided by what it is measured against. */
  | { ratioAtMost: number }
  | { ratioWithin: number };

/** Undefined: there is no goal. */
export function reached({ value, against, goal }: Row): boolean | undefined {
  if (!goal) return undefined;
  if ("most" in goal) return value <= goal.most;
  if ("below" in goal) return value < goal.below;
  const ratio = ratioOf(value, against);
  if (ratio === undefined) return false;
  return "ratioAtMost" in goal ? ratio <= goal.ratioAtMost : Math.abs(ratio - 1) <= goal.ratioWithin;
}

/** As --json writes it. */
export const jsonRow = (bench: string, { metric, value, unit, against }: Row) => ({
  bench,
  metric,
  value,
  unit,
  against: against ?? null,
  ratio: ratioOf(value, against) ?? null,
});

export function table(rows: readonly Row[]): string {
  const cells = rows.map((row) => {
    const met = reached(row);
    const ratio = ratioOf(row.value, row.against);
    return [
      row.metric,
      number(row.value),
      row.unit,
      row.against === undefined ? "" : number(row.against),
      ratio === undefined ? "" : number(ratio),
      goalText(row.goal),
      met === undefined ? "" : met ? "pass" : "FAIL",
    ];
  });
  const all = [["metric", "value", "unit", "against", "ratio", "goal", ""], ...cells];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0))) ?? [];
  return all
    .map((line) =>
      line
        .map((cell, column) => (rightAligned.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

const rightAligned = new Set([1, 3, 4]);

function goalText(goal: Goal | undefined): string {
  if (!goal) return "";
  if ("most" in goal) return `≤ ${number(goal.most)}`;
  if ("below" in goal) return `< ${number(goal.below)}`;
  return "ratioAtMost" in goal ? `ratio ≤ ${number(goal.ratioAtMost)}` : `ratio 1 ± ${number(goal.ratioWithin)}`;
}

const ratioOf = (value: number, against: number | undefined): number | undefined =>
  against === undefined || against === 0 ? undefined : value / against;

/** Three digits that count. */
const number = (value: number): string =>
  Number.isInteger(value) || Math.abs(value) >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
