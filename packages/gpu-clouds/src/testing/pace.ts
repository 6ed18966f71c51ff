import type { Clock } from "../clock";
import type { RateRule } from "../rate-limit";

/** Counts what comes in by the documented rates. A twentieth of the time is forgiven: the way here takes some. */
export function createPace(rules: readonly RateRule[], clock: Clock) {
  const times = rules.map((): number[] => []);
  return {
    /** Whether this one came too early. */
    tooFast(endpoint: string): boolean {
      const now = clock.now();
      let early = false;
      rules.forEach((rule, index) => {
        if (rule.endpoint !== undefined && rule.endpoint !== endpoint) return;
        const seen = times[index] ?? [];
        const before = seen.at(-rule.calls);
        if (before !== undefined && now - before < rule.perMs * 0.95) early = true;
        seen.push(now);
      });
      return early;
    },
  };
}
