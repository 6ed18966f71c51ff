import type { Clock } from "@remuda/gpu-clouds";

const halfLifeMs = 15 * 60_000;
const most = 10_000;

/** Failed launches by offer: each halves the confidence, and is forgotten as time passes. */
export function createFailures(clock: Clock) {
  const weights = new Map<string, { weight: number; at: number }>();
  const now = (id: string) => {
    const { weight, at } = weights.get(id) ?? { weight: 0, at: 0 };
    return weight * 0.5 ** ((clock.now() - at) / halfLifeMs);
  };
  return {
    add(id: string): void {
      const weight = now(id) + 1;
      weights.delete(id);
      weights.set(id, { weight, at: clock.now() });
      for (const oldest of weights.keys()) {
        if (weights.size <= most) break;
        weights.delete(oldest);
      }
    },
    /** 1: none. */
    factor: (id: string): number => (weights.has(id) ? 0.5 ** now(id) : 1),
  };
}
