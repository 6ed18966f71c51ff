import {
  asProviderError,
  Change,
  durationFromMs,
  type VirtualMachine as Machine,
  MachineState,
  msFromDuration,
  PowerOperation,
  type Task,
} from "@remuda/contract";
import type { VirtualMachineSpec } from "@remuda/resources";
import type { Connection } from "../provider/connection";
import { lagMs } from "./asked";
import { crowdedRetryMs, type MachineContext, type Step } from "./context";
import { powerStateOf } from "./observe";
import { resolve } from "./resolve";
import { condition, noteFailure, providerOf, retryInMs, setMachineCondition, type Work } from "./work";

/** Brings a machine that was seen to what its spec says. */
export async function correct(
  work: Work,
  machine: Machine,
  connection: Connection,
  context: MachineContext,
  signal: AbortSignal,
): Promise<Step> {
  const { name } = work.vm.metadata;
  // The platform works on it, or gave up on it: the stream tells when that changes.
  if (machine.state !== MachineState.READY || machine.task) return {};
  if (!needsCall(work, machine)) {
    context.asked.forget(name);
    context.stirred.delete(name);
    context.waitFor(name, []);
    return asDeclared(work, machine, context);
  }
  const waitMs = context.stirred.has(name) ? 0 : retryInMs(work, context.clock);
  if (!Number.isFinite(waitMs)) return waitForReferences(work, connection, context);
  if (waitMs > 0) return { requeueAfterMs: waitMs };
  if (!connection.ready) return {};
  const leave = connection.enter(name, () => context.wake(name));
  if (!leave) return { requeueAfterMs: crowdedRetryMs };
  context.stirred.delete(name);
  try {
    return await change(work, machine, connection, context, signal);
  } finally {
    leave();
  }
}

const change: Correction = async (work, machine, connection, context, signal) => {
  const { powerState } = work.vm.spec;
  // A machine that shall stop is stopped before it is changed, one that shall run is changed before it is started; a suspended one can't be changed.
  const powerFirst = powerState === "Off" || powerStateOf(machine) === "Suspended";
  for (const step of powerFirst ? [power, reconfigure] : [reconfigure, power]) {
    const result = await step(work, machine, connection, context, signal);
    if (result) return result;
  }
  return asDeclared(work, machine, context);
};

function asDeclared(work: Work, machine: Machine, context: MachineContext): Step {
  const { vm, status } = work;
  if (powerStateOf(machine) !== vm.spec.powerState) return {};
  status.failures = undefined;
  const message = waitsForRestart(work) ? "all is as its spec says but for what waits for a restart" : "the machine is as its spec says";
  setMachineCondition(work, context.clock, "Ready", "True", "AsDeclared", message, vm.metadata.generation);
  const heldMs = context.asked.heldMs(vm.metadata.name, reconfiguring(work));
  return heldMs > 0 ? { requeueAfterMs: heldMs } : {};
}

const waitsForRestart = ({ status }: Work) => condition(status, "RestartRequired")?.status === "True";

/** What waited for a restart can be changed now. */
const canChangeNow = (work: Work, machine: Machine) => waitsForRestart(work) && powerStateOf(machine) === "Off";

const needsCall = (work: Work, machine: Machine) =>
  powerStateOf(machine) !== work.vm.spec.powerState ||
  work.status.observedGeneration !== work.vm.metadata.generation ||
  canChangeNow(work, machine);

/** It failed for good: a change of what its spec names may be what it needs. */
async function waitForReferences(work: Work, connection: Connection, context: MachineContext): Promise<Step> {
  const resolution = await resolve(work.vm, providerOf(work), connection, context);
  context.waitFor(work.vm.metadata.name, resolution.state === "resolved" ? resolution.references : resolution.waitFor);
  return {};
}

const reconfiguring = ({ vm }: Work) => `Reconfigure to generation ${vm.metadata.generation}`;

type Correction = (work: Work, machine: Machine, connection: Connection, context: MachineContext, signal: AbortSignal) => Promise<Step>;

const power: Correction = async (work, machine, connection, context, signal) => {
  const { vm, status } = work;
  const operation = powerOperation(powerStateOf(machine), vm.spec, connection.capabilities?.powerOperations ?? []);
  if (operation === undefined) return undefined;
  if (operation === "unsupported") {
    const message = `spec.powerState: provider ${connection.provider} can't bring a machine to ${vm.spec.powerState}`;
    setMachineCondition(work, context.clock, "Ready", "False", "PowerUnsupported", message);
    return {};
  }
  const { name, uid, generation } = vm.metadata;
  const asking = `power operation ${operation} of generation ${generation}`;
  const heldMs = context.asked.heldMs(name, asking);
  if (heldMs > 0) return { requeueAfterMs: heldMs };
  const request = {
    id: machine.id,
    uid,
    operation,
    gracefulTimeout: operation === PowerOperation.SHUTDOWN ? durationFromMs(vm.spec.shutdownTimeoutSeconds * 1000) : undefined,
  };
  setMachineCondition(work, context.clock, "Ready", "False", "PowerChanging", `bringing the machine to ${vm.spec.powerState}`);
  try {
    const { task } = await connection.calls.power(request, signal);
    context.asked.note(name, asking);
    if (task) return follow(work, "Power", task, connection, context);
  } catch (thrown) {
    return failed(work, "Power", thrown, connection, context, signal);
  }
  status.failures = undefined;
  return lookAgain(work, machine, connection, context, signal);
};

