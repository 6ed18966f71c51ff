import { cancelTask, faultOf, type MoRef, type Params, type Vim, VsphereError } from "@remuda/vsphere-client";
import { cancelled } from "./jobs";
import type { Machine } from "./machine";
import type { Platform } from "./platform";

/** The methods that answer nothing but a task. */
export type TaskMethod =
  | "CloneVM_Task"
  | "CreateVM_Task"
  | "CreateSnapshot_Task"
  | "Destroy_Task"
  | "PowerOffVM_Task"
  | "PowerOnVM_Task"
  | "ReconfigVM_Task"
  | "RemoveSnapshot_Task"
  | "ResetVM_Task"
  | "RevertToSnapshot_Task"
  | "SuspendVM_Task";

/** Begins a task of vCenter's and waits for its end; answers its result. A stop cancels it where vCenter can. */
export async function perform<M extends TaskMethod>(
  { client, follower }: Pick<Platform, "client" | "follower">,
  target: MoRef,
  method: M,
  params: Params<M>,
  signal: AbortSignal,
  onProgress?: (percent: number) => void,
): Promise<unknown> {
  const task = (await client.call(target, method, params, signal)) as MoRef; // Every method of the list answers one.
  return await settled({ client, follower }, task, signal, onProgress);
}

export async function settled(
  { client, follower }: Pick<Platform, "client" | "follower">,
  task: MoRef,
  signal: AbortSignal,
  onProgress?: (percent: number) => void,
): Promise<unknown> {
  try {
    const ended = await follower.ended(task, signal, onProgress);
    if (ended.state === "done") return ended.info.result;
    if (ended.state === "failed") throw ended.error;
    throw new VsphereError("NOT_FOUND", `vCenter has forgotten the task ${task.value}`);
  } catch (error) {
    if (signal.reason === cancelled) await stop({ client, follower }, task);
    throw error;
  }
}

const stopMs = 60_000;

/** Cancels the task and waits for its end: what it leaves is there only then. With a signal of its own, for the operation's has stopped it. */
async function stop({ client, follower }: Pick<Platform, "client" | "follower">, task: MoRef): Promise<void> {
  const signal = AbortSignal.timeout(stopMs);
  try {
    // One that can't be cancelled runs to its end.
    await cancelTask(client, task, signal);
    await follower.ended(task, signal);
  } catch (error) {
    if (!(error instanceof VsphereError) && !signal.aborted) throw error;
  }
}

/** A change of power; a machine that is there already is done. */
export async function power(
  platform: Platform,
  { ref }: Pick<Machine, "ref">,
  state: Vim<"VirtualMachineRuntimeInfo">["powerState"],
  signal: AbortSignal,
): Promise<void> {
  platform.inventory.touch(ref);
  try {
    if (state === "poweredOn") await perform(platform, ref, "PowerOnVM_Task", {}, signal);
    else await perform(platform, ref, state === "suspended" ? "SuspendVM_Task" : "PowerOffVM_Task", {}, signal);
  } catch (error) {
    if (faultOf(error, "InvalidPowerState")?.existingState !== state) throw error;
  } finally {
    platform.inventory.touch(ref);
  }
}

export async function reconfigure(
  platform: Platform,
  ref: MoRef,
  spec: Vim<"VirtualMachineConfigSpec">,
  signal: AbortSignal,
): Promise<void> {
  platform.inventory.touch(ref);
  try {
    await perform(platform, ref, "ReconfigVM_Task", { spec }, signal);
  } finally {
    platform.inventory.touch(ref);
  }
}

const shutdownPollMs = 1_000;

/** Asks the guest, where its tools answer, and stops it by force when the time has passed. */
export async function shutDown(platform: Platform, machine: Machine, timeoutMs: number, signal: AbortSignal): Promise<void> {
  const end = platform.now() + timeoutMs;
  if (timeoutMs > 0 && machine.properties["runtime.powerState"] === "poweredOn" && (await askGuest(platform, machine.ref, signal))) {
    platform.inventory.touch(machine.ref);
    while (platform.now() < end) {
      await platform.pause(Math.min(shutdownPollMs, Math.max(1, end - platform.now())), signal);
      signal.throwIfAborted();
      const now = await platform.inventory.read(machine.ref, signal);
      if (!now || now.properties["runtime.powerState"] === "poweredOff") return;
    }
  }
  await power(platform, machine, "poweredOff", signal);
}

async function askGuest({ client }: Platform, ref: MoRef, signal: AbortSignal): Promise<boolean> {
  try {
    await client.call(ref, "ShutdownGuest", {}, signal);
    return true;
  } catch (error) {
    // No tools, or a guest that can't be asked now: force is what is left.
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
