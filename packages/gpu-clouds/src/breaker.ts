import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, handleWhen } from "cockatiel";
import { CloudError } from "./error";

const failures = 8;
const openMs = 10_000;

/** After so many calls in a row that a cloud could not answer, nothing is sent for a while; then one call tries. */
export function createBreaker(cloud: string): <T>(work: () => Promise<T>) => Promise<T> {
  const policy = circuitBreaker(
    handleWhen((error) => error instanceof CloudError && (error.reason === "UNAVAILABLE" || error.reason === "TIMEOUT")),
    { halfOpenAfter: openMs, breaker: new ConsecutiveBreaker(failures) },
  );
  return async (work) => {
    try {
      return await policy.execute(work);
    } catch (cause) {
      if (!(cause instanceof BrokenCircuitError)) throw cause;
      throw new CloudError("UNAVAILABLE", `${cloud} did not answer ${failures} times in a row: waiting before it is tried again`, {
        cause,
        code: "breaker",
        retryAfterMs: openMs,
      });
    }
  };
}
