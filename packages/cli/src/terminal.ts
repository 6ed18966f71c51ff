import type { Readable, Writable } from "node:stream";

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan" | "magenta" | "blue";

const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
  magenta: [35, 39],
  blue: [34, 39],
} as const satisfies Record<Style, readonly [number, number]>;

/** Where a command reads and writes. */
export interface Terminal {
  stdin: Readable;
  /** Writes results. */
  out(text: string): void;
  /** Writes a line beside the results: progress, warnings. */
  note(line: string): void;
  /** Whether people watch the results: tables are fitted, progress is redrawn. */
  interactive: boolean;
  /** Columns of the window; undefined where there is none. */
  columns(): number | undefined;
  style(style: Style, text: string): string;
}

interface TtyLike extends Writable {
  isTTY?: boolean;
  columns?: number;
}

export interface TerminalOptions {
  stdin: Readable;
  stdout: TtyLike;
  stderr: TtyLike;
  /** No colours and no redrawing. */
  plain: boolean;
}

export function createTerminal({ stdin, stdout, stderr, plain }: TerminalOptions): Terminal {
  const color = stdout.isTTY === true && !plain;
  return {
    stdin,
    out: (text) => {
      stdout.write(text);
    },
    note: (line) => {
      stderr.write(`${line}\n`);
    },
    interactive: stdout.isTTY === true && !plain,
    // A terminal without a size says 0.
    columns: () => (stdout.isTTY ? stdout.columns || undefined : undefined),
    style: (style, text) => (color && text !== "" ? `\u001b[${codes[style][0]}m${text}\u001b[${codes[style][1]}m` : text),
  };
}
