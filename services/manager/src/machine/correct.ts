import { type VirtualMachine as Machine, MachineState } from "@remuda/contract";
import type { Connection } from "../provider/connection";
import { crowdedRetryMs, type MachineContext, type Step } from "./context";
import { powerStateOf } from "./observe";
import { power, wantedPower } from "./power";
import { reconfigure, reconfigureHeldMs, standsAgainstSpec } from "./reconfigure";
import { restartRequest } from "./restart";
import { type Correction, waitForReferences } from "./step";
import { condition, retryInMs, setMachineCondition, type Work } from "./work";

// The longest that a timer is set for, however far ahead a restart was asked for.
const longestWaitMs = 3_600_000;

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
  // Saved before the machine is started: a crash must not make it stop a second time.
  if (noteRestart(work, machine, context)) return { requeueAfterMs: 0 };
  if (!needsCall(work, machine, context)) {
    context.asked.forget(name);
    context.stirred.delete(name);
    context.waitFor(name, []);
    return asDeclared(work, machine, context);
  }
  const waitMs = context.stirred.has(name) ? 0 : retryInMs(work, context.clock);
  // That it can't have what its class has become is no reason to let it lie.
  const onlyPower = waitMs > 0 && work.status.failures?.classRevision !== undefined && differsInPower(work, machine, context);
  if (!onlyPower && !Number.isFinite(waitMs)) return waitForReferences(work, connection, context);
  if (!onlyPower && waitMs > 0) return { requeueAfterMs: waitMs };
  if (!connection.ready) return {};
  const leave = connection.enter(name, () => context.wake(name));
  if (!leave) return { requeueAfterMs: crowdedRetryMs };
  context.stirred.delete(name);
  try {
    return await (onlyPower ? power : change)(work, machine, connection, context, signal);
  } finally {
    leave();
  }
}

const change: Correction = async (work, machine, connection, context, signal) => {
  // A machine that shall stop is stopped before it is changed, one that shall run is changed before it is started; a suspended one can't be changed.
  const powerFirst = wantedPower(work, machine, context.clock) === "Off" || powerStateOf(machine) === "Suspended";
  for (const step of powerFirst ? [power, reconfigure] : [reconfigure, power]) {
    const result = await step(work, machine, connection, context, signal);
    if (result) return result;
  }
  return asDeclared(work, machine, context);
};

/** A machine that stands still has been restarted, as far as stopping it goes. */
function noteRestart(work: Work, machine: Machine, context: MachineContext): boolean {
  const { vm, status } = work;
  const request = restartRequest(work, context.clock);
  if (request?.inMs !== 0) return false;
  const shallRun = vm.spec.powerState === "On";
  if (shallRun && powerStateOf(machine) !== "Off") return false;
  status.restartedFor = request.value;
  const what = shallRun
    ? "the machine stands still, and is started again"
    : `nothing to restart: the machine shall be ${vm.spec.powerState}`;
  context.record(vm, "Normal", "Restarting", `${what}; a restart was requested for ${request.value}`);
  return true;
}

function asDeclared(work: Work, machine: Machine, context: MachineContext): Step {
  const { vm, status } = work;
  if (powerStateOf(machine) !== vm.spec.powerState) return {};
  status.failures = undefined;
  const heldMs = reconfigureHeldMs(work, context);
  const restartInMs = restartRequest(work, context.clock)?.inMs ?? 0;
  const nextMs = Math.min(heldMs || Number.POSITIVE_INFINITY, restartInMs || Number.POSITIVE_INFINITY, longestWaitMs);
  const step = heldMs > 0 || restartInMs > 0 ? { requeueAfterMs: nextMs } : {};
  const drifted = condition(status, "Drifted");
  if (drifted?.status === "True" && drifted.reason !== "WaitsForRestart") {
    setMachineCondition(work, context.clock, "Ready", "False", "Drifted", drifted.message);
    return step;
  }
  const waitsForRestart = condition(status, "RestartRequired")?.status === "True";
  const message = waitsForRestart ? "all is as its spec says but for what waits for a restart" : "the machine is as its spec says";
  setMachineCondition(work, context.clock, "Ready", "True", "AsDeclared", message, vm.metadata.generation);
  return step;
}

const differsInPower = (work: Work, machine: Machine, { clock }: MachineContext) =>
  powerStateOf(machine) !== wantedPower(work, machine, clock);

const needsCall = (work: Work, machine: Machine, context: MachineContext) =>
  differsInPower(work, machine, context) || standsAgainstSpec(work, machine, context) !== "same";
