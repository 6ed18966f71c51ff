import { asProviderError } from "@remuda/contract";
import { createTaskRefs, type TaskState, untraceable } from "@remuda/provider-kit";
import { moRef, readTask } from "@remuda/vsphere-client";
import { z } from "zod";
import { toProviderError } from "./errors";
import type { Platform } from "./platform";

const refSchema = z.object({
  operation: z.enum(["create", "delete", "power", "reconfigure", "snapshot"]),
  /** The machine's id. */
  id: z.string(),
  /** Of the operation, within the process that began it. */
  job: z.string(),
  /** vCenter's own task: the only one, or the first of several. */
  task: z.string().optional(),
  /** The power state that it leads to. */
  goal: z.enum(["poweredOn", "poweredOff", "suspended"]).optional(),
});

export type TaskPayload = z.infer<typeof refSchema>;

export const taskRefs = createTaskRefs(refSchema);

/** How an operation stands that another process began, or this one before it was restarted: by vCenter's task, else by the machine. */
export async function judge(platform: Platform, { operation, id, task, goal }: TaskPayload, signal: AbortSignal): Promise<TaskState> {
  if (task !== undefined) {
    const seen = await readTask(platform.client, moRef("Task", task), signal);
    if (seen.state === "running") return { done: false, progressPercent: seen.percent, virtualMachineId: id };
    if (seen.state === "failed") {
      const error = toProviderError(seen.error);
      // A name that is taken may be this machine's own: the same Create finds out.
      if (operation !== "create") return { done: true, error: asProviderError(error), virtualMachineId: id };
    }
    // It was the whole of it, and it succeeded; of one that was purged, or the first of several steps, the machine tells.
    if (seen.state === "done" && (operation === "reconfigure" || operation === "snapshot")) return { done: true, virtualMachineId: id };
  }
  const machine = await platform.inventory.find(id, signal);
  const reached =
    operation === "delete"
      ? machine === undefined
      : operation === "create"
        ? machine?.marks?.stage === "made"
        : machine !== undefined && goal !== undefined && machine.properties["runtime.powerState"] === goal;
  if (reached) return { done: true, virtualMachineId: id };
  const { error } = untraceable(`the ${operation} was begun by a process that has ended`) as Extract<TaskState, { done: true }>; // It is always done.
  return { done: true, error, virtualMachineId: id };
}
