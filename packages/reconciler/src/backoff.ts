/** How long to wait after failures, for each key. */
export interface Backoff {
  /** Milliseconds until the next try, after one more failure. */
  next(key: string): number;
  /** Failures in a row. */
  failures(key: string): number;
  reset(key: string): void;
}

export interface BackoffOptions {
  /** The longest wait after the first failure; each further one doubles it. */
  baseMs?: number;
  ceilingMs?: number;
  /** 0 ≤ x < 1. */
  random: () => number;
}

/** Exponential with full jitter: anything between nothing and the step, so that many that failed together don't come back together. */
export function createBackoff({ baseMs = 200, ceilingMs = 5 * 60_000, random }: BackoffOptions): Backoff {
  const failures = new Map<string, number>();
  return {
    next(key) {
      const count = failures.get(key) ?? 0;
      failures.set(key, count + 1);
      return Math.ceil(random() * Math.min(ceilingMs, baseMs * 2 ** count));
    },
    failures: (key) => failures.get(key) ?? 0,
    reset: (key) => {
      failures.delete(key);
    },
  };
}
