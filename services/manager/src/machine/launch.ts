import { asProviderError, type CreateResponse, fromStatus, MachineState, ProviderError } from "@remuda/contract";
import { takeOver } from "../adoption/take-over";
import { type Connection, notReady } from "../provider/connection";
import { appliedOf } from "./applied";
import { crowdedRetryMs, type MachineContext, type Step } from "./context";
import { createFailed, markCreated } from "./created";
import { type Resolved, resolve } from "./resolve";
import { restartsWithCreation } from "./restart";
import { follow } from "./step";
import { explainTaken } from "./taken";
import { condition, providerOf, retryInMs, save, setMachineCondition, type Work } from "./work";

// The stream tells when a machine without a task is made; this is for one that is never told.
const askAgainMs = 15_000;

/**
 * Makes the machine: saves that it may exist from now on, asks for it, and saves what came back. Whatever breaks off on the way, the next
 * run asks again with the same uid and gets the same machine. Also a Create that failed on the platform is only asked for again: a provider
 * goes on with it, or answers it as FAILED; it is never deleted here, since a uid that was deleted can't be used again.
 */
export async function launch(work: Work, connection: Connection | undefined, context: MachineContext, signal: AbortSignal): Promise<Step> {
  const { clock } = context;
  const { vm, status } = work;
  const { name, uid, generation } = vm.metadata;
  const provider = providerOf(work);

  const sight = connection?.observer.sight(uid);
  if (status.id !== undefined && sight?.state === "present" && sight.live && sight.machine.state === MachineState.READY) {
    markCreated(work, context);
    return undefined;
  }

  const resolution = await resolve(vm, provider, connection, context);
  if (resolution.state === "unresolved") {
    const { reason, message, waitFor, retryAfterMs } = resolution;
    context.waitFor(name, waitFor);
    setMachineCondition(work, clock, "Resolved", "False", reason, message, generation);
    setMachineCondition(work, clock, "Ready", "False", reason, message);
    return { requeueAfterMs: retryAfterMs };
  }
  const resolved = () =>
    setMachineCondition(work, clock, "Resolved", "True", "Resolved", "everything that the spec names is there", generation);

  // Until it is made, a change of what it refers to may be what it needs.
  context.waitFor(name, resolution.references);
  const waitMs = context.stirred.has(name) ? 0 : retryInMs(work, clock);
  if (waitMs > 0 || !connection?.ready) {
    resolved();
    if (waitMs === 0) return waitForProvider(work, provider, context);
    return Number.isFinite(waitMs) ? { requeueAfterMs: waitMs } : {};
  }
  const leave = connection.enter(name, () => context.wake(name));
  if (!leave) {
    // Standing in line is not worth a write: its turn tells all at once. Only what stood in the way before must not go on being told.
    if (condition(status, "Resolved")?.status === "False") resolved();
    return { requeueAfterMs: crowdedRetryMs };
  }
  context.stirred.delete(name);
  try {
    resolved();
    const { existing } = vm.spec.source ?? {};
    if (existing !== undefined) return await takeOver(work, existing, resolution, connection, context, signal);
    return await ask(work, resolution, connection, context, signal);
  } finally {
    leave();
  }
}

async function ask(work: Work, resolution: Resolved, connection: Connection, context: MachineContext, signal: AbortSignal): Promise<Step> {
  const { store, clock } = context;
  const { vm, status } = work;
  const { uid, generation } = vm.metadata;
  const { provider } = connection;

  const created = condition(status, "Created");
  if (status.launchedAt === undefined || created?.reason !== "Launching") {
    if (status.launchedAt === undefined) context.record(vm, "Normal", "Launching", `asking provider ${provider} for the machine`);
    status.launchedAt ??= new Date(clock.now()).toISOString();
    status.provider = provider;
    status.platformId ??= connection.platformId;
    status.applied = appliedOf(vm, resolution.class);
    restartsWithCreation(work, clock);
    status.phase = "Creating";
    setMachineCondition(work, clock, "Created", "False", "Launching", "the machine was asked for", generation);
    setMachineCondition(work, clock, "Ready", "False", "Launching", "the machine is being made");
  }
  // What is asked for is what was judged: were it changed meanwhile, this run ends here and the next judges anew.
  await save(store, work, "same");
  // Another one may have been found there meanwhile; from here on the call itself says which platform it is meant for.
  if (connection.platformId !== status.platformId) return waitForProvider(work, provider, context);
  let answer: CreateResponse;
  try {
    answer = await connection.calls.create({ uid, owner: context.owner, spec: resolution.spec() }, signal);
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    const error = asProviderError(thrown);
    if (error.reason === "UNAVAILABLE" && !connection.ready) return waitForProvider(work, provider, context);
    return createFailed(work, await explainTaken(error, connection, context, signal), context);
  }
  return takeAnswer(work, answer, connection, context);
}

function takeAnswer(work: Work, { virtualMachine, task }: CreateResponse, connection: Connection, context: MachineContext): Step {
  if (!virtualMachine || virtualMachine.id === "") {
    return createFailed(work, new ProviderError("INTERNAL", "the provider answered Create without the machine's id"), context);
  }
  work.status.id = virtualMachine.id;
  work.status.failures = undefined;
  context.waitFor(work.vm.metadata.name, []);
  connection.observer.note(virtualMachine);
  if (task) return follow(work, task, { operation: "Create" }, connection, context);
  if (virtualMachine.state === MachineState.FAILED) return failedOnPlatform(work, virtualMachine.problem, context);
  if (virtualMachine.state === MachineState.CREATING) return { requeueAfterMs: askAgainMs };
  markCreated(work, context);
  return undefined;
}

/** It is there and of no use. Someone has to delete it: its uid can't be used again. */
function failedOnPlatform(work: Work, problem: Parameters<typeof fromStatus>[0] | undefined, context: MachineContext): Step {
  const error = problem ? fromStatus(problem) : new ProviderError("INTERNAL", "the platform gave up on the machine and did not say why");
  createFailed(work, error, context);
  const { count, generation } = work.status.failures ?? { count: 1, generation: work.vm.metadata.generation };
  const message = `${error.message}; delete the VirtualMachine and apply it again`;
  work.status.failures = { count, generation, reason: error.reason, message };
  setMachineCondition(work, context.clock, "Ready", "False", error.reason, message);
  return {};
}

function waitForProvider(work: Work, provider: string, context: MachineContext): Step {
  setMachineCondition(work, context.clock, "Ready", "False", "ProviderNotReady", notReady(provider, context.connection(provider)));
  return {};
}
