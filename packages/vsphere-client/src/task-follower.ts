import type { VsphereClient } from "./client";
import { type Clock, systemClock } from "./clock";
import { faultOf, VsphereError } from "./error";
import { retrieveAll } from "./retrieve";
import type { MoRef } from "./schema";
import { progressOf, type TaskProgress } from "./task";

export interface TaskFollower {
  /** How the task ended. Rejects with the signal's reason, or with an error of the server that is no matter of this task. */
  ended(task: MoRef, signal: AbortSignal, onProgress?: (percent: number) => void): Promise<Exclude<TaskProgress, { state: "running" }>>;
}

interface Followed {
  task: MoRef;
  settle(progress: TaskProgress): void;
  fail(error: unknown): void;
}

const firstPauseMs = 20;
const longestPauseMs = 1_000;
/** How long the server may be away before who waits is told. */
const patienceMs = 30_000;

/** Follows any number of tasks with one call at a time for all of them, ever more slowly; no task, no call. */
export function createTaskFollower(client: VsphereClient, clock: Clock = systemClock): TaskFollower {
  const followed = new Set<Followed>();
  let running = false;
  let pauseMs = firstPauseMs;
  let wake: (() => void) | undefined;

  async function run(): Promise<void> {
    let awaySince: number | undefined;
    while (followed.size > 0) {
      const now = [...followed];
      try {
        await look(now);
        awaySince = undefined;
      } catch (error) {
        awaySince ??= performance.now();
        // A server that is away for a moment comes back with its tasks; for longer, nobody knows.
        if (performance.now() - awaySince > patienceMs || !(error instanceof VsphereError)) for (const each of now) each.fail(error);
      }
      if (followed.size === 0) break;
      await new Promise<void>((resolve) => {
        wake = resolve;
        clock.setTimer(resolve, pauseMs);
      });
      pauseMs = Math.min(longestPauseMs, pauseMs * 1.5);
    }
    // In the same turn as the last look at the set: who comes later begins anew.
    running = false;
  }

  async function look(now: readonly Followed[]): Promise<void> {
    const signal = AbortSignal.timeout(patienceMs);
    const objects = [...new Map(now.map(({ task }) => [task.value, task])).values()];
    try {
      const read = await retrieveAll(client, { type: "Task", paths: ["info"], objects, pageSize: 1_000 }, signal);
      const infos = new Map(read.map(({ ref, properties }) => [ref.value, properties.info]));
      for (const each of now) {
        const info = infos.get(each.task.value);
        if (info) each.settle(progressOf(info));
      }
    } catch (error) {
      // One that is gone hides all others of the call.
      const gone = faultOf(error, "ManagedObjectNotFound")?.obj.value;
      const purged = now.filter(({ task }) => task.value === gone);
      if (purged.length === 0) throw error;
      for (const each of purged) each.settle({ state: "purged" });
    }
  }

  return {
    ended(task, signal, onProgress) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const finish = () => {
          followed.delete(entry);
          signal.removeEventListener("abort", abort);
        };
        const abort = () => {
          finish();
          reject(signal.reason);
        };
        const entry: Followed = {
          task,
          settle(progress) {
            if (progress.state === "running") return void (progress.percent !== undefined && onProgress?.(progress.percent));
            finish();
            resolve(progress);
          },
          fail(error) {
            finish();
            reject(error);
          },
        };
        signal.addEventListener("abort", abort, { once: true });
        followed.add(entry);
        // A new task is looked at soon, however slow the others have become.
        pauseMs = firstPauseMs;
        wake?.();
        if (running) return;
        running = true;
        void run();
      });
    },
  };
}
