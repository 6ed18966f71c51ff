import { type Clock, systemClock } from "./clock";
import { createLine } from "./line";
import { createTakers } from "./takers";
import { createTimers } from "./timers";

/** Keys that want work. A key is there once, however often it is added, and is never given to two workers at the same time. */
export interface Queue {
  /** Added while it is being worked on, it comes again afterwards. It comes now, also if it was to come later. */
  add(key: string): void;
  /** Comes after `ms` at the latest; an earlier time that it has already stays. */
  addAfter(key: string, ms: number): void;
  /** The key that has waited longest; undefined when the signal ends or the queue is closed. Each key must be given back with `done`. */
  take(signal: AbortSignal): Promise<string | undefined>;
  done(key: string): void;
  /** Whoever adds the key: it does not come before `ms` have passed. One that waits for a worker already does. */
  holdBack(key: string, ms: number): void;
  /** Forgets everything that waits and ends all calls of `take`. Keys may still be given back. */
  close(): void;
  /** How many keys wait for a worker now. */
  readonly depth: number;
  /** How many keys wait for their time. */
  readonly delayed: number;
  /** How many keys are being worked on. */
  readonly running: number;
}

export interface QueueOptions {
  clock?: Clock;
  /** Most keys under work at once; unbounded if left out. */
  concurrency?: number;
}

export function createQueue({ clock = systemClock, concurrency = Number.POSITIVE_INFINITY }: QueueOptions = {}): Queue {
  const ready = createLine();
  const running = new Set<string>();
  const again = new Set<string>();
  const takers = createTakers();
  const timers = createTimers<string>(clock, enqueue);
  /** When those that are held back may come. */
  const notBefore = new Map<string, number>();
  let closed = false;

  function enqueue(key: string) {
    if (running.has(key)) again.add(key);
    else ready.add(key);
    serve();
  }

  function start(): string | undefined {
    const key = ready.shift();
    if (key === undefined) return undefined;
    running.add(key);
    notBefore.delete(key);
    return key;
  }

  const heldMs = (key: string) => (notBefore.get(key) ?? 0) - clock.monotonicMs();

  function serve() {
    while (ready.size > 0 && running.size < concurrency) {
      const taker = takers.next();
      if (!taker) return;
      taker(start());
    }
  }

  return {
    add(key) {
      if (closed) return;
      const ms = heldMs(key);
      if (ms > 0) return timers.set(key, ms);
      timers.delete(key);
      enqueue(key);
    },
    addAfter(key, ms) {
      if (closed) return;
      if (ms <= 0) return this.add(key);
      if (ready.has(key) || again.has(key)) return;
      timers.set(key, Math.max(ms, heldMs(key)));
    },
    take(signal) {
      if (closed || signal.aborted) return Promise.resolve(undefined);
      // Nobody waits while a key is ready and may be worked on.
      if (ready.size > 0 && running.size < concurrency) return Promise.resolve(start());
      return takers.wait(signal);
    },
    done(key) {
      running.delete(key);
      if (again.delete(key)) this.add(key);
      serve();
    },
    holdBack(key, ms) {
      notBefore.set(key, clock.monotonicMs() + ms);
    },
    close() {
      closed = true;
      ready.clear();
      again.clear();
      timers.clear();
      takers.dismiss();
    },
    get depth() {
      return ready.size + again.size;
    },
    get delayed() {
      return timers.size;
    },
    get running() {
      return running.size;
    },
  };
}
