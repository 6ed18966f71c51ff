import { asProviderError, type VirtualMachine as Machine, msFromDuration, type Task } from "@remuda/contract";
import type { PendingTask } from "@remuda/resources";
import type { Connection } from "../provider/connection";
import { lagMs } from "./asked";
import type { MachineContext, Step } from "./context";
import { resolve } from "./resolve";
import { noteFailure, providerOf, setMachineCondition, type Work } from "./work";

/** One kind of change of a machine that was seen. Undefined: nothing is to be done. */
export type Correction = (
  work: Work,
  machine: Machine,
  connection: Connection,
  context: MachineContext,
  signal: AbortSignal,
) => Promise<Step>;

export function follow(
  work: Work,
  task: Task,
  what: Omit<PendingTask, "ref" | "startedAt">,
  { tasks }: Connection,
  context: MachineContext,
) {
  const { name } = work.vm.metadata;
  work.status.task = { ...what, ref: task.ref, startedAt: new Date(context.clock.now()).toISOString() };
  tasks.track(task.ref, () => context.wake(name), task.pollAfter && msFromDuration(task.pollAfter));
  return {};
}

/** A change that was done at once is looked at, since no task tells and the stream may lag. It is judged by the next run. */
export const lookAgain: Correction = async (work, machine, { observer }, _context, signal) => {
  try {
    await observer.look(machine.id, work.vm.metadata.uid, signal);
    return { requeueAfterMs: 0 };
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    // What was asked for was done all the same; the stream will tell.
    return { requeueAfterMs: lagMs };
  }
};

/** `classRevision`: the one that it was to be brought to, if that is what failed. */
export function failed(
  work: Work,
  { operation, classRevision }: { operation: "Power" | "Reconfigure"; classRevision?: string },
  thrown: unknown,
  connection: Connection,
  context: MachineContext,
  signal: AbortSignal,
): Step | Promise<Step> {
  if (signal.aborted) throw thrown;
  const error = asProviderError(thrown);
  if (error.reason === "UNAVAILABLE" && !connection.ready) return {};
  context.asked.forget(work.vm.metadata.name);
  const result = noteFailure(work, context.clock, error, classRevision);
  setMachineCondition(work, context.clock, "Ready", "False", error.reason, error.message);
  context.record(work.vm, "Warning", `${operation}Failed`, `${error.reason}: ${error.message}`);
  return error.retryable ? result : waitForReferences(work, connection, context);
}

/** It failed for good: a change of what its spec names may be what it needs. */
export async function waitForReferences(work: Work, connection: Connection, context: MachineContext): Promise<Step> {
  const resolution = await resolve(work.vm, providerOf(work), connection, context);
  context.waitFor(work.vm.metadata.name, resolution.state === "resolved" ? resolution.references : resolution.waitFor);
  return {};
}
