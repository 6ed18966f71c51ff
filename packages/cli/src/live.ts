import type { Terminal } from "./terminal";

/** Lines that are drawn again in place on a terminal; elsewhere only what is printed appears. */
export interface LiveView {
  /** Shows these lines instead of those before. */
  update(lines: readonly string[]): void;
  /** A lasting line, above the live ones. */
  print(line: string): void;
  /** Leaves what stands there, and ends. */
  done(): void;
}

export function createLiveView(terminal: Terminal): LiveView {
  let shown: readonly string[] = [];
  const erase = () => (shown.length > 0 ? `\u001b[${shown.length}A\r\u001b[J` : "");
  const draw = (before: string, lines: readonly string[]) => {
    const width = terminal.columns() ?? 80;
    const next = lines.map((line) => clip(line, width));
    terminal.out(`${erase()}${before}${next.map((line) => `${line}\n`).join("")}`);
    shown = next;
  };
  return {
    update: (lines) => {
      if (terminal.interactive) draw("", lines);
    },
    print: (line) => {
      if (terminal.interactive) draw(`${line}\n`, shown);
      else terminal.out(`${line}\n`);
    },
    done: () => {
      shown = [];
    },
  };
}

/** A line that is longer than the window would break the count of lines to erase. Colours take no room. */
function clip(line: string, width: number): string {
  let used = 0;
  let result = "";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: our own colour sequences
  for (const [part] of line.matchAll(/\u001b\[\d+m|./gsu)) {
    if (part.startsWith("\u001b")) result += part;
    else if (used < width - 1) {
      result += part;
      used += 1;
    }
  }
  return result;
}
