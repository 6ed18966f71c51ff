/** What became of one rule. */
export interface RuleResult {
  id: string;
  title: string;
  outcome: "passed" | "failed" | "skipped";
  /** Why it was skipped or failed. */
  message?: string;
  /** What was thrown. */
  error?: unknown;
  durationMs: number;
}

export interface Summary {
  passed: number;
  failed: number;
  skipped: number;
}

export function summarize(results: readonly RuleResult[]): Summary {
  const summary = { passed: 0, failed: 0, skipped: 0 };
  for (const { outcome } of results) summary[outcome] += 1;
  return summary;
}

const marks = { passed: "ok", failed: "FAILED", skipped: "skipped" } as const;

/** One result as a line, with the reason below it. */
export function formatResult({ id, title, outcome, message, durationMs }: RuleResult): string {
  const line = `${marks[outcome].padEnd(7)} ${id}: ${title} (${Math.round(durationMs)} ms)`;
  return message === undefined ? line : `${line}\n          ${message.replaceAll("\n", "\n          ")}`;
}

export function formatSummary(results: readonly RuleResult[]): string {
  const { passed, failed, skipped } = summarize(results);
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
