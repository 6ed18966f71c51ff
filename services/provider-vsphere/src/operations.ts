import { type Change, PowerOperation, ProviderError } from "@remuda/contract";
import type { PowerOp, Reconfiguration } from "@remuda/provider-kit";
import { faultOf, type MoRef, type Vim } from "@remuda/vsphere-client";
import { planChange } from "./change";
import { planContext } from "./create";
import { removeDevice } from "./devices";
import type { Report } from "./jobs";
import { type Machine, namedDisks } from "./machine";
import { only } from "./places";
import type { Platform } from "./platform";
import { perform, power, reconfigure, shutDown } from "./steps";

/** What goes on after the call that began it. */
export type Work = (report: Report, signal: AbortSignal) => Promise<void>;

/** How a machine is when an operation has done what it is for; undefined: it can't be told from its state. */
export type Goal = Vim<"VirtualMachinePowerState"> | undefined;

/** Answers undefined where the machine is there already. */
export function powerWork(
  platform: Platform,
  machine: Machine,
  { operation, gracefulTimeoutMs }: PowerOp,
): { work: Work; goal: Goal } | undefined {
  const state = machine.properties["runtime.powerState"];
  const change = (goal: Vim<"VirtualMachinePowerState">, work: Work) => (state === goal ? undefined : { work, goal });
  switch (operation) {
    case PowerOperation.ON:
      return change("poweredOn", (_, signal) => power(platform, machine, "poweredOn", signal));
    case PowerOperation.OFF:
      return change("poweredOff", (_, signal) => power(platform, machine, "poweredOff", signal));
    case PowerOperation.SHUTDOWN:
      return change("poweredOff", (_, signal) => shutDown(platform, machine, gracefulTimeoutMs, signal));
    case PowerOperation.SUSPEND:
      // A machine that is off has nothing to suspend.
      return state === "poweredOff" ? undefined : change("suspended", (_, signal) => power(platform, machine, "suspended", signal));
    case PowerOperation.RESET:
    case PowerOperation.REBOOT: {
      if (state !== "poweredOn") return { goal: "poweredOn", work: (_, signal) => power(platform, machine, "poweredOn", signal) };
      const ask = operation === PowerOperation.REBOOT && gracefulTimeoutMs > 0;
      return { goal: undefined, work: (_, signal) => restart(platform, machine, ask, signal) };
    }
    default:
      throw new ProviderError("UNSUPPORTED", `power operation ${operation}`);
  }
}

async function restart(platform: Platform, { ref }: Machine, ask: boolean, signal: AbortSignal): Promise<void> {
  platform.inventory.touch(ref);
  if (ask && (await rebootGuest(platform, ref, signal))) return;
  await perform(platform, ref, "ResetVM_Task", {}, signal);
  platform.inventory.touch(ref);
}

/** vCenter doesn't tell when a guest has restarted: that it took the wish is all there is to know. */
async function rebootGuest({ client }: Platform, ref: MoRef, signal: AbortSignal): Promise<boolean> {
  try {
    await client.call(ref, "RebootGuest", {}, signal);
    return true;
  } catch (error) {
    if (
      faultOf(error, "ToolsUnavailable") ||
      faultOf(error, "InvalidState") ||
      faultOf(error, "TaskInProgress") ||
      faultOf(error, "NotSupported")
    )
      return false;
    throw error;
  }
}

/** Stops the machine and removes it with its disks, but for those that shall be kept. */
export function deleteWork(platform: Platform, machine: Machine): Work {
  return async (report, signal) => {
    try {
      if (machine.properties["runtime.powerState"] !== "poweredOff") {
        report("stopping", 10);
        await power(platform, machine, "poweredOff", signal);
      }
      const retained = namedDisks(machine).filter(({ name }) => machine.marks?.retained.includes(name));
      if (retained.length > 0) {
        report("detaching", 40);
        const deviceChange = retained.map(({ disk }) => removeDevice(disk));
        await reconfigure(platform, machine.ref, { _typeName: "VirtualMachineConfigSpec", deviceChange }, signal);
      }
      report("deleting", 60);
      platform.inventory.touch(machine.ref);
      await perform(platform, machine.ref, "Destroy_Task", {}, signal);
    } catch (error) {
      // Somebody was faster: it is gone.
      if (faultOf(error, "ManagedObjectNotFound")?.obj.value !== machine.ref.value) throw error;
    } finally {
      platform.inventory.touch(machine.ref);
    }
  };
}

export interface ReconfigureWork {
  /** Undefined: there is nothing to do, or nothing that may be done. */
  work: Work | undefined;
  restartRequired: Change[];
}

/** Live what can be live; the rest with a restart, where that is allowed. */
export async function reconfigureWork(
  platform: Platform,
  machine: Machine,
  { spec, allowRestart }: Reconfiguration,
  signal: AbortSignal,
): Promise<ReconfigureWork> {
  const places = await platform.places.load(signal);
  const datacenter =
    places.datacenterOf(machine.properties.parent) ?? only(places.datacenters, { field: "spec.placement.zone", kind: "datacenter" }).ref;
  const { live, whole, restart } = planChange(machine, spec, planContext(platform, places, datacenter, false));
  if (restart.length === 0 || !allowRestart) {
    return { restartRequired: restart, work: live && ((_, stop) => reconfigure(platform, machine.ref, live, stop)) };
  }
  return {
    restartRequired: [],
    async work(report, stop) {
      report("stopping", 10);
      await shutDown(platform, machine, 60_000, stop);
      report("configuring", 50);
      if (whole) await reconfigure(platform, machine.ref, whole, stop);
      report("starting", 80);
      await power(platform, machine, "poweredOn", stop);
    },
  };
}
