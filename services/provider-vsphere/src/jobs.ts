import { randomUUID } from "node:crypto";
import { ProviderError } from "@remuda/contract";
import type { TaskState } from "@remuda/provider-kit";

/** What it does now; `percent` of the whole. */
export type Report = (stage: string, percent: number) => void;

export type Operation = "create" | "delete" | "power" | "reconfigure" | "snapshot";

export interface Job {
  readonly key: string;
  readonly operation: Operation;
  readonly uid: string;
  state(): TaskState;
  ended: Promise<void>;
  /** Asks it to stop; `ended` tells when it has. */
  cancel(): void;
}

export interface Jobs {
  /** `work` runs on after the call that began it; what it throws is the task's error. */
  begin(operation: Operation, uid: string, work: (report: Report, signal: AbortSignal) => Promise<void>): Job;
  get(key: string): Job | undefined;
  /** What works on the machine now. */
  current(uid: string): Job | undefined;
  /** Refuses with CONFLICT while something works on the machine. */
  mustBeIdle(uid: string): void;
  close(): Promise<void>;
}

/** Why an operation stops that somebody cancelled. One that ends with the process is left to vCenter. */
export const cancelled = new Error("cancelled");

/** Ended ones that are still remembered; of older ones the platform's state is the witness. */
const remembered = 2_000;

/** Operations of several steps, each a task of vCenter's own. A process that ends leaves them to be judged by the machine. */
export function createJobs(translate: (error: unknown) => unknown): Jobs {
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
    begin(operation, uid, work) {
      const stop = new AbortController();
      const signal = AbortSignal.any([stop.signal, closing.signal]);
      let state: TaskState = { done: false, virtualMachineId: uid };
      let highest = 0;
      const report: Report = (stage, percent) => {
        highest = Math.max(highest, Math.min(99, Math.round(percent)));
        if (!state.done) state = { done: false, stage, progressPercent: highest, virtualMachineId: uid };
      };
      const ended = work(report, signal).then(
        () => {
          state = { done: true, virtualMachineId: uid };
        },
        (cause: unknown) => {
          const error = signal.aborted ? new ProviderError("INTERRUPTED", `the ${operation} was stopped`, { cause }) : translate(cause);
          const told = error instanceof ProviderError ? error : new ProviderError("INTERNAL", String(error), { cause });
          state = { done: true, error: told, virtualMachineId: uid };
        },
      );
      const job: Job = {
        key: randomUUID(),
        operation,
        uid,
        state: () => state,
        ended: ended.finally(() => {
          if (running.get(uid) === job) running.delete(uid);
          forgetOld();
        }),
        cancel: () => stop.abort(cancelled),
      };
      all.set(job.key, job);
      running.set(uid, job);
      return job;
    },
    get: (key) => all.get(key),
    current: (uid) => running.get(uid),
    mustBeIdle(uid) {
      const job = running.get(uid);
      if (job) throw new ProviderError("CONFLICT", `a ${job.operation} of this machine is under way`, { retryAfterMs: 500 });
    },
    async close() {
      closing.abort();
      await Promise.all([...running.values()].map(({ ended }) => ended));
    },
  };
}
