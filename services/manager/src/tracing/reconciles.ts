import { asProviderError } from "@remuda/contract";
import type { Result } from "@remuda/reconciler";
import type { VirtualMachine } from "@remuda/resources";
import { type ResourceStore, StoreError } from "@remuda/store";
import { kind } from "../machine/work";
import type { Traces } from "./origins";

type Reconcile = (name: string, signal: AbortSignal) => Promise<Result>;

/** A span for each run over a machine: of the request's trace until what was asked for is done, and of its own later. */
export const traceReconciles =
  ({ tracing, origins }: Traces, store: ResourceStore, next: Reconcile): Reconcile =>
  async (name, signal) => {
    const machine = async () => (await store.get(kind, name)) as VirtualMachine | undefined;
    const before = await machine();
    if (!before) return next(name, signal);
    const { uid, generation } = before.metadata;
    const origin = origins.of(name);
    const span = tracing.begin(`reconcile ${kind}`, {
      parent: origin,
      attributes: { "remuda.kind": kind, "remuda.name": name, "remuda.uid": uid, "remuda.generation": generation },
    });
    let failed: string | undefined;
    try {
      const result = await tracing.under(span, () => next(name, signal));
      const after = await machine();
      span.set({
        "remuda.phase": after?.status?.phase ?? "Gone",
        "remuda.outcome": after ? (result.requeueAfterMs === undefined ? "done" : "again") : "gone",
        "remuda.requeue_after_ms": result.requeueAfterMs,
        "remuda.failure": after?.status?.failures?.reason,
      });
      if (origin !== undefined && isSettled(after)) origins.settled(name, origin);
      return result;
    } catch (error) {
      failed = error instanceof StoreError ? error.reason : asProviderError(error).reason;
      span.set({ "remuda.outcome": signal.aborted ? "interrupted" : "error" });
      throw error;
    } finally {
      span.end(failed);
    }
  };

const isSettled = (vm: VirtualMachine | undefined): boolean => {
  if (!vm) return true;
  if (vm.metadata.deletionTimestamp || vm.status?.task) return false;
  return vm.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
};
