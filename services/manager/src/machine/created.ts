import type { ProviderError } from "@remuda/contract";
import type { MachineContext } from "./context";
import { condition, noteFailure, setMachineCondition, type Work } from "./work";

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
