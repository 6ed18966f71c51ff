export { toJunit } from "./junit";
export { formatResult, formatSummary, type RuleResult, type Summary, summarize } from "./result";
export type { Rule } from "./rule";
export { rules } from "./rules";
export { type ConformanceOptions, runConformance } from "./run";
export type { Target } from "./session";
export type { Settings } from "./settings";
