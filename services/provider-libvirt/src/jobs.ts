import { randomUUID } from "node:crypto";
import { asProviderError, ProviderError } from "@remuda/contract";
import type { TaskState } from "@remuda/provider-kit";
import { translated } from "./errors";

/** What it does now; `percent` of the whole. */
export type Report = (stage: string, percent: number) => void;

export type Operation = "create" | "delete" | "power" | "reconfigure" | "snapshot" | "image";

export interface Job {
  readonly key: string;
  readonly operation: Operation;
  state(): TaskState;
  readonly ended: Promise<void>;
  /** Asks it to stop; `ended` tells when it has. */
  cancel(): void;
}

/** Ended ones that are still known; of others the platform's state is the witness. */
const remembered = 2_000;

/** Work that goes on after the call that began it. A process that ends leaves it to be judged by what is there. */
export function createJobs() {
  const all = new Map<string, Job>();
  const running = new Map<string, Job>();
  const closing = new AbortController();

  function forgetOld(): void {
    for (const [key, job] of all) {
      if (all.size <= remembered) return;
      if (job.state().done) all.delete(key);
    }
  }

  return {
    /** `subject`: the machine's id, or what else it works on; one job at a time each. */
    begin(
      operation: Operation,
      subject: string,
      virtualMachineId: string | undefined,
      work: (report: Report, signal: AbortSignal) => Promise<void>,
    ): Job {
      const stop = new AbortController();
      const signal = AbortSignal.any([stop.signal, closing.signal]);
      const told = virtualMachineId === undefined ? {} : { virtualMachineId };
      let state: TaskState = { done: false, ...told };
      let highest = 0;
      const report: Report = (stage, percent) => {
        highest = Math.max(highest, Math.min(99, Math.round(percent)));
        if (!state.done) state = { done: false, stage, progressPercent: highest, ...told };
      };
      const begun = Promise.resolve().then(() => work(report, signal));
      const ended = begun.then(
        () => {
          state = { done: true, ...told };
        },
        (cause: unknown) => {
          const stopped = signal.aborted && !(cause instanceof ProviderError);
          const error = stopped
            ? new ProviderError("INTERRUPTED", `the ${operation} was stopped`, { cause })
            : asProviderError(translated(cause));
          state = { done: true, error, ...told };
        },
      );
      const job: Job = {
        key: randomUUID(),
        operation,
        state: () => state,
        ended: ended.finally(() => {
          if (running.get(subject) === job) running.delete(subject);
          forgetOld();
        }),
        cancel: () => stop.abort(),
      };
      all.set(job.key, job);
      running.set(subject, job);
      return job;
    },
    get: (key: string): Job | undefined => all.get(key),
    current: (subject: string): Job | undefined => running.get(subject),
    /** Refuses with CONFLICT while something works on it. */
    mustBeIdle(subject: string): void {
      const job = running.get(subject);
      if (job) throw new ProviderError("CONFLICT", `a ${job.operation} of it is under way`, { retryAfterMs: 500 });
    },
    async close(): Promise<void> {
      closing.abort();
      await Promise.all([...running.values()].map(({ ended }) => ended));
    },
  };
}

export type Jobs = ReturnType<typeof createJobs>;
