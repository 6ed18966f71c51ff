import type { Clock } from "@remuda/reconciler";
import { maxRetryMs } from "../retry";

/**
 * Changes that the platform said it made, and that don't show yet: a stream may lag, and a platform may say done and do nothing. Kept in memory
 * only, since asking again does no harm.
 */
export interface Asked {
  /** Milliseconds until the same change may be asked for again; 0: now. */
  heldMs(machine: string, change: string): number;
  /** How often the same change was asked for already. */
  times(machine: string, change: string): number;
  /** The change was asked for; each time it is asked for anew it is held longer. */
  note(machine: string, change: string): void;
  /** Its task has ended: from now on it should show. */
  ended(machine: string): void;
  /** It shows, or it failed. */
  forget(machine: string): void;
}

/** A stream that lags is waited for so long. */
export const lagMs = 15_000;

export function createAsked(clock: Clock): Asked {
  const entries = new Map<string, { change: string; times: number; untilMs: number }>();
  const untilMs = (times: number) => clock.monotonicMs() + Math.min(maxRetryMs, lagMs * 2 ** (times - 1));
  const times = (machine: string, change: string) => {
    const entry = entries.get(machine);
    return entry?.change === change ? entry.times : 0;
  };

  return {
    heldMs(machine, change) {
      const entry = entries.get(machine);
      return entry?.change === change ? Math.max(0, Math.ceil(entry.untilMs - clock.monotonicMs())) : 0;
    },
    times,
    note(machine, change) {
      const before = times(machine, change);
      entries.set(machine, { change, times: before + 1, untilMs: untilMs(before + 1) });
    },
    ended(machine) {
      const entry = entries.get(machine);
      if (entry) entry.untilMs = untilMs(entry.times);
    },
    forget: (machine) => {
      entries.delete(machine);
    },
  };
}
