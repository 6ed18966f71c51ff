import { durationFromMs, type VirtualMachine as Machine, PowerOperation } from "@remuda/contract";
import type { Clock } from "@remuda/reconciler";
import type { VirtualMachineSpec } from "@remuda/resources";
import { powerStateOf } from "./observe";
import { restartRequest } from "./restart";
import { type Correction, failed, follow, lookAgain } from "./step";
import { setMachineCondition, type Work } from "./work";

type PowerState = VirtualMachineSpec["powerState"];

/** What the machine shall be brought to now. One that is to be restarted is stopped first; once that is seen and noted, its spec starts it. */
export const wantedPower = (work: Work, machine: Machine, clock: Clock): PowerState =>
  work.vm.spec.powerState === "On" && powerStateOf(machine) === "On" && restartRequest(work, clock)?.inMs === 0
    ? "Off"
    : work.vm.spec.powerState;

export const power: Correction = async (work, machine, connection, context, signal) => {
  const { vm, status } = work;
  const wanted = wantedPower(work, machine, context.clock);
  const { shutdownTimeoutSeconds } = vm.spec;
  const known = connection.capabilities?.powerOperations ?? [];
  const operation = powerOperation(powerStateOf(machine), { powerState: wanted, shutdownTimeoutSeconds }, known);
  if (operation === undefined) return undefined;
  if (operation === "unsupported") {
    const message = `spec.powerState: provider ${connection.provider} can't bring a machine to ${wanted}`;
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
    gracefulTimeout: operation === PowerOperation.SHUTDOWN ? durationFromMs(shutdownTimeoutSeconds * 1000) : undefined,
  };
  const isRestart = wanted !== vm.spec.powerState;
  const [reason, message] = isRestart
    ? ["Restarting", `stopping the machine for the restart that was requested for ${restartRequest(work, context.clock)?.value}`]
    : ["PowerChanging", `bringing the machine to ${wanted}`];
  setMachineCondition(work, context.clock, "Ready", "False", reason, message);
  try {
    const { task } = await connection.calls.power(request, signal);
    context.asked.note(name, asking);
    if (task) return follow(work, task, { operation: "Power" }, connection, context);
  } catch (thrown) {
    return failed(work, { operation: "Power" }, thrown, connection, context, signal);
  }
  status.failures = undefined;
  return lookAgain(work, machine, connection, context, signal);
};

/** The next operation on the way to the state; undefined: it is there, or the platform did not say. */
export function powerOperation(
  actual: PowerState | undefined,
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
