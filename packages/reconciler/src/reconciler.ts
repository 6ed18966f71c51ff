import { setMaxListeners } from "node:events";
import { type Backoff, createBackoff } from "./backoff";
import { type Clock, systemClock } from "./clock";
import type { Queue } from "./queue";

export interface Result {
  /** Come again after so long at the latest, even if nothing happens. */
  requeueAfterMs?: number;
}

export interface ReconcilerOptions {
  /** For logs and metrics. */
  name: string;
  /** Brings what the key names a step nearer to what is wanted. A throw is tried again after ever longer pauses, also if the key is added meanwhile. */
  reconcile(key: string, signal: AbortSignal): Promise<Result>;
  queue: Queue;
  /** Keys under work at once. */
  concurrency?: number;
  backoff?: Backoff;
  clock?: Clock;
  /** After a throw; `retryInMs` is when it is tried again, `failures` how often it has failed in a row. */
  onError?(error: unknown, about: { name: string; key: string; retryInMs: number; failures: number }): void;
  /** After every run. */
  onResult?(about: { name: string; key: string; durationMs: number; outcome: "success" | "error"; result?: Result }): void;
}

const longestHoldMs = 10_000;

/** Works the queue until the signal ends, then waits for what is under way. Errors of reconcile never end it. */
export async function runReconciler(options: ReconcilerOptions, signal: AbortSignal): Promise<void> {
  const { name, reconcile, queue, concurrency = 8, clock = systemClock, onError, onResult } = options;
  // Every key under work may listen to it; Node warns at eleven.
  setMaxListeners(0, signal);
  const backoff = options.backoff ?? createBackoff({ random: clock.random });

  async function run(key: string) {
    const startedAt = clock.monotonicMs();
    try {
      const result = await reconcile(key, signal);
      backoff.reset(key);
      if (result.requeueAfterMs !== undefined) queue.addAfter(key, result.requeueAfterMs);
      return () => onResult?.({ name, key, durationMs: clock.monotonicMs() - startedAt, outcome: "success", result });
    } catch (error) {
      const durationMs = clock.monotonicMs() - startedAt;
      // What the end of the signal broke off is no failure, and nobody is left to try it again.
      if (signal.aborted) return;
      const retryInMs = backoff.next(key);
      // What it does may be what wakes it. Still, someone may have put right what it failed for.
      queue.holdBack(key, Math.min(retryInMs, longestHoldMs));
      queue.addAfter(key, retryInMs);
      return () => {
        onError?.(error, { name, key, retryInMs, failures: backoff.failures(key) });
        onResult?.({ name, key, durationMs, outcome: "error" });
      };
    }
  }

  async function work() {
    for (let key = await queue.take(signal); key !== undefined; key = await queue.take(signal)) {
      try {
        const tell = await run(key);
        tell?.();
      } catch {
        // Only a hook can throw here; a fault in telling must not end the work.
      } finally {
        queue.done(key);
      }
    }
  }

  await Promise.all(Array.from({ length: concurrency }, work));
}
