import { type Clock, pause } from "./clock";
import { CloudError } from "./error";

/** At most `calls` in any stretch of `perMs`. */
export interface RateRule {
  /** Undefined: all calls together. */
  endpoint?: string;
  calls: number;
  perMs: number;
}

export interface RateLimit {
  /** Answers when the call may go out; RATE_LIMITED where it would wait too long. */
  take(endpoint: string, signal: AbortSignal): Promise<void>;
  /** Nothing goes to the endpoint for so long: the cloud said so. */
  hold(endpoint: string, ms: number): void;
}

const longestWaitMs = 45_000;
const everything = "*";

/** The calls to one endpoint, or all of them, in the order in which they came. */
function createGate(rules: readonly RateRule[], clock: Clock) {
  const times: number[] = [];
  const keep = Math.max(1, ...rules.map(({ calls }) => calls));
  let heldUntil = -Infinity;
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  const freeAt = () => Math.max(heldUntil, ...rules.map(({ calls, perMs }) => (times.at(-calls) ?? -Infinity) + perMs));
  const pace = Math.max(0, ...rules.map(({ calls, perMs }) => perMs / calls));
  return {
    /** How long a call that comes now waits, at least. */
    delayMs: () => Math.max(0, freeAt() - clock.now()) + waiting * pace,
    hold: (ms: number) => {
      heldUntil = Math.max(heldUntil, clock.now() + ms);
    },
    /** One at a time: `next` runs when the gate is open, and what it does counts from its end. */
    async pass(signal: AbortSignal, next: () => Promise<void>): Promise<void> {
      waiting += 1;
      const turn = last.then(async () => {
        signal.throwIfAborted();
        for (let leftMs = freeAt() - clock.now(); leftMs > 0; leftMs = freeAt() - clock.now()) await pause(clock, leftMs, signal);
        await next();
        times.push(clock.now());
        if (times.length > keep) times.shift();
      });
      last = turn.catch(() => undefined);
      try {
        await turn;
      } finally {
        waiting -= 1;
      }
    },
  };
}

export function createRateLimit(rules: readonly RateRule[], clock: Clock): RateLimit {
  const gates = new Map<string, ReturnType<typeof createGate>>();
  const gateOf = (endpoint: string) => {
    const known = gates.get(endpoint);
    if (known) return known;
    const gate = createGate(
      rules.filter((rule) => (rule.endpoint ?? everything) === endpoint),
      clock,
    );
    gates.set(endpoint, gate);
    return gate;
  };

  return {
    async take(endpoint, signal) {
      const [own, all] = [gateOf(endpoint), gateOf(everything)];
      const delayMs = Math.max(own.delayMs(), all.delayMs());
      if (delayMs > longestWaitMs) {
        throw new CloudError("RATE_LIMITED", `more calls wait for ${endpoint} than its rate allows`, { retryAfterMs: delayMs });
      }
      await own.pass(signal, () => all.pass(signal, () => Promise.resolve()));
    },
    hold: (endpoint, ms) => gateOf(endpoint).hold(ms),
  };
}
