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
  /** Answers when the call may go out, and is to be told when it was answered; RATE_LIMITED where it would wait too long. */
  take(endpoint: string, signal: AbortSignal): Promise<() => void>;
  /** Nothing goes to the endpoint for so long: the cloud said so. */
  hold(endpoint: string, ms: number): void;
}

const longestWaitMs = 45_000;
const everything = "*";

/** A call that went out. It counts until it was answered, and from then on: when it arrived there, only the cloud knows. */
interface Counted {
  /** Undefined: not answered yet. */
  answeredAt: number | undefined;
}

/** The calls to one endpoint, or all of them, in the order in which they came. */
function createGate(rules: readonly RateRule[], clock: Clock) {
  const counted: Counted[] = [];
  const keep = Math.max(1, ...rules.map(({ calls }) => calls));
  const pace = Math.max(0, ...rules.map(({ calls, perMs }) => perMs / calls));
  let heldUntil = -Infinity;
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  function freeAt(): number {
    if (rules.length === 0) return heldUntil;
    const now = clock.now();
    const times = counted.map(({ answeredAt }) => answeredAt ?? now).sort((a, b) => a - b);
    return Math.max(heldUntil, ...rules.map(({ calls, perMs }) => (times.at(-calls) ?? -Infinity) + perMs));
  }

  /** The one that was answered first. What is still on its way may arrive now, whenever it went out. */
  function forgetOldest(): void {
    let oldest = -1;
    for (const [index, { answeredAt }] of counted.entries()) {
      if (answeredAt !== undefined && answeredAt < (counted[oldest]?.answeredAt ?? Number.POSITIVE_INFINITY)) oldest = index;
    }
    if (oldest >= 0) counted.splice(oldest, 1);
  }

  return {
    /** How long a call that comes now waits, at least. */
    delayMs: () => Math.max(0, freeAt() - clock.now()) + waiting * pace,
    hold: (ms: number) => {
      heldUntil = Math.max(heldUntil, clock.now() + ms);
    },
    /** One at a time: `next` runs when the gate is open. */
    async pass(signal: AbortSignal, next: () => Promise<void>): Promise<Counted> {
      waiting += 1;
      const call: Counted = { answeredAt: undefined };
      const turn = last.then(async () => {
        signal.throwIfAborted();
        for (let leftMs = freeAt() - clock.now(); leftMs > 0; leftMs = freeAt() - clock.now()) await pause(clock, leftMs, signal);
        await next();
        counted.push(call);
        if (counted.length > keep) forgetOldest();
      });
      last = turn.catch(() => undefined);
      try {
        await turn;
        return call;
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
      const calls: Counted[] = [];
      calls.push(
        await own.pass(signal, async () => {
          calls.push(await all.pass(signal, () => Promise.resolve()));
        }),
      );
      return () => {
        for (const call of calls) call.answeredAt = clock.now();
      };
    },
    hold: (endpoint, ms) => gateOf(endpoint).hold(ms),
  };
}
