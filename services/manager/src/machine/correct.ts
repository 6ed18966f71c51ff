import { asProviderError, Change, durationFromMs, type VirtualMachine as Machine, MachineState, PowerOperation } from "@remuda/contract";
import type { VirtualMachineSpec } from "@remuda/resources";
import type { Connection } from "../provider/connection";
import { crowdedRetryMs, type MachineContext, type Step } from "./context";
import { differs } from "./difference";
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
  const { vm } = work;
  if (machine.state === MachineState.FAILED) return {};
  // The platform works on it: the stream tells when it is done.
  if (machine.state !== MachineState.READY || machine.task) return {};
  const asked = context.asked.get(vm.metadata.name);
  if (asked && asked.seen === machine && context.clock.now() < asked.untilMs) {
    return { requeueAfterMs: asked.untilMs - context.clock.now() };
  }
  const waitMs = retryInMs(work, context.clock);
  if (waitMs > 0) return Number.isFinite(waitMs) ? { requeueAfterMs: waitMs } : {};
  if (!connection.ready) return {};
  if (!needsCall(work, machine)) return asDeclared(work, machine, context);
  const { name } = vm.metadata;
  const leave = connection.enter(name, () => context.wake(name));
  if (!leave) return { requeueAfterMs: crowdedRetryMs };
  try {
    return await change(work, machine, connection, context, signal);
  } finally {
    leave();
  }
}

const change: Correction = async (work, machine, connection, context, signal) => {
  // A machine that shall stop is stopped before it is changed, one that shall run is changed before it is started.
  const steps = work.vm.spec.powerState === "On" ? [reconfigure, power] : [power, reconfigure];
  for (const step of steps) {
    const result = await step(work, machine, connection, context, signal);
    if (result) return result;
  }
  return asDeclared(work, machine, context);
};

function asDeclared(work: Work, machine: Machine, context: MachineContext): Step {
  const { vm, status } = work;
  if (powerStateOf(machine) !== vm.spec.powerState) return {};
  status.failures = undefined;
  setMachineCondition(work, context.clock, "Ready", "True", "AsDeclared", "the machine is as its spec says", vm.metadata.generation);
  return {};
}

const needsCall = ({ vm, status }: Work, machine: Machine) =>
  powerStateOf(machine) !== vm.spec.powerState ||
  status.observedGeneration !== vm.metadata.generation ||
  condition(status, "RestartRequired")?.status === "True";

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
  const request = {
    id: machine.id,
    uid: vm.metadata.uid,
    operation,
    gracefulTimeout: operation === PowerOperation.SHUTDOWN ? durationFromMs(vm.spec.shutdownTimeoutSeconds * 1000) : undefined,
  };
  setMachineCondition(work, context.clock, "Ready", "False", "PowerChanging", `bringing the machine to ${vm.spec.powerState}`);
  try {
    const { task } = await connection.calls.power(request, signal);
    if (task) {
      const startedAt = new Date(context.clock.now()).toISOString();
      status.task = { operation: "Power", ref: task.ref, startedAt, powerState: vm.spec.powerState };
      track(work, connection, context);
    } else await look(work, machine, "Power", connection, context, signal);
    return {};
  } catch (thrown) {
    return failed(work, "Power", thrown, connection, context, signal);
  }
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
  const { generation, name } = vm.metadata;
  const waiting = condition(status, "RestartRequired");
  const nowPossible = waiting?.status === "True" && powerStateOf(machine) === "Off";
  if (status.observedGeneration === generation && !nowPossible) return undefined;

  const resolution = await resolve(vm, providerOf(work), connection, context);
  if (resolution.state === "unresolved") {
    context.waitFor(name, resolution.waitFor);
    setMachineCondition(work, context.clock, "Resolved", "False", resolution.reason, resolution.message, generation);
    setMachineCondition(work, context.clock, "Ready", "False", resolution.reason, resolution.message);
    return { requeueAfterMs: resolution.retryAfterMs };
  }
  context.waitFor(name, []);
  setMachineCondition(work, context.clock, "Resolved", "True", "Resolved", "everything that the spec names is there", generation);
  if (!differs(resolution.spec, machine)) {
    status.observedGeneration = generation;
    if (waiting) setMachineCondition(work, context.clock, "RestartRequired", "False", "NothingWaits", "every change was made", generation);
    return undefined;
  }
  try {
    const request = { id: machine.id, uid: vm.metadata.uid, spec: resolution.spec, allowRestart: vm.spec.updatePolicy === "Restart" };
    const { task, restartRequired } = await connection.calls.reconfigure(request, signal);
    const waits = restartRequired.map((change) => changeNames.get(change) ?? String(change)).join(", ");
    if (waits === "")
      setMachineCondition(work, context.clock, "RestartRequired", "False", "NothingWaits", "every change was made", generation);
    else {
      const message = `waits for a restart: ${waits}; stop the machine, or set spec.updatePolicy to Restart`;
      setMachineCondition(work, context.clock, "RestartRequired", "True", "ChangesWait", message, generation);
    }
    setMachineCondition(work, context.clock, "Ready", "False", "Reconfiguring", `bringing the machine to generation ${generation}`);
    if (task) {
      status.task = { operation: "Reconfigure", ref: task.ref, startedAt: new Date(context.clock.now()).toISOString() };
      track(work, connection, context);
      return {};
    }
    status.observedGeneration = generation;
    context.record(vm, "Normal", "Reconfigured", `brought to generation ${generation} of its spec`);
    await look(work, machine, "Reconfigure", connection, context, signal);
    return {};
  } catch (thrown) {
    return failed(work, "Reconfigure", thrown, connection, context, signal);
  }
};

const changeNames = new Map<number, string>(Object.entries(Change).map(([key, value]) => [value, key.toLowerCase().replaceAll("_", " ")]));

function track(work: Work, connection: Connection, context: MachineContext): void {
  const { name } = work.vm.metadata;
  if (work.status.task) connection.tasks.track(work.status.task.ref, () => context.wake(name));
}

/** A change that was done at once is looked at, since no task tells and the stream may lag. */
async function look(
  work: Work,
  seen: Machine,
  operation: "Power" | "Reconfigure",
  connection: Connection,
  context: MachineContext,
  signal: AbortSignal,
): Promise<void> {
  const { name, uid } = work.vm.metadata;
  work.status.failures = undefined;
  context.asked.set(name, { operation, seen, untilMs: context.clock.now() + 15_000 });
  await connection.observer.look(seen.id, uid, signal);
  context.wake(name);
}

function failed(
  work: Work,
  operation: "Power" | "Reconfigure",
  thrown: unknown,
  connection: Connection,
  context: MachineContext,
  signal: AbortSignal,
): Step {
  if (signal.aborted) throw thrown;
  const error = asProviderError(thrown);
  if (error.reason === "UNAVAILABLE" && !connection.ready) return {};
  const result = noteFailure(work, context.clock, error);
  setMachineCondition(work, context.clock, "Ready", "False", error.reason, error.message);
  context.record(work.vm, "Warning", `${operation}Failed`, `${error.reason}: ${error.message}`);
  return result;
}
