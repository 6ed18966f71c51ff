import { PowerOperation, PowerState, ProviderError } from "@remuda/contract";
import { isRefusal } from "@remuda/libvirt-client";
import type { MachineKey, PowerOp, TaskRef } from "@remuda/provider-kit";
import { domainState, shutdownBy } from "./flags";
import type { Inventory, Seen } from "./inventory";
import { powerOf } from "./machine-view";
import type { Platform } from "./settings";
import { isActive } from "./stats";
import { taskOf } from "./tasks";
import { waitFor } from "./wait";

const goals = {
  [PowerOperation.ON]: PowerState.ON,
  [PowerOperation.OFF]: PowerState.OFF,
  [PowerOperation.SHUTDOWN]: PowerState.OFF,
  [PowerOperation.REBOOT]: PowerState.ON,
  [PowerOperation.RESET]: PowerState.ON,
  [PowerOperation.SUSPEND]: PowerState.SUSPENDED,
} as const;

/** A guest that is still starting misses the first press of its button. */
const pressAgainMs = 5_000;

export function createPower(platform: Platform) {
  const { machines, jobs } = platform;
  const stop = createStop(platform);

  return async function power(key: MachineKey, op: PowerOp, signal: AbortSignal): Promise<TaskRef | undefined> {
    const seen = await machines.own(key, signal);
    const { operation } = op;
    if (operation === PowerOperation.UNSPECIFIED) throw new ProviderError("UNSUPPORTED", "an unknown power operation");
    const restarts = operation === PowerOperation.REBOOT || operation === PowerOperation.RESET;
    // Whoever pulls the plug doesn't wait for a guest that is being asked.
    const current = jobs.current(seen.known.uuid);
    if (current?.operation === "power") {
      current.cancel();
      await current.ended;
    }
    jobs.mustBeIdle(seen.known.uuid);
    if (restarts && powerOf(seen) !== PowerState.ON) throw new ProviderError("CONFLICT", `${key.id} does not run`);
    if (!restarts && powerOf(seen) === goals[operation]) return undefined;
    if (operation === PowerOperation.SUSPEND && !isActive(seen.stats)) throw new ProviderError("CONFLICT", `${key.id} does not run`);
    const inventory = machines.inventoryOf(seen);
    const job = jobs.begin("power", seen.known.uuid, seen.known.uuid, async (report, stop) => {
      report("power", 0);
      await change(inventory, seen, op, stop);
      inventory.touch(seen.known.uuid);
    });
    return taskOf(job, seen.known.uuid, restarts ? undefined : goals[operation]);
  };

  async function change(inventory: Inventory, seen: Seen, { operation, gracefulTimeoutMs }: PowerOp, signal: AbortSignal): Promise<void> {
    const { dom, host } = seen;
    switch (operation) {
      case PowerOperation.RESET:
        await host.virt.call("domainReset", { dom, flags: 0 }, { signal });
        return;
      case PowerOperation.REBOOT:
        if (await asked(platform, inventory, seen, "reboot", gracefulTimeoutMs, signal)) return;
        await host.virt.call("domainReset", { dom, flags: 0 }, { signal });
        return;
      case PowerOperation.SHUTDOWN:
        await stop(inventory, seen, gracefulTimeoutMs, signal);
        return;
      case PowerOperation.ON:
      case PowerOperation.OFF:
      case PowerOperation.SUSPEND:
        await reach(inventory, seen, goals[operation], signal);
    }
  }
}

async function ask(
  { virt, facts }: Inventory["host"],
  dom: Seen["dom"],
  what: "stop" | "reboot",
  agent: boolean,
  signal: AbortSignal,
): Promise<void> {
  // libvirt's test driver knows no way but its own.
  const flags = facts.driver !== "QEMU" ? 0 : agent ? shutdownBy.agent : shutdownBy.acpi;
  try {
    await virt.call(what === "stop" ? "domainShutdownFlags" : "domainReboot", { dom, flags }, { signal });
  } catch (error) {
    // It stopped by itself, its agent is silent, or the platform knows no such way to ask: force comes when the time is over.
    if (!isRefusal(error, "OPERATION_INVALID", "AGENT_UNRESPONSIVE", "INVALID_ARG", "ARGUMENT_UNSUPPORTED", "INTERNAL_ERROR")) throw error;
  }
}

async function again(inventory: Inventory, seen: Seen, signal: AbortSignal): Promise<Seen> {
  const now = await inventory.one(seen.known.uuid, signal);
  if (!now) throw new ProviderError("NOT_FOUND", `there is no machine ${seen.known.uuid}`);
  return now;
}

/**
 * Takes the machine to a power state at once; done where it is there. What libvirt has begun it ends, so nobody stops waiting for what is short.
 */
export async function reach(inventory: Inventory, seen: Seen, goal: PowerState, signal: AbortSignal): Promise<void> {
  const { dom, host } = seen;
  const { virt } = host;
  const at = powerOf(seen);
  if (at === goal) return;
  const uuid = seen.known.uuid;
  if (goal === PowerState.OFF) {
    if (isActive(seen.stats)) await unlessThere(virt.call("domainDestroy", { dom }));
    else if (seen.saved) await virt.call("domainManagedSaveRemove", { dom, flags: 0 });
  } else if (goal === PowerState.ON) {
    if (seen.stats.state === domainState.paused) await virt.call("domainResume", { dom });
    else if (seen.stats.state === domainState.pmSuspended) await virt.call("domainPmWakeup", { dom, flags: 0 });
    else await unlessThere(virt.call("domainCreateWithFlags", { dom, flags: 0 }));
  } else {
    if (!isActive(seen.stats)) await unlessThere(virt.call("domainCreateWithFlags", { dom, flags: 0 }));
    // Saving takes as long as the memory is large, and shall hold up no other call.
    await (await host.bulk()).call("domainManagedSave", { dom, flags: 0 }, { signal, deadlineMs: Infinity });
  }
  inventory.touch(uuid);
}

/** Somebody else was faster: it is there already. */
async function unlessThere(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    if (!isRefusal(error, "OPERATION_INVALID")) throw error;
  });
}

/** Asks the guest, and asks again, until it has done so or the time is over; answers whether it has. */
async function asked(
  { clock }: Platform,
  inventory: Inventory,
  seen: Seen,
  what: "stop" | "reboot",
  timeoutMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  if (timeoutMs === 0) return false;
  const { dom, host } = seen;
  const { uuid } = seen.known;
  const before = inventory.restartsOf(uuid);
  const done = (now: Seen | undefined): boolean => (what === "reboot" ? inventory.restartsOf(uuid) > before : !now || !isActive(now.stats));
  for (let left = timeoutMs; left > 0; left -= pressAgainMs) {
    await ask(host, dom, what, seen.agent && left === timeoutMs, signal);
    if (await waitFor(inventory, uuid, done, { waitMs: Math.min(left, pressAgainMs), clock, signal })) return true;
  }
  return false;
}

/** Stops a machine: asks its guest, and pulls the plug when the time is over. */
export const createStop =
  (platform: Platform) =>
  async (inventory: Inventory, seen: Seen, timeoutMs: number, signal: AbortSignal): Promise<void> => {
    if (timeoutMs > 0 && powerOf(seen) === PowerState.SUSPENDED) await reach(inventory, seen, PowerState.ON, signal);
    if (await asked(platform, inventory, seen, "stop", timeoutMs, signal)) return;
    await reach(inventory, await again(inventory, seen, signal), PowerState.OFF, signal);
  };
