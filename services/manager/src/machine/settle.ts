import type { ProviderError } from "@remuda/contract";
import type { PendingTask } from "@remuda/resources";
import type { Connection } from "../provider/connection";
import type { MachineContext } from "./context";
import { createFailed, markCreated } from "./created";
import { condition, noteDeletionFailure, noteFailure, setMachineCondition, type Work } from "./work";

/** Follows the pending task, or takes what became of it into the status. Never waits for it. */
export function settle(work: Work, connection: Connection | undefined, context: MachineContext): "none" | "pending" | "ended" {
  const { task } = work.status;
  if (!task) return "none";
  if (!connection) return "pending";
  const { name } = work.vm.metadata;
  connection.tasks.track(task.ref, () => context.wake(name));
  const outcome = connection.tasks.outcome(task.ref);
  if (!outcome) {
    const sight = connection.observer.sight(work.vm.metadata.uid);
    const over = sight.state === "absent" || (sight.state === "present" && sight.live && !sight.machine.task);
    if (over) connection.tasks.hurry(task.ref);
    const progress = connection.tasks.progress(task.ref);
    if (progress) {
      const { percent, stage } = progress;
      work.status.task = { ...task, progressPercent: percent, ...(stage === "" ? {} : { stage }) };
    }
    return "pending";
  }
  // Were this run's status never saved, the ref is still there to ask again.
  connection.tasks.forget(task.ref);
  work.status.task = undefined;
  if (outcome.error) taskFailed(work, task, outcome.error, context);
  else taskSucceeded(work, task, context);
  return "ended";
}

function taskSucceeded(work: Work, task: PendingTask, context: MachineContext): void {
  const { vm, status } = work;
  switch (task.operation) {
    case "Create":
      markCreated(work, context);
      break;
    case "Power":
      status.failures = undefined;
      context.asked.ended(vm.metadata.name);
      break;
    case "Reconfigure":
      status.failures = undefined;
      if (task.brings) {
        const { generation, ...applied } = task.brings;
        status.observedGeneration = generation;
        status.applied = applied;
      } else status.observedGeneration = condition(status, "RestartRequired")?.observedGeneration ?? vm.metadata.generation;
      context.record(vm, "Normal", "Reconfigured", `brought to generation ${status.observedGeneration} of its spec`);
      context.asked.ended(vm.metadata.name);
      break;
    case "Delete":
      break;
  }
}

/** The one that the machine's class has become, if all else was as declared before. */
function revisionThatFailed({ vm, status }: Work, { brings }: PendingTask): string | undefined {
  const revision = brings?.class?.revision;
  return status.observedGeneration === vm.metadata.generation && revision !== status.applied?.class?.revision ? revision : undefined;
}

function taskFailed(work: Work, task: PendingTask, error: ProviderError, context: MachineContext): void {
  if (task.operation === "Create") {
    createFailed(work, error, context);
    return;
  }
  context.asked.forget(work.vm.metadata.name);
  if (task.operation === "Delete") noteDeletionFailure(work, context.clock, error);
  else noteFailure(work, context.clock, error, revisionThatFailed(work, task));
  setMachineCondition(work, context.clock, "Ready", "False", error.reason, error.message);
  context.record(work.vm, "Warning", `${task.operation}Failed`, `${error.reason}: ${error.message}`);
}
