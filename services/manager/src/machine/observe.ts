import { asProviderError, type VirtualMachine as Machine, MachineState, PowerState } from "@remuda/contract";
import type { Clock } from "@remuda/reconciler";
import type { VirtualMachineStatus } from "@remuda/resources";
import type { Connection } from "../provider/connection";
import { maxRetryMs } from "../retry";
import { lagMs } from "./asked";
import { crowdedRetryMs, type MachineContext } from "./context";
import { noteDrift } from "./drift";
import { askOnceMoreMs, beginAnew } from "./recreate";
import { awayFrom } from "./standing";
import { condition, providerOf, setMachineCondition, type Work } from "./work";

/** The machine as it was seen; or nothing can be said now, and nothing was changed but what Observed says. */
type Observation = { machine?: Machine; requeueAfterMs?: number };

const firstAskAgainMs = 5_000;

/** What is asked of a machine that was made: that it be shown so. */
const toShow = "shown";

/** Takes what the platform shows into the status. */
export async function observe(
  work: Work,
  connection: Connection | undefined,
  context: MachineContext,
  signal: AbortSignal,
): Promise<Observation> {
  if (!connection || connection.observer.lostSinceMs !== undefined) {
    const away = await awayFrom(providerOf(work), connection, context);
    if (away) setMachineCondition(work, context.clock, "Observed", "Unknown", away.reason, away.message);
    return {};
  }
  const { uid } = work.vm.metadata;
  const sight = connection.observer.sight(uid);
  if (sight.state === "unknown") return {};
  if (sight.state === "present") {
    if (!sight.live) return {};
    // While it is being made nothing is final; a task that ended may be ahead of the stream.
    if (sight.machine.state === MachineState.CREATING) return lookSoon(work, connection, context, signal);
    fill(work, sight.machine, context);
    return { machine: sight.machine };
  }
  // Not in a whole view. The platform itself has the last word.
  const makeAnew = work.vm.spec.recreatePolicy === "IfMissing";
  if ((condition(work.status, "Ready")?.reason === "Vanished" && !makeAnew) || !connection.ready) return {};
  // A task that is still followed may yet tell what became of the machine.
  if (work.status.missing && work.status.task) return {};
  const inMs = work.status.missing ? askOnceMoreMs(work, context.clock) : 0;
  return inMs > 0 ? { requeueAfterMs: inMs } : askFor(work, connection, context, signal);
}

/** Its task said that it is made, and the stream still shows it as it was: a stream that goes on so is not waited for. */
async function lookSoon(work: Work, connection: Connection, context: MachineContext, signal: AbortSignal): Promise<Observation> {
  const { asked } = context;
  const { name, uid } = work.vm.metadata;
  const isNew = asked.times(name, toShow) === 0;
  if (isNew) asked.note(name, toShow);
  const heldMs = asked.heldMs(name, toShow);
  if (isNew || heldMs > 0) return { requeueAfterMs: heldMs };
  if (!connection.ready) return {};
  asked.note(name, toShow);
  const seen = await askFor(work, connection, context, signal);
  // What its Create answered is true no more.
  if (!seen.machine && condition(work.status, "Ready")?.reason === "Vanished") connection.observer.drop(uid);
  return seen;
}

async function askFor(work: Work, connection: Connection, context: MachineContext, signal: AbortSignal): Promise<Observation> {
  const { clock } = context;
  const { name, uid } = work.vm.metadata;
  // Were all of a provider's machines absent, their questions must not take all the workers.
  const leave = connection.enter(name, () => context.wake(name));
  if (!leave) {
    setMachineCondition(
      work,
      clock,
      "Observed",
      "Unknown",
      "NotShown",
      `provider ${connection.provider} does not show the machine; it will be asked for it`,
    );
    return { requeueAfterMs: crowdedRetryMs };
  }
  try {
    // Also one that has another id by now is the machine.
    const machine = await connection.observer.look(work.status.missing ? "" : (work.status.id ?? ""), uid, signal);
    // Nothing of it is final yet.
    if (machine?.state === MachineState.CREATING) return { requeueAfterMs: context.asked.heldMs(name, toShow) || lagMs };
    if (machine) fill(work, machine, context);
    return { machine };
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    const error = asProviderError(thrown);
    if (error.reason !== "NOT_FOUND") {
      const message = `provider ${connection.provider} does not show the machine, and could not be asked for it: ${error.message}`;
      setMachineCondition(work, clock, "Observed", "Unknown", error.reason, message);
      return { requeueAfterMs: askAgainMs(work, clock, error.retryAfterMs) };
    }
  } finally {
    leave();
  }
  if (work.vm.spec.recreatePolicy === "IfMissing" && work.status.missing) {
    beginAnew(work, context);
    return { requeueAfterMs: 0 };
  }
  return vanished(work, context);
}

