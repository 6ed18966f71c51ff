import { type Clock, createQueue, type Queue, type Result, runReconciler } from "@remuda/reconciler";
import { StoreError } from "@remuda/store";
import type { Logger } from "pino";
import type { Metrics } from "./metrics";

export interface ControllerOptions {
  name: string;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  /** Keys under work at once. */
  concurrency: number;
  reconcile(key: string, signal: AbortSignal): Promise<Result>;
}

/** A queue and what works it. */
export interface Controller {
  queue: Queue;
  /** Ends with the signal, when what is under way has ended. */
  run(signal: AbortSignal): Promise<void>;
}

export function createController({ name, clock, log, metrics, concurrency, reconcile }: ControllerOptions): Controller {
  const queue = createQueue({ clock });
  metrics.gauge(`remuda_${name}_queue_depth`, `Keys of the ${name} controller that wait for a worker.`, () => queue.depth);
  const run = (signal: AbortSignal) =>
    runReconciler(
      {
        name,
        reconcile,
        queue,
        concurrency,
        clock,
        onError(error, { key, retryInMs }) {
          // Someone was faster: no fault, only another look.
          if (error instanceof StoreError) log.debug({ key, retryInMs, err: error }, "reconcile met a change");
          else log.warn({ controller: name, key, retryInMs, err: error }, "reconcile failed");
        },
        onResult: ({ durationMs, outcome }) => metrics.reconciled(name, outcome === "success" ? "ok" : "error", durationMs),
      },
      signal,
    );
  return { queue, run };
}
