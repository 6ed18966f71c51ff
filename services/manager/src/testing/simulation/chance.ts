import { seededRandom } from "@remuda/provider-sim";

/** Chance that the same seed repeats. */
export interface Chance {
  /** 0 ≤ x < 1. */
  next(): number;
  /** True so often: 0 never, 1 always. */
  happens(likelihood: number): boolean;
  /** A whole number, both ends included. */
  between(least: number, most: number): number;
  pick<T>(items: readonly T[]): T;
  /** Milliseconds until the next of things that come at random, on average after `meanMs`. */
  pauseMs(meanMs: number): number;
  /** A stream of its own: what draws from one doesn't change another's luck. */
  fork(name: string): Chance;
}

export function createChance(seed: number): Chance {
  const next = seededRandom(seed);
  return {
    next,
    happens: (likelihood) => next() < likelihood,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    pick(items) {
      const found = items[Math.floor(next() * items.length)];
      if (found === undefined) throw new RangeError("nothing to pick from");
      return found;
    },
    pauseMs: (meanMs) => Math.ceil(-Math.log(1 - next()) * meanMs),
    fork: (name) =>
      createChance([...name].reduce((mixed, letter) => Math.imul(mixed ^ letter.charCodeAt(0), 0x01000193), seed ^ 0x811c9dc5)),
  };
}
