import type { ProviderError } from "@remuda/contract";
import type { Clock } from "@remuda/reconciler";
import { type Condition, setCondition, type VirtualMachine, type VirtualMachineStatus } from "@remuda/resources";
import { type ResourceStore, StoreError } from "@remuda/store";
import { maxRetryMs, retryDelayMs } from "../retry";
import { overNewest } from "../status";

/** One run over a machine: as it is stored, and the status that it shall get. Phases change `status`; it is written when they say so. */
export interface Work {
  vm: VirtualMachine;
  status: VirtualMachineStatus;
}

export const kind = "VirtualMachine";
export const finalizer = "remuda.dev/machine";
export const forceDeleteAnnotation = "remuda.dev/force-delete";

export const beginWork = (vm: VirtualMachine): Work => ({ vm, status: vm.status ? { ...vm.status } : { phase: "Pending" } });

/** The provider that the machine is on, or shall go to. */
export const providerOf = ({ vm, status }: Work): string => status.provider ?? vm.spec.provider;

/** The machine was made, as the platform said. */
export const isCreated = ({ status }: Work): boolean => condition(status, "Created")?.status === "True";

export const condition = (status: VirtualMachineStatus, type: string): Condition | undefined =>
  status.conditions?.find((c) => c.type === type);

/**
 * Saves the status if it changed. Only the machine controller writes it, so a conflict means that something else changed: it is then written
 * to the newest. With "same" it must be what was read; else StoreError Conflict.
 */
export async function save(store: ResourceStore, work: Work, over: "newest" | "same" = "newest"): Promise<void> {
  const { status } = work;
  // What comes back has the kind and the shape of what went in, and the store writes nothing if nothing changed.
  const write = (vm: VirtualMachine) => store.updateStatus({ ...vm, status }) as Promise<VirtualMachine>;
  const saved = await (over === "same" ? write(work.vm) : overNewest(store, work.vm, write));
  if (!saved) throw new StoreError("NotFound", `${kind} ${work.vm.metadata.name} is gone`);
  work.vm = saved;
}

/** Sets a condition of the draft. */
export function setMachineCondition(
  work: Work,
  clock: Clock,
  type: string,
  status: Condition["status"],
  reason: string,
  message: string,
  observedGeneration?: number,
): void {
  work.status.conditions = setCondition(
    work.status.conditions,
    { type, status, reason, message, ...(observedGeneration === undefined ? {} : { observedGeneration }) },
    clock.now(),
  );
}

/** Notes a failed try and says when the next is due; never, if the reason says that trying again is of no use. */
export function noteFailure(work: Work, clock: Clock, error: ProviderError, classRevision?: string): { requeueAfterMs?: number } {
  const generation = work.vm.metadata.generation;
  const before = work.status.failures;
  const isSame = before?.generation === generation && before.classRevision === classRevision;
  const count = (isSame ? before.count : 0) + 1;
  const failures = {
    count,
    reason: error.reason,
    message: error.message,
    generation,
    ...(classRevision !== undefined && { classRevision }),
  };
  if (!error.retryable) {
    work.status.failures = failures;
    return {};
  }
  const delayMs = retryDelayMs(clock, count, error.retryAfterMs);
  work.status.failures = { ...failures, nextTryAt: new Date(clock.now() + delayMs).toISOString() };
  return { requeueAfterMs: delayMs };
}

/** A deletion has no spec that could be put right: also what was refused is asked for again, as seldom as anything. */
export function noteDeletionFailure(work: Work, clock: Clock, error: ProviderError): { requeueAfterMs?: number } {
  const result = noteFailure(work, clock, error);
  const { failures } = work.status;
  if (!failures || failures.nextTryAt !== undefined) return result;
  work.status.failures = { ...failures, nextTryAt: new Date(clock.now() + maxRetryMs).toISOString() };
  return { requeueAfterMs: maxRetryMs };
}

/** Milliseconds until the machine may be tried again: 0 now, Infinity not before its spec changes. */
export function retryInMs({ vm, status: { failures } }: Work, clock: Clock): number {
  if (!failures || failures.generation !== vm.metadata.generation) return 0;
  if (failures.nextTryAt === undefined) return Number.POSITIVE_INFINITY;
  const waitMs = Date.parse(failures.nextTryAt) - clock.now();
  // No pause is longer: the clock was set back, and how much of this one has passed can't be told.
  return waitMs > maxRetryMs ? 0 : Math.max(0, waitMs);
}
