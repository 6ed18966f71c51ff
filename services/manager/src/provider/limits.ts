import { type CallSettings, ProviderError, type Reason } from "@remuda/contract";
import type { Clock } from "@remuda/reconciler";
import { BrokenCircuitError, bulkhead, CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhen } from "cockatiel";
import { createTokenBucket, type Line } from "./token-bucket";

export interface LimitOptions {
  clock: Clock;
  maxConcurrentCalls: number;
  rateLimit?: { qps: number; burst: number };
  /** Called after every call: its method, its reason or OK, and how long it took. */
  onCall?(method: string, reason: Reason | "OK", ms: number): void;
  /** Throws what keeps the call from going out now, after it has waited for its turn. */
  admit?(method: string): void;
  /** The circuit opened or closed. */
  onCircuit?(open: boolean): void;
}

const failuresToOpen = 5;
const probeAfterMs = 2_000;

/** What stands between the manager and one provider: concurrency, rate, and a circuit breaker with a single probe. */
export interface Limits {
  /** A call that takes a slot. */
  call<T>(method: string, next: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** A call that is held back by the provider on purpose, such as a long-poll: it takes no slot, and other calls go before it. */
  longCall<T>(method: string, next: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  readonly circuitOpen: boolean;
  /**
   * A place among those who call; the answer gives it back. Undefined: so many are there that one more would only wait; `wake` is called when
   * there is room. One `wake` a key.
   */
  enter(key: string, wake: () => void): (() => void) | undefined;
}

export function createLimits({ clock, maxConcurrentCalls, rateLimit, onCall, admit, onCircuit }: LimitOptions): Limits {
  const slots = bulkhead(maxConcurrentCalls, Number.POSITIVE_INFINITY);
  const tokens = rateLimit ? createTokenBucket(clock, rateLimit) : undefined;
  // Only what says "not there" counts: a provider that answers, even badly, is up.
  const breaker = circuitBreaker(
    handleWhen((e) => e instanceof ProviderError && (e.reason === "UNAVAILABLE" || e.reason === "TIMEOUT")),
    {
      halfOpenAfter: probeAfterMs,
      breaker: new ConsecutiveBreaker(failuresToOpen),
    },
  );
  breaker.onBreak(() => onCircuit?.(true));
  breaker.onReset(() => onCircuit?.(false));

  const parked = new Map<string, () => void>();
  let places = 2 * maxConcurrentCalls;
  const leave = () => {
    places++;
    for (let left = places; left > 0 && parked.size > 0; left--) {
      const [entry] = parked;
      if (!entry) return;
      parked.delete(entry[0]);
      entry[1]();
    }
  };

  const send = async <T>(line: Line, method: string, next: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    await tokens?.take(line, signal);
    if (signal?.aborted) throw new ProviderError("INTERRUPTED", "the call was cancelled");
    admit?.(method);
    const start = clock.monotonicMs();
    try {
      const answer = await breaker.execute(next);
      onCall?.(method, "OK", clock.monotonicMs() - start);
      return answer;
    } catch (error) {
      if (error instanceof BrokenCircuitError) {
        throw new ProviderError("UNAVAILABLE", "the provider failed several calls in a row; waiting for a probe to succeed", {
          cause: error,
        });
      }
      if (error instanceof ProviderError) onCall?.(method, error.reason, clock.monotonicMs() - start);
      throw error;
    }
  };
  return {
    longCall: (method, next, signal) => send("polls", method, next, signal),
    call: (method, next, signal) => slots.execute(() => send("calls", method, next, signal)),
    enter(key, wake) {
      if (places > 0) {
        places--;
        return leave;
      }
      parked.set(key, wake);
      return undefined;
    },
    get circuitOpen() {
      return breaker.state === CircuitState.Open;
    },
  };
}

type Unary<Request, Response> = (request: Request, settings?: CallSettings) => Promise<Response>;

/** The call behind the limits. */
export const limited =
  <Request, Response>(limits: Limits, method: string, next: Unary<Request, Response>, kind: "call" | "longCall" = "call") =>
  (request: Request, signal?: AbortSignal): Promise<Response> =>
    limits[kind](method, () => next(request, { signal }), signal);