function vanished(work: Work, context: MachineContext): Observation {
  const { clock } = context;
  const makeAnew = work.vm.spec.recreatePolicy === "IfMissing";
  const whatNext = makeAnew ? "it is asked once more before it is made anew" : "delete the VirtualMachine and apply it again";
  const message = `the platform does not have the machine any more; ${whatNext}`;
  setMachineCondition(work, clock, "Ready", "False", "Vanished", message);
  setMachineCondition(work, clock, "Observed", "True", "Vanished", "the platform says that it is gone");
  work.status.powerState = undefined;
  context.record(work.vm, "Warning", "Vanished", message);
  if (!makeAnew) return {};
  const requeueAfterMs = askOnceMoreMs(work, clock);
  work.status.missing = { since: new Date(clock.now()).toISOString() };
  return { requeueAfterMs };
}

/** The longer nothing was seen, the seldomer it is asked. */
function askAgainMs({ status }: Work, clock: Clock, retryAfterMs = 0): number {
  const since = Date.parse(condition(status, "Observed")?.lastTransitionTime ?? "");
  const unseenMs = Number.isFinite(since) ? clock.now() - since : 0;
  return Math.max(retryAfterMs, Math.min(maxRetryMs, Math.max(firstAskAgainMs, unseenMs)));
}

const powerStates = {
  [PowerState.UNSPECIFIED]: undefined,
  [PowerState.ON]: "On",
  [PowerState.OFF]: "Off",
  [PowerState.SUSPENDED]: "Suspended",
} as const satisfies Record<PowerState, VirtualMachineStatus["powerState"]>;

/** The platform's word for running or not, as resources say it. */
export const powerStateOf = (machine: Machine): VirtualMachineStatus["powerState"] => powerStates[machine.powerState];

const powerEvents = { On: "Started", Off: "Stopped", Suspended: "Suspended" } as const;

function fill(work: Work, machine: Machine, context: MachineContext): void {
  const { status } = work;
  status.missing = undefined;
  const powerState = powerStateOf(machine);
  if (powerState && status.powerState !== powerState)
    context.record(work.vm, "Normal", powerEvents[powerState], `power state is ${powerState}`);
  setMachineCondition(work, context.clock, "Observed", "True", "Observed", "seen on the platform");
  if (machine.state === MachineState.FAILED) {
    const message = machine.problem?.message || "the platform gave up on the machine";
    setMachineCondition(work, context.clock, "Ready", "False", "PlatformFailed", message);
  } else if (["Vanished", "PlatformFailed"].includes(condition(status, "Ready")?.reason ?? "")) {
    setMachineCondition(work, context.clock, "Ready", "False", "Recovered", "the machine is seen again");
  }
  const seen: Partial<VirtualMachineStatus> = {
    id: machine.id,
    powerState,
    addresses: orUndefined(machine.interfaces.flatMap((nic) => nic.addresses)),
    interfaces: orUndefined(
      machine.interfaces.map(({ name, network, macAddress, addresses }) => ({
        name,
        ...(network && { network }),
        ...(macAddress && { macAddress }),
        ...(addresses.length > 0 && { addresses }),
      })),
    ),
    disks: orUndefined(
      machine.disks.map(({ id, name, capacityBytes, usedBytes, storage }) => ({
        id,
        name,
        capacityBytes,
        ...(usedBytes > 0 && { usedBytes }),
        ...(storage && { storage }),
      })),
    ),
    hardware: machine.hardware && { cpus: machine.hardware.cpus, memoryMiB: machine.hardware.memoryMib },
    host: machine.placement?.host || undefined,
    pricePerHour: machine.pricePerHour || undefined,
  };
  if (machine.state === MachineState.READY) noteDrift(work, seen, context);
  Object.assign(status, seen);
}

const orUndefined = <T>(list: T[]): T[] | undefined => (list.length > 0 ? list : undefined);
