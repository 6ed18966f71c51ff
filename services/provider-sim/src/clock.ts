/** Time and chance, so that a test or a simulation can own both. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `fn` once after `ms`; the answer cancels it. */
  setTimer(fn: () => void, ms: number): () => void;
  /** 0 ≤ x < 1. */
  random(): number;
}

/** Real time, and chance that the same seed repeats. */
export const seededClock = (seed: number): Clock => ({
  now: () => Date.now(),
  setTimer: (fn, ms) => {
    const timer = setTimeout(fn, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
  random: seededRandom(seed),
});

/** Mulberry32: small, fast and even enough for faults; never for secrets. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
