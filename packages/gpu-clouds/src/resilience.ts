import { createBreaker } from "./breaker";
import { type Clock, pause } from "./clock";
import { CloudError } from "./error";
import { createRateLimit, type RateRule } from "./rate-limit";

/** What a call is, as far as it matters here. */
export interface GuardedCall {
  /** Which rate it counts for. */
  endpoint: string;
  /** The same call again does no harm. */
  repeatable: boolean;
}

const tries = 4;
const longestRetryWaitMs = 10_000;

/** What every call to a cloud passes through: its rates, a breaker, and another try where that is safe. */
export function createResilience(cloud: string, rates: readonly RateRule[], clock: Clock) {
  const limit = createRateLimit(rates, clock);
  const breaker = createBreaker(cloud);

  /** Undefined: not again. What was refused for its rate did nothing; all else is repeated only where that does no harm. */
  function retryDelayMs(error: unknown, left: number, safe: boolean): number | undefined {
    if (!(error instanceof CloudError) || left <= 0 || error.code === "breaker") return undefined;
    const backoffMs = 500 * 2 ** (tries - 1 - left) * (0.5 + clock.random() / 2);
    const waitMs = Math.max(error.retryAfterMs ?? 0, backoffMs);
    if (waitMs > longestRetryWaitMs) return undefined;
    // Without a status it is this process's own limit, which has let it wait already.
    if (error.reason === "RATE_LIMITED" && error.status !== undefined) return waitMs;
    return safe && (error.reason === "UNAVAILABLE" || error.reason === "TIMEOUT") ? waitMs : undefined;
  }

  return async function run<T>({ endpoint, repeatable }: GuardedCall, attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const once = async (): Promise<T> => {
      let answered = () => {};
      try {
        answered = await limit.take(endpoint, signal);
        return await attempt();
      } catch (error) {
        if (signal.aborted && !(error instanceof CloudError)) throw new CloudError("INTERRUPTED", `${cloud}: the call was given up`);
        if (error instanceof CloudError && error.reason === "RATE_LIMITED") limit.hold(endpoint, error.retryAfterMs ?? 0);
        throw error;
      } finally {
        answered();
      }
    };
    for (let left = tries - 1; ; left--) {
      try {
        return await breaker(once);
      } catch (error) {
        const waitMs = retryDelayMs(error, left, repeatable);
        if (waitMs === undefined) throw error;
        await pause(clock, waitMs, signal).catch(() => {
          throw error;
        });
      }
    }
  };
}
