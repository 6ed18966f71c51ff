import { type Clock, seededRandom } from "../clock";

/** Time that stands still until it is told to go on. */
export interface ManualClock extends Clock {
  /** Runs what becomes due on the way, in its order. */
  advance(ms: number): void;
  /** Sets the date back; what waits for its time doesn't notice. */
  setBack(ms: number): void;
}

export function manualClock(seed = 1, startMs = 1_700_000_000_000): ManualClock {
  let now = startMs;
  let behindMs = 0;
  let order = 0;
  const timers = new Map<number, { atMs: number; fn: () => void }>();
  const nextDue = (untilMs: number) => {
    let found: { key: number; atMs: number; fn: () => void } | undefined;
    for (const [key, timer] of timers) if (timer.atMs <= untilMs && (!found || timer.atMs < found.atMs)) found = { key, ...timer };
    return found;
  };
  return {
    now: () => now - behindMs,
    random: seededRandom(seed),
    setTimer(fn, ms) {
      const key = order++;
      timers.set(key, { atMs: now + ms, fn });
      return () => timers.delete(key);
    },
    advance(ms) {
      const untilMs = now + ms;
      for (let due = nextDue(untilMs); due; due = nextDue(untilMs)) {
        timers.delete(due.key);
        now = due.atMs;
        due.fn();
      }
      now = untilMs;
    },
    setBack(ms) {
      behindMs += ms;
    },
  };
}
