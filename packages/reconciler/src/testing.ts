import type { Clock } from "./clock";

/** Time that stands still until a test moves it. */
export interface VirtualClock extends Clock {
  /** Moves on by `ms`; fires each timer at its own time, and lets promises settle before the next. */
  advance(ms: number): Promise<void>;
  /** Moves on until no timer is left; fails after `maxTimers`, for work that never ends. */
  runUntilIdle(maxTimers?: number): Promise<void>;
  /** Sets the wall clock, as people and NTP do: timers and durations don't notice. */
  setWall(ms: number): void;
  /** Timers that are set. */
  readonly pending: number;
}

/** The same seed gives the same chance. */
export function virtualClock({ startMs = 0, seed = 1 }: { startMs?: number; seed?: number } = {}): VirtualClock {
  const timers = new Map<number, { dueAt: number; fn: () => void }>();
  let now = 0;
  let wallAtZeroMs = startMs;
  let nextId = 0;
  let state = seed;

  const earliest = () => {
    let first: { id: number; dueAt: number; fn: () => void } | undefined;
    for (const [id, timer] of timers) if (!first || timer.dueAt < first.dueAt) first = { id, ...timer };
    return first;
  };
  const fireNext = async (until: number): Promise<boolean> => {
    const timer = earliest();
    if (!timer || timer.dueAt > until) return false;
    timers.delete(timer.id);
    now = Math.max(now, timer.dueAt);
    timer.fn();
    await settle();
    return true;
  };

  return {
    now: () => wallAtZeroMs + now,
    monotonicMs: () => now,
    setWall(ms) {
      wallAtZeroMs = ms - now;
    },
    setTimer(fn, ms) {
      // A real timer that is too long fires at once.
      if (ms > 2 ** 31 - 1) throw new RangeError(`a timer can't wait ${ms} ms`);
      const id = nextId++;
      timers.set(id, { dueAt: now + ms, fn });
      return () => {
        timers.delete(id);
      };
    },
    // A multiplicative congruential generator: enough for jitter.
    random() {
      state = (state * 48_271 + 11) % 2_147_483_647;
      return state / 2_147_483_647;
    },
    async advance(ms) {
      const until = now + ms;
      await settle();
      while (await fireNext(until));
      now = until;
    },
    async runUntilIdle(maxTimers = 100_000) {
      await settle();
      for (let fired = 0; await fireNext(Number.POSITIVE_INFINITY); fired++) {
        if (fired >= maxTimers) throw new Error(`still busy after ${maxTimers} timers`);
      }
    },
    get pending() {
      return timers.size;
    },
  };
}

/** Everything that is only waiting for promises has run when it resolves; two turns, since what runs may wait for the end of its own. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}
