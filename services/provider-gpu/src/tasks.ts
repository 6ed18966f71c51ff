import { ProviderError } from "@remuda/contract";
import { type Clock, type Cloud, CloudError, type Instance } from "@remuda/gpu-clouds";
import { createTaskRefs, pollUntilDone, type TaskRef, type TaskState, untraceable } from "@remuda/provider-kit";
import { z } from "zod";
import { translated } from "./errors";
import type { Inventory } from "./inventory";
import { isUp, whyFailed } from "./machine-view";
import { sshAnswers } from "./ssh-answers";

const schema = z.object({
  /** What the instance shall become. */
  to: z.enum(["up", "made-off", "off", "gone"]),
  id: z.string(),
  /** Milliseconds since 1970. */
  from: z.number(),
  until: z.number(),
  /** Wait until SSH answers. */
  ssh: z.boolean(),
});
type Work = z.infer<typeof schema>;

/** An API may not know yet what it has just made. */
const graceMs = 10_000;
const deadlineMs = { off: 10 * 60_000, gone: 15 * 60_000 };

export interface TasksDeps {
  cloud: Cloud;
  inventory: Inventory;
  clock: Clock;
  /** Between two looks. */
  pollMs: number;
}

/** Operations that are judged anew from what is there, by any process at any time. */
export function createTasks({ cloud, inventory, clock, pollMs }: TasksDeps) {
  const refs = createTaskRefs(schema);
  const { launchDeadlineMs } = cloud.capabilities;

  const begin = (to: Work["to"], id: string, ssh = false): TaskRef => {
    const from = clock.date();
    return refs.encode({ to, id, from, until: from + (to === "off" || to === "gone" ? deadlineMs[to] : launchDeadlineMs), ssh });
  };

  /** From the shared list; what is not in it is asked for by name before it counts as gone. */
  async function find(id: string, signal: AbortSignal): Promise<Instance | undefined> {
    const listed = (await inventory.list(signal)).find((instance) => instance.id === id);
    return listed ?? (await cloud.get(id, signal));
  }

  async function judge(work: Work, signal: AbortSignal): Promise<TaskState> {
    const { id: virtualMachineId, to } = work;
    const instance = await find(work.id, signal);
    const done: TaskState = { done: true, virtualMachineId };
    const failed = (error: ProviderError): TaskState => ({ done: true, virtualMachineId, error });
    if (!instance) {
      if (to === "gone") return done;
      if (clock.date() - work.from < graceMs) return { done: false, virtualMachineId, stage: "ordered" };
      return failed(new ProviderError("INTERRUPTED", `${work.id} vanished before the task was done`));
    }
    if (to === "gone") {
      // Between two states an instance may refuse to go: it is asked again.
      if (instance.status !== "terminating") await cloud.terminate(work.id, signal).catch(unlessBusy);
    } else {
      if (instance.status === "failed" || (to === "up" && instance.problem)) return failed(whyFailed(instance));
      if (instance.status === "terminating") return failed(new ProviderError("INTERRUPTED", `${work.id} is being terminated`));
    }
    if (to === "up" && isUp(instance) && (!work.ssh || (await sshAnswers(instance, signal)))) return done;
    if (to === "off" && instance.status === "stopped") return done;
    if (to === "made-off") {
      if (instance.status === "stopped") return done;
      if (instance.status === "running") await cloud.stop(work.id, signal);
    }
    if (clock.date() > work.until)
      return failed(new ProviderError("TIMEOUT", `${work.id} is still ${instance.status} at the task's deadline`));
    const stage =
      to === "up" && instance.status === "running" ? (isUp(instance) ? "waiting for SSH" : "waiting for an address") : instance.status;
    return { done: false, virtualMachineId, stage };
  }

  return {
    begin,
    isComplete(ref: TaskRef, waitMs: number, signal: AbortSignal): Promise<TaskState> {
      const work = refs.decode(ref);
      if (!work) return Promise.resolve(untraceable("no task of this provider"));
      const look = (inner: AbortSignal) =>
        judge(work, inner).catch((error: unknown) => {
          throw translated(error);
        });
      return pollUntilDone(waitMs, look, { signal, intervalMs: pollMs });
    },
  };
}

/** What is busy is asked again later. */
export function unlessBusy(error: unknown): void {
  if (!(error instanceof CloudError) || error.reason !== "CONFLICT") throw error;
}

export type Tasks = ReturnType<typeof createTasks>;
