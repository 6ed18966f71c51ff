import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { join } from "node:path";

/** A line of a process's log. */
export interface LogLine {
  /** The process: "manager", "sim". */
  source: string;
  /** Milliseconds since 1970; of the line before where it says none, as in the lines of a stack. */
  time: number;
  text: string;
}

export const logFolder = (home: string) => join(home, "logs");
const ending = ".log";
const pathOf = (home: string, source: string) => join(logFolder(home), `${source}${ending}`);

/** The processes that have logs in a home folder. */
export function logSources(home: string): string[] {
  try {
    return readdirSync(logFolder(home))
      .filter((file) => file.endsWith(ending))
      .map((file) => file.slice(0, -ending.length))
      .sort();
  } catch {
    return [];
  }
}

/** Follows one process's log, also when its file is full and another takes its place. */
export interface LogFollower {
  /** The lines that came since the last time; the first time all that are there, the former file's too. */
  read(): LogLine[];
  close(): void;
}

const chunkBytes = 1 << 20;

export function followLog(home: string, source: string): LogFollower {
  const path = pathOf(home, source);
  let file: number | undefined;
  let rest: Buffer = Buffer.alloc(0);
  let time = 0;

  const toLines = (bytes: Buffer): LogLine[] => {
    const text = Buffer.concat([rest, bytes]);
    // A line that is being written is told when it is whole.
    const end = text.lastIndexOf(0x0a) + 1;
    rest = text.subarray(end);
    const lines = text.subarray(0, end).toString("utf8").split("\n").slice(0, -1);
    return lines.map((line) => {
      time = timeOf(line) ?? time;
      return { source, time, text: line };
    });
  };
  const open = () => {
    try {
      file = openSync(path, "r");
    } catch {
      // Between two files there is none.
      file = undefined;
    }
  };
  const readOn = (): Buffer => {
    const chunks: Buffer[] = [];
    for (let length = -1; file !== undefined && length !== 0; ) {
      const chunk = Buffer.alloc(chunkBytes);
      length = readSync(file, chunk, 0, chunkBytes, null);
      chunks.push(chunk.subarray(0, length));
    }
    return Buffer.concat(chunks);
  };
  const isReplaced = () => {
    try {
      return file !== undefined && statSync(path).ino !== fstatSync(file).ino;
    } catch {
      return false;
    }
  };
  let former = true;
  return {
    read: () => {
      const lines: LogLine[] = [];
      if (former) lines.push(...toLines(readWhole(`${path}.1`)));
      former = false;
      if (file === undefined) open();
      lines.push(...toLines(readOn()));
      if (isReplaced() && file !== undefined) {
        // What was written between the last look and the change of files.
        lines.push(...toLines(readOn()));
        closeSync(file);
        open();
        lines.push(...toLines(readOn()));
      }
      return lines;
    },
    close: () => {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

function readWhole(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}

/** Each log line says its time in milliseconds, or as RFC 3339. */
function timeOf(line: string): number | undefined {
  const [, number, text] = /"time":(?:(\d+)|"([^"]+)")/.exec(line) ?? [];
  const time = number === undefined ? Date.parse(text ?? "") : Number(number);
  return Number.isNaN(time) ? undefined : time;
}
