/** Where a table's columns stand. */
export interface Layout {
  /** Those that are shown, by their index. */
  columns: readonly { index: number; start: number; width: number; isCut: boolean }[];
  /** Some were left out for want of room. */
  leftOut: boolean;
  /** Where the prose stands; "below": under each row. */
  prose: { start: number; width: number | undefined } | "below" | undefined;
}

export interface LayoutOptions {
  header: readonly string[];
  /** What each column takes, its heading too. */
  widths: readonly number[];
  /** Columns of the window; undefined: there is no limit. */
  window: number | undefined;
  /** The last column is prose. */
  prose: boolean;
}

export const proseIndent = 4;
const gap = 3;
const narrowGap = 2;
const narrowest = 10;
const narrowestProse = 24;
// Which columns go last where there is no room for all; the others have 1.
const weights: Record<string, number> = { STATUS: 3, READY: 3, REASON: 3, ADDRESSES: 2, RESOURCE: 2, AGE: 0 };

/** The first column is never cut or left out; of the others the less important go first, then the widest are cut. */
export function layOut({ header, widths, window, prose }: LayoutOptions): Layout {
  const last = header.length - 1;
  const proseWidth = prose ? (widths[last] ?? 0) : 0;
  let shown = header.map((_, index) => index).slice(0, prose ? last : undefined);
  const place = (fitted: readonly number[], between: number, rest: Pick<Layout, "leftOut" | "prose">): Layout => {
    let start = 0;
    const columns = shown.map((index) => {
      const width = fitted[index] ?? 0;
      const column = { index, start, width, isCut: width < (widths[index] ?? 0) };
      start += width + between;
      return column;
    });
    return { columns, ...rest };
  };
  const total = (of: readonly number[], between: number) => shown.reduce((sum, i) => sum + (of[i] ?? 0) + between, -between);
  if (window === undefined) {
    return place(widths, gap, { leftOut: false, prose: prose ? { start: total(widths, gap) + gap, width: undefined } : undefined });
  }
  for (const between of [gap, narrowGap]) {
    const taken = total(widths, between);
    const room = window - taken - between;
    if (prose && room >= Math.min(proseWidth, narrowestProse)) {
      return place(widths, between, { leftOut: false, prose: { start: taken + between, width: room } });
    }
    if (taken <= window) {
      // Prose has its own line rather than taking the room of a heading with a larger gap.
      if (!prose || between === narrowGap) return place(widths, between, { leftOut: false, prose: prose ? "below" : undefined });
    }
  }
  const all = shown.length;
  const least = widths.map((w, i) => (i === 0 ? w : Math.min(w, narrowest)));
  while (shown.length > 1 && total(least, narrowGap) > window) {
    const lightest = Math.min(...shown.slice(1).map((i) => weightOf(header[i])));
    const goes = shown.findLast((i) => i > 0 && weightOf(header[i]) === lightest);
    shown = shown.filter((i) => i !== goes);
  }
  const fitted = [...widths];
  while (total(fitted, narrowGap) > window) {
    const widest = shown.slice(1).reduce((best, i) => ((fitted[i] ?? 0) > (fitted[best] ?? 0) ? i : best), shown[1] ?? 0);
    if (widest === 0 || (fitted[widest] ?? 0) <= narrowest) break;
    fitted[widest] = (fitted[widest] ?? 0) - 1;
  }
  return place(fitted, narrowGap, { leftOut: shown.length < all, prose: prose ? "below" : undefined });
}

const weightOf = (heading = "") => weights[heading] ?? 1;
