import type { Readable } from "node:stream";
import type { Style, Terminal } from "../terminal";
import { oneLine } from "../text";

const maxLineLength = 64 << 10;

/** Calls back with every line of a stream; one without an end is cut. */
export function eachLine(stream: Readable, onLine: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
    if (rest.length > maxLineLength) {
      onLine(rest);
      rest = "";
    }
  });
  stream.on("end", () => {
    if (rest !== "") onLine(rest);
    rest = "";
  });
}

const levelNames: Record<number, string> = { 10: "trace", 20: "debug", 30: "info", 40: "warn", 50: "error", 60: "fatal" };
const levelStyles: Record<string, Style> = { info: "green", warn: "yellow", error: "red", fatal: "red" };
// The prefix says who speaks; request ids are for the files.
const unshown = new Set(["level", "time", "msg", "pid", "hostname", "v", "name", "service", "requestId"]);

/** A JSON log line as a short one for people; any other line as it is. */
export function renderLogLine(line: string, terminal: Pick<Terminal, "style">): string {
  const fields = parseObject(line);
  if (!fields) return oneLine(line);
  const level = levelNames[Number(fields.level)] ?? oneLine(String(fields.level ?? ""));
  const time = new Date(typeof fields.time === "number" || typeof fields.time === "string" ? fields.time : Number.NaN);
  const clock = Number.isNaN(time.getTime()) ? "" : `${time.toTimeString().slice(0, 8)} `;
  const rest = Object.entries(fields)
    .filter(([key, value]) => !unshown.has(key) && !(key === "provider" && String(value).startsWith("provider-")))
    .map(([key, value]) => `${oneLine(key)}=${oneLine(fieldText(value))}`);
  const shown = rest.length > 0 ? `  ${terminal.style("dim", rest.join(" "))}` : "";
  return `${terminal.style("dim", clock)}${terminal.style(levelStyles[level] ?? "dim", level.toUpperCase().padEnd(5))} ${oneLine(String(fields.msg ?? ""))}${shown}`;
}

/** Errors are logged with their stack: the first line is enough here, the file has it all. */
function fieldText(value: unknown): string {
  if (typeof value === "object" && value !== null && "message" in value) return JSON.stringify(value.message);
  if (typeof value === "string") return /[\s"]/.test(value) || value === "" ? JSON.stringify(value) : value;
  return JSON.stringify(value) ?? "";
}

function parseObject(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
