import { eventually } from "./program";

/** mulberry32: small, seeded, good enough to choose moments. */
export function random(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of them. */
export function oneOf<T>(items: readonly [T, ...T[]], next: () => number): T {
  return items[Math.floor(next() * items.length)] ?? items[0];
}

/** A caller that repeats what failed, as an operator's automation does while the manager is away. */
export async function insist(what: string, call: () => Promise<unknown>): Promise<void> {
  await eventually(what, async () => {
    await call();
    return true;
  });
}
