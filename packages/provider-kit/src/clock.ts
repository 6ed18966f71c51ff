/** Time and chance, so that tests can own both. */
export interface Clock {
  /** Milliseconds since some moment, for durations: nobody can set it, as people and NTP set the date. */
  now(): number;
  /** Calls `fn` once after `ms`; the answer cancels it. */
  setTimer(fn: () => void, ms: number): () => void;
  /** 0 ≤ x < 1. */
  random(): number;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  setTimer: (fn, ms) => {
    const timer = setTimeout(fn, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

/** Answers after `ms`, or as soon as the signal aborts. */
export const pause = (clock: Clock, ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const finish = () => {
      cancel();
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const cancel = clock.setTimer(finish, ms);
    signal.addEventListener("abort", finish, { once: true });
  });
