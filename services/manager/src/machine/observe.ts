import { asProviderError, type VirtualMachine as Machine, MachineState, PowerState } from "@remuda/contract";
import type { VirtualMachineStatus } from "@remuda/resources";
import type { Connection } from "../provider/connection";
import type { MachineContext } from "./context";
import { condition, providerOf, setMachineCondition, type Work } from "./work";

/** Takes what the platform shows into the status. Undefined: nothing can be said now, and nothing else was changed. */
export async function observe(
  work: Work,
  connection: Connection | undefined,
  context: MachineContext,
  signal: AbortSignal,
): Promise<Machine | undefined> {
  const { clock } = context;
  if (!connection) {
    setMachineCondition(work, clock, "Observed", "Unknown", "ProviderNotFound", `there is no Provider ${providerOf(work)}`);
    return undefined;
  }
  const { uid } = work.vm.metadata;
  const sight = connection.observer.sight(uid);
  const { lostSinceMs } = connection.observer;
  if (lostSinceMs !== undefined) {
    const message = `provider ${connection.provider} has shown nothing since ${new Date(lostSinceMs).toISOString()}`;
    setMachineCondition(work, clock, "Observed", "Unknown", "ProviderNotReady", message);
    return undefined;
  }
  if (sight.state === "unknown") return undefined;
  if (sight.state === "present") {
    // While it is being made nothing is final; a task that ended may be ahead of the stream.
    if (!sight.live || sight.machine.state === MachineState.CREATING) return undefined;
    fill(work, sight.machine, context);
    return sight.machine;
  }

  // Not in a whole view. The platform itself has the last word.
  if (condition(work.status, "Ready")?.reason === "Vanished" || !connection.ready) return undefined;
  try {
    const machine = await connection.observer.look(work.status.id ?? "", uid, signal);
    if (machine) fill(work, machine, context);
    return machine;
  } catch (thrown) {
    if (asProviderError(thrown).reason !== "NOT_FOUND") throw thrown;
  }
  const message = "the platform does not have the machine any more; delete the VirtualMachine and apply it again";
  setMachineCondition(work, clock, "Ready", "False", "Vanished", message);
  setMachineCondition(work, clock, "Observed", "True", "Vanished", "the platform says that it is gone");
  work.status.powerState = undefined;
  context.record(work.vm, "Warning", "Vanished", message);
  return undefined;
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
  Object.assign(status, seen);
}

const orUndefined = <T>(list: T[]): T[] | undefined => (list.length > 0 ? list : undefined);
