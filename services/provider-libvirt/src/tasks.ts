import { PowerState, ProviderError } from "@remuda/contract";
import { createTaskRefs, pause, type TaskRef, type TaskState, untraceable } from "@remuda/provider-kit";
import { z } from "zod";
import type { createDelete } from "./delete";
import type { Job } from "./jobs";
import { powerOf } from "./machine-view";
import type { Platform } from "./settings";

const schema = z.object({
  operation: z.enum(["create", "delete", "power", "reconfigure", "snapshot", "image"]),
  /** The machine's id, or what else is worked on. */
  id: z.string(),
  /** Of the operation, within the process that began it. */
  job: z.string(),
  /** The power state that it leads to. */
  goal: z.enum(PowerState).optional(),
});

const refs = createTaskRefs(schema);

export const taskOf = ({ key, operation }: Job, id: string, goal?: PowerState): TaskRef =>
  refs.encode({ operation, id, job: key, ...(goal === undefined ? {} : { goal }) });

/** How operations stand: those of this process by their job, those of another by what is there. */
export function createTasks(
  { machines, jobs, clock }: Platform,
  { begin: beginDelete }: ReturnType<typeof createDelete>,
  judgeImage: (name: string, signal: AbortSignal) => Promise<TaskState>,
) {
  async function watch(job: Job, waitMs: number, signal: AbortSignal): Promise<TaskState> {
    if (waitMs > 0 && !job.state().done) {
      const over = new AbortController();
      await Promise.race([job.ended, pause(clock, waitMs, AbortSignal.any([signal, over.signal]))]);
      over.abort();
    }
    return job.state();
  }

  async function judge({ operation, id, goal }: z.infer<typeof schema>, waitMs: number, signal: AbortSignal): Promise<TaskState> {
    if (operation === "image") return judgeImage(id, signal);
    const done: TaskState = { done: true, virtualMachineId: id };
    const seen = await machines.find({ id, uid: "" }, signal);
    if (operation === "delete") {
      if (!seen) return done;
      // It was meant to go, and its marks still say what of it is left.
      if (seen.known.marks?.stage === "deleting") return watch(await beginDelete(seen), waitMs, signal);
    }
    if (operation === "create" && seen?.known.marks?.stage === "made") return done;
    if (operation === "power" && seen && goal !== undefined && powerOf(seen) === goal) return done;
    return { ...done, error: new ProviderError("INTERRUPTED", `the ${operation} was begun by a process that has ended`) };
  }

  return {
    isComplete(ref: TaskRef, waitMs: number, signal: AbortSignal): Promise<TaskState> {
      const payload = refs.decode(ref);
      if (!payload) return Promise.resolve(untraceable("no task of this provider"));
      const job = jobs.get(payload.job);
      return job ? watch(job, waitMs, signal) : judge(payload, waitMs, signal);
    },
    cancel(ref: TaskRef): Promise<void> {
      const payload = refs.decode(ref);
      if (payload) jobs.get(payload.job)?.cancel();
      return Promise.resolve();
    },
  };
}
