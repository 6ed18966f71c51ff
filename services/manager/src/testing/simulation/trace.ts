import { createHash } from "node:crypto";

/** What happened in a run, in order. Two runs of one seed must have the same hash. */
export interface Trace {
  /** What someone did, and what went wrong: the story of the run. */
  operation(text: string): void;
  /** What followed from it: calls, answers, commits. */
  detail(text: string): void;
  readonly operations: readonly string[];
  /** Operations and details. */
  readonly lines: readonly string[];
  hash(): string;
}

export function createTrace(nowMs: () => number): Trace {
  const hash = createHash("sha256");
  const operations: string[] = [];
  const lines: string[] = [];
  const add = (text: string) => {
    const line = `${(nowMs() / 1000).toFixed(3).padStart(9)}  ${text}`;
    hash.update(line).update("\n");
    lines.push(line);
    return line;
  };
  return {
    operation: (text) => void operations.push(add(text)),
    detail: (text) => void add(`  ${text}`),
    operations,
    lines,
    hash: () => hash.copy().digest("hex"),
  };
}
