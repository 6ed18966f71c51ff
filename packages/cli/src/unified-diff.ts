/** Texts that are longer are told as replaced as a whole rather than compared line by line. */
const mostCells = 4_000_000;
const contextLines = 3;

type Edit = { sign: " " | "-" | "+"; line: string };

/** How one text becomes the other, as `diff -u` tells it; "" if they are the same. */
export function unifiedDiff(before: string, after: string, names: { before: string; after: string }): string {
  if (before === after) return "";
  const edits = editsOf(linesOf(before), linesOf(after));
  const changed = edits.flatMap((edit, i) => (edit.sign === " " ? [] : [i]));
  const lines = [`--- ${names.before}`, `+++ ${names.after}`];
  for (let at = 0; at < changed.length; ) {
    let end = at;
    // Two changes whose surroundings touch are one piece.
    while (end + 1 < changed.length && (changed[end + 1] ?? 0) - (changed[end] ?? 0) <= 2 * contextLines) end++;
    const from = Math.max(0, (changed[at] ?? 0) - contextLines);
    const piece = edits.slice(from, (changed[end] ?? 0) + contextLines + 1);
    lines.push(headingOf(edits.slice(0, from), piece), ...piece.map(({ sign, line }) => `${sign}${line}`));
    at = end + 1;
  }
  return `${lines.join("\n")}\n`;
}

const linesOf = (text: string) => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));

function headingOf(before: readonly Edit[], piece: readonly Edit[]): string {
  const count = (edits: readonly Edit[], other: "-" | "+") => edits.filter((e) => e.sign !== other).length;
  const range = (other: "-" | "+") => {
    const length = count(piece, other);
    return `${count(before, other) + (length > 0 ? 1 : 0)},${length}`;
  };
  return `@@ -${range("+")} +${range("-")} @@`;
}

/** The longest common sequence of lines stays; between its parts what goes stands before what comes. */
function editsOf(before: readonly string[], after: readonly string[]): Edit[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < before.length - head && tail < after.length - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const [a, b] = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)];
  const same = (lines: readonly string[]): Edit[] => lines.map((line) => ({ sign: " ", line }));
  return [...same(before.slice(0, head)), ...middle(a, b), ...same(before.slice(before.length - tail))];
}

function middle(a: readonly string[], b: readonly string[]): Edit[] {
  const removed = (line: string): Edit => ({ sign: "-", line });
  const added = (line: string): Edit => ({ sign: "+", line });
  if (a.length * b.length > mostCells) return [...a.map(removed), ...b.map(added)];
  // common[i * width + j]: length of the longest common sequence of a from i and b from j.
  const width = b.length + 1;
  const common = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--)
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const edits: Edit[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]];
    if (left !== undefined && left === right) {
      edits.push({ sign: " ", line: left });
      i++;
      j++;
    } else if (left !== undefined && (right === undefined || at(i + 1, j) >= at(i, j + 1))) {
      edits.push(removed(left));
      i++;
    } else if (right !== undefined) {
      edits.push(added(right));
      j++;
    }
  }
  return edits;
}
