import type { Result } from "@remuda/reconciler";
import type { VirtualMachine, VirtualMachinePhase } from "@remuda/resources";
import { StoreError } from "@remuda/store";
import type { MachineContext } from "./context";
import { correct } from "./correct";
import { elsewhere } from "./elsewhere";
import { finalize } from "./finalize";
import { launch } from "./launch";
import { tellAway, tellMaking } from "./making";
import { observe } from "./observe";
import { settle } from "./settle";
import { beginWork, condition, finalizer, isCreated, kind, providerOf, save, setMachineCondition, type Work } from "./work";

// An annotation of the Provider wakes no machine.
const acceptedSoonMs = 30_000;

// As often as the store itself tries to write.
const unwritableRetryMs = 1_000;

/** Brings one machine a step nearer to what its resource says. Never waits for a task. */
export function createMachineReconcile(context: MachineContext): (name: string, signal: AbortSignal) => Promise<Result> {
  const { store } = context;

  async function run(work: Work, signal: AbortSignal): Promise<Result | "released"> {
    const connection = context.connection(providerOf(work));
    const away = await elsewhere(work, connection, context);
    if (away !== undefined) return waitForPlatform(work, away, signal);
    if (work.vm.metadata.deletionTimestamp) return finalize(work, connection, context, signal);
    if (!work.vm.metadata.finalizers?.includes(finalizer)) await addFinalizer(work);
    const task = settle(work, connection, context);
    if (!isCreated(work)) {
      const step = task === "pending" ? {} : await launch(work, connection, context, signal);
      await tellMaking(work, connection, context);
      if (step || !isCreated(work)) return step ?? {};
    }
    const seen = await observe(work, connection, context, signal);
    if (!seen.machine) return seen;
    work.status.platformId ??= connection?.platformId;
    if (!connection || work.status.task) return {};
    return (await correct(work, seen.machine, connection, context, signal)) ?? {};
  }

  async function waitForPlatform(work: Work, away: string, signal: AbortSignal): Promise<Result | "released"> {
    if (isCreated(work)) setMachineCondition(work, context.clock, "Observed", "Unknown", "OtherPlatform", away);
    else tellAway(work, "OtherPlatform", away, context);
    const result = work.vm.metadata.deletionTimestamp ? await finalize(work, undefined, context, signal, away) : {};
    return result === "released" ? result : { requeueAfterMs: acceptedSoonMs };
  }

  async function addFinalizer(work: Work) {
    const { metadata } = work.vm;
    const finalizers = [...(metadata.finalizers ?? []), finalizer];
    work.vm = (await store.update({ ...work.vm, metadata: { ...metadata, finalizers } })) as VirtualMachine;
  }

  return async (name, signal) => {
    const vm = (await store.get(kind, name)) as VirtualMachine | undefined;
    if (!vm) return {};
    // What can't be saved is not begun: it would be asked for again and again.
    if (store.problem() !== undefined) return { requeueAfterMs: unwritableRetryMs };
    const work = beginWork(vm);
    try {
      const result = await run(work, signal);
      if (result === "released") return {};
      work.status.phase = phaseOf(work);
      await save(store, work);
      return result;
    } catch (error) {
      // Someone changed it meanwhile: judge it anew.
      if (error instanceof StoreError && (error.reason === "Conflict" || error.reason === "NotFound")) return { requeueAfterMs: 0 };
      throw error;
    }
  };
}

/** One word for people, from what else the status says. */
function phaseOf(work: Work): VirtualMachinePhase {
  const { status, vm } = work;
  if (vm.metadata.deletionTimestamp) return "Deleting";
  const { failures } = status;
  if (failures && failures.nextTryAt === undefined && failures.generation === vm.metadata.generation) return "Failed";
  if (!isCreated(work)) return status.launchedAt === undefined ? "Pending" : "Creating";
  const ready = condition(status, "Ready")?.reason;
  if (ready === "Vanished" || ready === "PlatformFailed") return "Failed";
  if (status.task) return "Updating";
  switch (status.powerState) {
    case "On":
      return "Running";
    case "Off":
      return "Stopped";
    case "Suspended":
      return "Suspended";
    case undefined:
      // Made, as its task said, and not seen yet.
      return condition(status, "Observed")?.status === "True" ? "Unknown" : "Creating";
  }
}
