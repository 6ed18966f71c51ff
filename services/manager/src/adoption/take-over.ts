import { asProviderError, type VirtualMachine as Machine, MachineState, ProviderError } from "@remuda/contract";
import type { VirtualMachine } from "@remuda/resources";
import { appliedOf } from "../machine/applied";
import type { MachineContext, Step } from "../machine/context";
import { createFailed } from "../machine/created";
import type { Resolved } from "../machine/resolve";
import { restartsWithCreation } from "../machine/restart";
import { kind, save, setMachineCondition, type Work } from "../machine/work";
import { type Connection, notReady } from "../provider/connection";
import { differencesOf } from "./differences";

/**
 * Takes over a machine that is there already: judges whether its spec says what is there, saves that it will bear the uid, and has it marked.
 * Whatever breaks off on the way, the next run finds it marked, or begins again; nothing is ever made or changed.
 */
export async function takeOver(
  work: Work,
  existing: string,
  resolution: Resolved,
  connection: Connection,
  context: MachineContext,
  signal: AbortSignal,
): Promise<Step> {
  const { clock } = context;
  const { vm, status } = work;
  const { uid, generation } = vm.metadata;
  const { provider, calls } = connection;
  try {
    if (!connection.capabilities?.adoption)
      throw new ProviderError("UNSUPPORTED", `spec.source.existing: provider ${provider} can't take over machines that it did not make`);
    const marked = status.launchedAt === undefined ? undefined : await markedBy(uid, connection, signal);
    if (marked) return taken(work, marked, resolution, connection, context);

    const found = await machineOf(existing, connection, signal);
    const orphanUid = await judgeMarks(found, vm, provider, context);
    const differences = differencesOf(vm, resolution.class?.spec, found);
    if (differences.length > 0) throw differs(existing, differences);

    status.launchedAt ??= new Date(clock.now()).toISOString();
    status.provider = provider;
    status.platformId ??= connection.platformId;
    status.phase = "Creating";
    setMachineCondition(work, clock, "Created", "False", "Adopting", `machine ${existing} is being taken over`, generation);
    setMachineCondition(work, clock, "Ready", "False", "Adopting", `machine ${existing} is being taken over`);
    // What is taken over is what was judged: were the spec changed meanwhile, this run ends here and the next judges anew.
    await save(context.store, work, "same");
    if (connection.platformId !== status.platformId) return notNow(work, connection, context);
    if (orphanUid !== undefined) await calls.release({ id: found.id, uid: orphanUid }, signal);
    const { virtualMachine } = await calls.adopt({ id: found.id, uid, owner: context.owner }, signal);
    if (!virtualMachine) throw new ProviderError("INTERNAL", "the provider answered Adopt without the machine");
    return taken(work, virtualMachine, resolution, connection, context);
  } catch (thrown) {
    if (signal.aborted || !(thrown instanceof ProviderError)) throw thrown;
    if (thrown.reason === "UNAVAILABLE" && !connection.ready) return notNow(work, connection, context);
    return createFailed(work, thrown, context);
  }
}

function taken(work: Work, machine: Machine, resolution: Resolved, connection: Connection, context: MachineContext): Step {
  const { vm, status } = work;
  const { generation, name } = vm.metadata;
  status.id = machine.id;
  status.failures = undefined;
  status.observedGeneration = generation;
  status.applied = appliedOf(vm, resolution.class);
  restartsWithCreation(work, context.clock);
  connection.observer.note(machine);
  context.waitFor(name, []);
  setMachineCondition(work, context.clock, "Created", "True", "Adopted", "the machine was taken over as it was", generation);
  context.record(vm, "Normal", "Adopted", `took over machine ${machine.id} of provider ${connection.provider} as it was`);
  return undefined;
}

function notNow(work: Work, connection: Connection, context: MachineContext): Step {
  setMachineCondition(work, context.clock, "Ready", "False", "ProviderNotReady", notReady(connection.provider, connection));
  return {};
}

/** The machine that bears the uid already, as after an answer that was lost. */
async function markedBy(uid: string, { calls }: Connection, signal: AbortSignal): Promise<Machine | undefined> {
  try {
    return (await calls.describe({ id: "", uid }, signal)).virtualMachine;
  } catch (thrown) {
    if (asProviderError(thrown).reason !== "NOT_FOUND") throw thrown;
    return undefined;
  }
}

async function machineOf(id: string, { calls, provider }: Connection, signal: AbortSignal): Promise<Machine> {
  try {
    const { virtualMachine } = await calls.describeAny({ id, uid: "" }, signal);
    if (virtualMachine?.id === id) return virtualMachine;
    throw new ProviderError("INTERNAL", `provider ${provider} answered Describe of ${id} with ${virtualMachine?.id ?? "nothing"}`);
  } catch (thrown) {
    if (asProviderError(thrown).reason !== "NOT_FOUND") throw thrown;
    throw new ProviderError("NOT_FOUND", `spec.source.existing: provider ${provider} has no machine ${id}`, { cause: thrown });
  }
}

/** Throws whose it is. Answers the uid that an orphan of this installation bears: nobody else's marks are touched. */
async function judgeMarks(machine: Machine, vm: VirtualMachine, provider: string, context: MachineContext): Promise<string | undefined> {
  const { id, uid, owner, state } = machine;
  const taken = (whose: string) =>
    new ProviderError("ALREADY_EXISTS", `spec.source.existing: machine ${id} of provider ${provider} ${whose}`);
  if (state !== MachineState.READY) throw new ProviderError("CONFLICT", `machine ${id} is not ready to be taken over`);
  if ((uid === "" && owner === "") || uid === vm.metadata.uid) return undefined;
  if (owner !== context.owner) throw taken(`belongs to another Remuda installation (owner ${owner.slice(0, 100)})`);
  const { items } = await context.store.list(kind);
  const holder = items.find(({ metadata }) => metadata.uid === uid);
  if (holder) throw taken(`is that of VirtualMachine ${holder.metadata.name}`);
  return uid;
}

const differs = (id: string, differences: string[]) => {
  const message = `machine ${id} is not as its spec says, and taking it over changes nothing; declare what is there, and change it afterwards`;
  return new ProviderError("INVALID_SPEC", `${message}: ${differences.join("; ")}`);
};