/** The next operation on the way to the state; undefined: it is there, or the platform did not say. */
export function powerOperation(
  actual: VirtualMachineSpec["powerState"] | undefined,
  { powerState: wanted, shutdownTimeoutSeconds }: Pick<VirtualMachineSpec, "powerState" | "shutdownTimeoutSeconds">,
  known: readonly PowerOperation[],
): PowerOperation | "unsupported" | undefined {
  if (actual === undefined || actual === wanted) return undefined;
  const can = (operation: PowerOperation) => (known.includes(operation) ? operation : "unsupported");
  switch (wanted) {
    case "On":
      return can(PowerOperation.ON);
    case "Off": {
      const graceful = actual === "On" && shutdownTimeoutSeconds > 0 && known.includes(PowerOperation.SHUTDOWN);
      return graceful ? PowerOperation.SHUTDOWN : can(PowerOperation.OFF);
    }
    case "Suspended":
      // Only what runs can be suspended.
      return can(PowerOperation.SUSPEND) === "unsupported"
        ? "unsupported"
        : can(actual === "On" ? PowerOperation.SUSPEND : PowerOperation.ON);
  }
}

const reconfigure: Correction = async (work, machine, connection, context, signal) => {
  const { vm, status } = work;
  const { generation, name, uid } = vm.metadata;
  const isHeld = context.asked.heldMs(name, reconfiguring(work)) > 0;
  if (status.observedGeneration === generation && (isHeld || !canChangeNow(work, machine))) return undefined;

  const resolution = await resolve(vm, providerOf(work), connection, context);
  if (resolution.state === "unresolved") {
    context.waitFor(name, resolution.waitFor);
    setMachineCondition(work, context.clock, "Resolved", "False", resolution.reason, resolution.message, generation);
    setMachineCondition(work, context.clock, "Ready", "False", resolution.reason, resolution.message);
    return { requeueAfterMs: resolution.retryAfterMs };
  }
  // Until it is done, a change of what it refers to may be what it needs.
  context.waitFor(name, resolution.references);
  setMachineCondition(work, context.clock, "Resolved", "True", "Resolved", "everything that the spec names is there", generation);
  try {
    // Asked for with every change of the spec, whatever the machine looks like: not everything that can be declared is shown by every platform.
    const request = { id: machine.id, uid, spec: resolution.spec(), allowRestart: vm.spec.updatePolicy === "Restart" };
    const { task, restartRequired } = await connection.calls.reconfigure(request, signal);
    context.asked.note(name, reconfiguring(work));
    const waits = restartRequired.map((change) => changeNames.get(change) ?? String(change)).join(", ");
    if (waits === "")
      setMachineCondition(work, context.clock, "RestartRequired", "False", "NothingWaits", "every change was made", generation);
    else {
      const message = `waits for a restart: ${waits}; stop the machine, or set spec.updatePolicy to Restart`;
      setMachineCondition(work, context.clock, "RestartRequired", "True", "ChangesWait", message, generation);
    }
    if (task) {
      setMachineCondition(work, context.clock, "Ready", "False", "Reconfiguring", `bringing the machine to generation ${generation}`);
      return follow(work, "Reconfigure", task, connection, context);
    }
  } catch (thrown) {
    return failed(work, "Reconfigure", thrown, connection, context, signal);
  }
  status.failures = undefined;
  status.observedGeneration = generation;
  context.record(vm, "Normal", "Reconfigured", `brought to generation ${generation} of its spec`);
  return lookAgain(work, machine, connection, context, signal);
};

const changeNames = new Map<number, string>(Object.entries(Change).map(([key, value]) => [value, key.toLowerCase().replaceAll("_", " ")]));

function follow(work: Work, operation: "Power" | "Reconfigure", task: Task, { tasks }: Connection, context: MachineContext): Step {
  const { name } = work.vm.metadata;
  work.status.task = { operation, ref: task.ref, startedAt: new Date(context.clock.now()).toISOString() };
  tasks.track(task.ref, () => context.wake(name), task.pollAfter && msFromDuration(task.pollAfter));
  return {};
}

/** A change that was done at once is looked at, since no task tells and the stream may lag. It is judged by the next run. */
const lookAgain: Correction = async (work, machine, { observer }, _context, signal) => {
  try {
    await observer.look(machine.id, work.vm.metadata.uid, signal);
    return { requeueAfterMs: 0 };
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    // What was asked for was done all the same; the stream will tell.
    return { requeueAfterMs: lagMs };
  }
};

function failed(
  work: Work,
  operation: "Power" | "Reconfigure",
  thrown: unknown,
  connection: Connection,
  context: MachineContext,
  signal: AbortSignal,
): Step | Promise<Step> {
  if (signal.aborted) throw thrown;
  const error = asProviderError(thrown);
  if (error.reason === "UNAVAILABLE" && !connection.ready) return {};
  context.asked.forget(work.vm.metadata.name);
  const result = noteFailure(work, context.clock, error);
  setMachineCondition(work, context.clock, "Ready", "False", error.reason, error.message);
  context.record(work.vm, "Warning", `${operation}Failed`, `${error.reason}: ${error.message}`);
  return error.retryable ? result : waitForReferences(work, connection, context);
}
