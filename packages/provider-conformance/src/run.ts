import { createContext } from "./context";
import { BrokenPromise } from "./expect";
import { inParallel } from "./parallel";
import type { RuleResult } from "./result";
import type { Facts, Rule } from "./rule";
import { rules } from "./rules";
import { openSession, type Session, type Target } from "./session";
import { type Settings, withDefaults } from "./settings";

export interface ConformanceOptions extends Target {
  settings?: Partial<Settings>;
  /** Ends the run early: the rules that are left are skipped, and what was made is removed all the same. */
  signal?: AbortSignal;
  /** Each result as it comes. */
  onResult?(result: RuleResult): void;
}

/** Puts a running provider to the test. Fails only where it can't be reached, or the settings leave nothing to make machines from. */
export async function runConformance({
  settings: given,
  signal = neverAborted,
  onResult,
  ...target
}: ConformanceOptions): Promise<RuleResult[]> {
  const settings = withDefaults(given);
  const session = await openSession(target, settings, signal);
  const selected = selectRules(settings);
  const results = new Map<Rule, RuleResult>();
  const judge = async (rule: Rule) => {
    const result = await runRule(session, rule, signal);
    results.set(rule, result);
    onResult?.(result);
  };
  try {
    await inParallel(
      selected.filter(({ alone }) => !alone),
      Math.max(settings.parallelism, 1),
      judge,
    );
    for (const rule of selected.filter(({ alone }) => alone)) await judge(rule);
  } finally {
    session.close();
  }
  return selected.flatMap((rule) => results.get(rule) ?? []);
}

/** The rules of a run, in their order. The last, that nothing is left behind, always runs. */
export function selectRules({ only, skip }: Pick<Settings, "only" | "skip">): Rule[] {
  const known = new Set(rules.map(({ id }) => id));
  const unknown = [...(only ?? []), ...skip].filter((id) => !known.has(id));
  if (unknown.length > 0) throw new Error(`no such rule: ${unknown.join(", ")}`);
  return rules.filter(({ id }) => id === "leaves-nothing" || ((only?.includes(id) ?? true) && !skip.includes(id)));
}

/** Runs one rule and removes what it made. Never throws: what goes wrong is in the result. */
export async function runRule(session: Session, rule: Rule, signal: AbortSignal): Promise<RuleResult> {
  const { id, title } = rule;
  const begin = performance.now();
  const result = (outcome: RuleResult["outcome"], more: Pick<RuleResult, "message" | "error"> = {}): RuleResult => ({
    id,
    title,
    outcome,
    ...more,
    durationMs: performance.now() - begin,
  });
  const cleaning = id === "leaves-nothing";
  if (signal.aborted && !cleaning) return result("skipped", { message: "the run was aborted" });
  const facts: Facts = session;
  const missing = rule.requires?.(facts);
  if (missing !== undefined) return result("skipped", { message: missing });
  const { ctx, close } = createContext(session, cleaning ? neverAborted : signal);
  try {
    const answer = await rule.run(ctx);
    return answer ? result("skipped", { message: answer.skipped }) : result("passed");
  } catch (error) {
    if (signal.aborted && !cleaning) return result("skipped", { message: "the run was aborted" });
    return result("failed", { message: explain(error), error });
  } finally {
    await close();
  }
}

function explain(error: unknown): string {
  if (error instanceof BrokenPromise) return error.message;
  if (!(error instanceof Error)) return String(error);
  const reason = "reason" in error ? `${error.reason}: ` : "";
  return `a call failed: ${reason}${error.message}`;
}

const neverAborted = new AbortController().signal;
