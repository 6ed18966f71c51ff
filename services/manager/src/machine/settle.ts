import type { ProviderError } from "@remuda/contract";
import type { PendingTask } from "@remuda/resources";
import type { Connection } from "../provider/connection";
import type { MachineContext } from "./context";
import { condition, noteDeletionFailure, noteFailure, setMachineCondition, type Work } from "./work";

// A stream that lags is waited for so long before the same thing is asked again.
const lagMs = 15_000;

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
  else taskSucceeded(work, task, connection, context);
  return "ended";
}

/** The machine is there. What it was made from is the generation that stood in the intent. */
export function markCreated(work: Work, context: MachineContext): void {
  const generation = condition(work.status, "Created")?.observedGeneration ?? work.vm.metadata.generation;
  setMachineCondition(work, context.clock, "Created", "True", "Created", "the platform made the machine", generation);
  work.status.observedGeneration = generation;
  work.status.failures = undefined;
  context.record(work.vm, "Normal", "Created", `made as ${work.status.id} on provider ${work.status.provider}`);
}

/** A Create that was refused, or ended badly. */
export function createFailed(work: Work, error: ProviderError, context: MachineContext): { requeueAfterMs?: number } {
  const result = noteFailure(work, context.clock, error);
  if (!error.retryable) {
    setMachineCondition(work, context.clock, "Created", "False", error.reason, error.message, work.vm.metadata.generation);
  }
  setMachineCondition(work, context.clock, "Ready", "False", error.reason, error.message);
  context.record(work.vm, "Warning", "CreateFailed", `${error.reason}: ${error.message}`);
  return result;
}

function taskSucceeded(work: Work, task: PendingTask, connection: Connection, context: MachineContext): void {
  const { vm, status } = work;
  const sight = connection.observer.sight(vm.metadata.uid);
  const expect = (operation: "Power" | "Reconfigure") => {
    status.failures = undefined;
    if (sight.state === "present") {
      context.asked.set(vm.metadata.name, { operation, seen: sight.machine, untilMs: context.clock.now() + lagMs });
    }
  };
  switch (task.operation) {
    case "Create":
      markCreated(work, context);
      break;
    case "Power":
      expect("Power");
      break;
    case "Reconfigure":
      status.observedGeneration = condition(status, "RestartRequired")?.observedGeneration ?? vm.metadata.generation;
      context.record(vm, "Normal", "Reconfigured", `brought to generation ${status.observedGeneration} of its spec`);
      expect("Reconfigure");
      break;
    case "Delete":
      break;
  }
}

function taskFailed(work: Work, task: PendingTask, error: ProviderError, context: MachineContext): void {
  if (task.operation === "Create") {
    createFailed(work, error, context);
    return;
  }
  if (task.operation === "Delete") noteDeletionFailure(work, context.clock, error);
  else noteFailure(work, context.clock, error);
  setMachineCondition(work, context.clock, "Ready", "False", error.reason, error.message);
  context.record(work.vm, "Warning", `${task.operation}Failed`, `${error.reason}: ${error.message}`);
}
