// What terminals show two columns wide: East Asian letters and most pictures.
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;
const plain = /^[\x20-\x7e]*$/;

/** Columns that a text takes on a terminal. */
export function widthOf(text: string): number {
  if (plain.test(text)) return text.length;
  let columns = 0;
  for (const char of text) columns += /\p{M}/u.test(char) ? 0 : wide.test(char) ? 2 : 1;
  return columns;
}

/** As much of a text as takes so many columns, with "…" if that is not all. */
export function cutTo(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let kept = "";
  let used = 0;
  for (const char of text) {
    used += widthOf(char);
    if (used > columns - 1) break;
    kept += char;
  }
  return columns > 0 ? `${kept}…` : "";
}

/** A text in lines of at most so many columns, broken between words; a word that is longer is broken too. */
export function wrap(text: string, columns: number): string[] {
  const most = Math.max(1, columns);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    let rest = word;
    if (line !== "" && widthOf(line) + 1 + widthOf(rest) <= most) {
      line += ` ${rest}`;
      continue;
    }
    if (line !== "") lines.push(line);
    while (widthOf(rest) > most) {
      // At least one character, or it would never end.
      const piece = cutTo(rest, most + 1).slice(0, -1) || ([...rest][0] ?? rest);
      lines.push(piece);
      rest = rest.slice(piece.length);
    }
    line = rest;
  }
  return line !== "" || lines.length === 0 ? [...lines, line] : lines;
}

/** Each line of a text within so many columns; what goes on in the next line stands further in than where it began. */
export function wrapLines(text: string, columns: number | undefined, hanging = 2): string {
  if (columns === undefined) return text;
  return text.replace(/^( *)(.+)$/gm, (line, lead: string, rest: string) => {
    if (widthOf(line) <= columns) return line;
    const indent = " ".repeat(lead.length + hanging);
    return `${lead}${wrap(rest, columns - indent.length).join(`\n${indent}`)}`;
  });
}
