import { MachineState, PowerOperation, PowerState, ProviderError } from "@remuda/contract";
import type { MachineKey, PowerOp, TaskRef } from "@remuda/provider-kit";
import type { MachineRecord, Problem, Work } from "./records";
import type { World } from "./world";

/** Off or reset at once ends a guest's slow way there. */
const impatient: ReadonlySet<PowerOperation> = new Set([PowerOperation.OFF, PowerOperation.RESET]);
const graceful: ReadonlySet<PowerOperation> = new Set([PowerOperation.SHUTDOWN, PowerOperation.REBOOT]);

export function power(world: World, key: MachineKey, op: PowerOp): TaskRef | undefined {
  const { machines, tasks, latencyMs } = world;
  const { operation } = op;
  const running = world.machines.owned(key).task;
  const work = running === undefined ? undefined : tasks.get(running)?.work;
  if (running !== undefined && work?.kind === "power") {
    if (work.operation === operation) return running;
    if (impatient.has(operation) && graceful.has(work.operation)) tasks.interrupt(running, "force was asked for");
  }
  const machine = machines.owned(key);
  requireIdle(machine);

  const to = target(machine, operation);
  if (to === undefined) return undefined;
  const asksGuest = graceful.has(operation) && machine.power === PowerState.ON;
  const guestMs = asksGuest ? Math.min(machine.guestShutdownMs ?? world.guestShutdownMs, op.gracefulTimeoutMs) : 0;
  world.note("power", { id: machine.id, operation: String(operation) });
  return tasks.start({ kind: "power", machineId: machine.id, operation, to }, latencyMs.power + guestMs);
}

/** Where the operation leads; undefined: it is there already. */
function target({ id, power: now }: MachineRecord, operation: PowerOperation): PowerState | undefined {
  switch (operation) {
    case PowerOperation.ON:
      return now === PowerState.ON ? undefined : PowerState.ON;
    case PowerOperation.OFF:
    case PowerOperation.SHUTDOWN:
      return now === PowerState.OFF ? undefined : PowerState.OFF;
    case PowerOperation.SUSPEND:
      if (now === PowerState.OFF) throw new ProviderError("CONFLICT", `${id} is off; only a running machine can be suspended`);
      return now === PowerState.SUSPENDED ? undefined : PowerState.SUSPENDED;
    case PowerOperation.REBOOT:
    case PowerOperation.RESET:
      if (now !== PowerState.ON) throw new ProviderError("CONFLICT", `${id} does not run; only a running machine can be restarted`);
      return PowerState.ON;
    default:
      throw new ProviderError("UNSUPPORTED", `power operation ${operation}`);
  }
}

export function settlePower({ machines }: World, work: Work & { kind: "power" }, problem: Problem | undefined): void {
  const machine = machines.get(work.machineId);
  if (!machine) return;
  const { task: _, ...rest } = machine;
  machines.put(problem ? rest : { ...rest, power: work.to });
}

/** The machine is made, and nothing else works on it. */
export function requireIdle(machine: MachineRecord): void {
  if (machine.state === MachineState.FAILED)
    throw new ProviderError("CONFLICT", `${machine.id} could not be made: ${machine.problem?.message ?? ""}`);
  if (machine.state === MachineState.READY && machine.task === undefined) return;
  const what =
    machine.state === MachineState.CREATING ? "is being made" : machine.state === MachineState.DELETING ? "is being deleted" : "is busy";
  throw new ProviderError("CONFLICT", `${machine.id} ${what}`, { retryAfterMs: 500 });
}
