import { type Clock, pause, systemClock } from "./clock";
import type { TaskState } from "./provider";

export interface PollOptions {
  signal: AbortSignal;
  /** Between two looks. 1000 unless told. */
  intervalMs?: number;
  clock?: Clock;
}

/** Looks until it is done or `waitMs` have passed, for platforms that can't wait by themselves. 0: looks once. */
export async function pollUntilDone(
  waitMs: number,
  check: (signal: AbortSignal) => Promise<TaskState>,
  { signal, intervalMs = 1000, clock = systemClock }: PollOptions,
): Promise<TaskState> {
  const end = clock.now() + waitMs;
  for (;;) {
    const state = await check(signal);
    const left = end - clock.now();
    if (state.done || left <= 0) return state;
    await pause(clock, Math.min(intervalMs, left), signal);
    signal.throwIfAborted();
  }
}
