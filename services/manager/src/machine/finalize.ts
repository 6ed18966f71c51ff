import { asProviderError, MachineState } from "@remuda/contract";
import type { VirtualMachine } from "@remuda/resources";
import { letGo } from "../adoption/let-go";
import { type Connection, notReady } from "../provider/connection";
import { overNewest } from "../status";
import { crowdedRetryMs, type MachineContext } from "./context";
import { settle } from "./settle";
import { standingOf } from "./standing";
import { follow } from "./step";
import { finalizer, forceDeleteAnnotation, noteDeletionFailure, providerOf, retryInMs, setMachineCondition, type Work } from "./work";

type Result = { requeueAfterMs?: number } | "released";

// Deleted, and still there: the stream tells when it goes; this is for one that is never told.
const lookAgainMs = 5_000;

/** Deletes the machine, and lets the resource go when the platform says that it is gone. `away`: why its platform can't be asked at all. */
export async function finalize(
  work: Work,
  connection: Connection | undefined,
  context: MachineContext,
  signal: AbortSignal,
  away?: string,
): Promise<Result> {
  const { vm, status } = work;
  const { clock } = context;
  if (!vm.metadata.finalizers?.includes(finalizer)) return {};
  if (status.launchedAt === undefined) return release(work, context, "Deleted", "it was never made");
  if (vm.spec.deletionPolicy === "Retain") {
    const left = await letGo(work, connection, context, signal);
    return "told" in left ? release(work, context, "Retained", left.told) : left;
  }
  if (status.phase !== "Deleting") {
    // Failures of before say nothing about deleting.
    status.failures = undefined;
    status.phase = "Deleting";
  }
  const forced = vm.metadata.annotations?.[forceDeleteAnnotation] === "true";
  const standing = await standingOf(providerOf(work), context);
  const isAway = standing === "lost" || standing === "missing" || away !== undefined;
  if (forced && (isAway || (standing === "ready" && status.failures)))
    return release(work, context, "ForceDeleted", leftBehind(work), "Warning");
  // Not tried yet in this process: nothing is known that could be told.
  if (standing === "connecting") return {};
  if (!connection?.ready) {
    const isMissing = standing === "missing";
    const what = away ?? (isMissing ? `there is no Provider ${providerOf(work)}` : notReady(providerOf(work), connection));
    const hint = `deletion goes on when it is back; annotate with ${forceDeleteAnnotation}: "true" to let go of machine ${status.id ?? vm.metadata.uid}`;
    setMachineCondition(work, clock, "Ready", "False", isMissing ? "ProviderNotFound" : "ProviderNotReady", `${what}; ${hint}`);
    return {};
  }

  let deleted = false;
  if (status.task?.operation === "Delete") {
    if (settle(work, connection, context) === "pending") return {};
    // One that failed has left a pause to wait for, and is asked for anew after it.
    deleted = true;
  } else if (status.task) {
    // A machine may be deleted at any moment: what was being done to it matters no more.
    connection.tasks.forget(status.task.ref);
    status.task = undefined;
  }
  const waitMs = retryInMs(work, clock);
  if (waitMs > 0) return Number.isFinite(waitMs) ? { requeueAfterMs: waitMs } : {};

  const { name } = vm.metadata;
  const leave = connection.enter(name, () => context.wake(name));
  if (!leave) return { requeueAfterMs: crowdedRetryMs };

  setMachineCondition(work, clock, "Ready", "False", "Deleting", "the machine is being deleted");
  try {
    return (
      (deleted ? undefined : await askForDeletion(work, connection, context, signal)) ??
      (await checkGone(work, connection, context, signal))
    );
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    const error = asProviderError(thrown);
    if (error.reason === "UNAVAILABLE" && !connection.ready) return {};
    const result = noteDeletionFailure(work, clock, error);
    setMachineCondition(work, clock, "Ready", "False", error.reason, `deleting failed: ${error.message}`);
    context.record(vm, "Warning", "DeleteFailed", `${error.reason}: ${error.message}`);
    return result;
  } finally {
    leave();
  }
}

/** Undefined: it is done already. */
async function askForDeletion(
  work: Work,
  connection: Connection,
  context: MachineContext,
  signal: AbortSignal,
): Promise<Result | undefined> {
  const { vm, status } = work;
  const { uid } = vm.metadata;
  try {
    const { task } = await connection.calls.delete({ id: status.id ?? "", uid }, signal);
    if (!task) return undefined;
    return follow(work, task, { operation: "Delete" }, connection, context);
  } catch (thrown) {
    if (asProviderError(thrown).reason === "NOT_FOUND") return undefined;
    throw thrown;
  }
}

/** Only the platform's own word lets the resource go. */
async function checkGone(work: Work, { observer }: Connection, context: MachineContext, signal: AbortSignal): Promise<Result> {
  const { vm, status } = work;
  const { uid } = vm.metadata;
  try {
    // By uid alone: a platform may give the same id to another machine.
    const machine = await observer.look("", uid, signal);
    status.failures = undefined;
    // Made anew by a Create whose answer never came: the id that is known is of one that is gone.
    if (machine) status.id = machine.id;
    const state = machine?.state === MachineState.DELETING ? "is being deleted" : "is still there";
    setMachineCondition(work, context.clock, "Ready", "False", "Deleting", `the machine ${state}`);
    return { requeueAfterMs: lookAgainMs };
  } catch (thrown) {
    if (asProviderError(thrown).reason !== "NOT_FOUND") throw thrown;
  }
  observer.drop(uid);
  return release(work, context, "Deleted", `machine ${status.id ?? uid} is gone`);
}

/** Takes the finalizer away: the resource goes when nobody else holds it. */
async function release(
  { vm }: Work,
  context: MachineContext,
  reason: string,
  message: string,
  type: "Normal" | "Warning" = "Normal",
): Promise<"released"> {
  context.record(vm, type, reason, message);
  await overNewest(context.store, vm, async (newest) => {
    const finalizers = newest.metadata.finalizers?.filter((f) => f !== finalizer) ?? [];
    // What comes back has the kind and the shape of what went in.
    return (await context.store.update({ ...newest, metadata: { ...newest.metadata, finalizers } })) as VirtualMachine;
  });
  return "released";
}

const leftBehind = (work: Work) =>
  `let go of without deleting it: machine ${work.status.id ?? "(id unknown)"} with uid ${work.vm.metadata.uid} may be left on provider ${providerOf(work)}`;
