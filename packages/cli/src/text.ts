// C0 and C1 controls, the marks that reverse text and those that nobody sees: a server's words must not steer the terminal.
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what it looks for
const unsafe = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2028\u2029\u2060\u2066-\u2069\ufeff]/g;

const escapeOne = (char: string) => {
  const code = char.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
};

/** Text of others, safe to print; line breaks and tabs stay. */
export const printable = (text: string): string => text.replace(unsafe, escapeOne);

/** The same on one line. */
export const oneLine = (text: string): string => printable(text).replace(/\n/g, "\\n").replace(/\t/g, "\\t");

/** JSON or double-quoted YAML in which the remaining controls are escaped too. */
export const printableJson = (text: string): string =>
  text.replace(unsafe, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** The known word that is nearest to a mistyped one, if any is near. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Two letters that changed places count once. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? (beforeLast[j - 2] ?? 0) + 1 : substitute;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitute, swap));
    }
    [beforeLast, row] = [row, next];
  }
  return row[b.length] ?? 0;
}

/** "1 machine", "3 machines". */
export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;
