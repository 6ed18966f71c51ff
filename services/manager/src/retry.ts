import type { Clock } from "@remuda/reconciler";

/** Nothing is waited for longer before it is tried again. */
export const maxRetryMs = 5 * 60_000;
const firstRetryMs = 1_000;

/** The pause after so many failures in a row; as long as the provider asked for, if that is more. */
export const retryDelayMs = (clock: Clock, failures: number, retryAfterMs = 0): number =>
  Math.ceil(Math.max(retryAfterMs, Math.min(maxRetryMs, firstRetryMs * 2 ** (failures - 1)) * (0.5 + clock.random() / 2)));
