import { Change, type VirtualMachine as Machine } from "@remuda/contract";
import { appliedOf, labelsChanged } from "./applied";
import type { MachineContext } from "./context";
import { driftAsked, driftToCorrect } from "./drift";
import { powerStateOf } from "./observe";
import { resolve } from "./resolve";
import { type Correction, failed, follow, lookAgain } from "./step";
import { condition, providerOf, setMachineCondition, type Work } from "./work";

const waitsForRestart = ({ status }: Work) => condition(status, "RestartRequired")?.status === "True";

/** Whether the machine differs from what is declared, but for its power. "same" also before its turn to get what its class has become. */
export function standsAgainstSpec(work: Work, machine: Machine, context: MachineContext): "same" | "changed" | "differs" {
  const { vm, status } = work;
  if (status.observedGeneration !== vm.metadata.generation) return "changed";
  const { applied } = status;
  // A suspended machine can't be changed: what is not its own spec's change waits until it runs or is stopped.
  if (powerStateOf(machine) === "Suspended") return "same";
  const vmClass = applied?.class;
  if (vmClass && context.classes.isOutdated(vmClass)) return context.classes.enter(vmClass.name, vm.metadata.name) ? "changed" : "same";
  if (labelsChanged(vm, applied)) return "changed";
  // What waited for a restart can be changed now.
  const canChangeNow = waitsForRestart(work) && powerStateOf(machine) === "Off";
  return canChangeNow || driftToCorrect(work) ? "differs" : "same";
}

/** Milliseconds until what the platform did not do may be asked for again. */
export const reconfigureHeldMs = (work: Work, context: MachineContext) => context.asked.heldMs(work.vm.metadata.name, reconfiguring(work));

const reconfiguring = ({ vm, status: { drift } }: Work) =>
  `Reconfigure to generation ${vm.metadata.generation}${drift ? ` against changed ${drift.join()}` : ""}`;

export const reconfigure: Correction = async (work, machine, connection, context, signal) => {
  const { vm, status } = work;
  const { generation, name, uid } = vm.metadata;
  const standing = standsAgainstSpec(work, machine, context);
  if (standing === "same" || (standing === "differs" && reconfigureHeldMs(work, context) > 0)) return undefined;

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
  const applied = appliedOf(vm, resolution.class);
  const classRevision = status.observedGeneration === generation ? newRevision(work, applied) : undefined;
  try {
    // Asked for with every change of the spec, whatever the machine looks like: not everything that can be declared is shown by every platform.
    const request = { id: machine.id, uid, spec: resolution.spec(), allowRestart: vm.spec.updatePolicy === "Restart" };
    const { task, restartRequired } = await connection.calls.reconfigure(request, signal);
    const asking = reconfiguring(work);
    const waits = restartRequired.map((change) => changeNames.get(change) ?? String(change)).join(", ");
    driftAsked(work, context, waits, context.asked.times(name, asking));
    context.asked.note(name, asking);
    if (waits === "")
      setMachineCondition(work, context.clock, "RestartRequired", "False", "NothingWaits", "every change was made", generation);
    else {
      const message = `waits for a restart: ${waits}; restart or stop the machine, or set spec.updatePolicy to Restart`;
      setMachineCondition(work, context.clock, "RestartRequired", "True", "ChangesWait", message, generation);
    }
    if (task) {
      setMachineCondition(work, context.clock, "Ready", "False", "Reconfiguring", `bringing the machine to generation ${generation}`);
      return follow(work, task, { operation: "Reconfigure", brings: { ...applied, generation } }, connection, context);
    }
  } catch (thrown) {
    return failed(work, { operation: "Reconfigure", classRevision }, thrown, connection, context, signal);
  }
  status.failures = undefined;
  status.observedGeneration = generation;
  status.applied = applied;
  context.record(vm, "Normal", "Reconfigured", `brought to generation ${generation} of its spec`);
  return lookAgain(work, machine, connection, context, signal);
};

/** What its class has become, if the machine does not have that yet. */
const newRevision = ({ status }: Work, { class: wanted }: ReturnType<typeof appliedOf>): string | undefined =>
  wanted && wanted.revision !== status.applied?.class?.revision ? wanted.revision : undefined;

const changeNames = new Map<number, string>(Object.entries(Change).map(([key, value]) => [value, key.toLowerCase().replaceAll("_", " ")]));
