import { type VirtualMachine, VirtualMachineEvent, type VirtualMachineGone, WatchVirtualMachinesResponse } from "@remuda/contract";
import type { Handlers } from "./handler-types";
import type { Platform } from "./platform";

type Event = NonNullable<VirtualMachineEvent["event"]>;

/** Listens before it reads the snapshot, so that nothing falls between the two. */
export function createWatch(platform: Platform, heartbeatMs: number): Handlers["watchVirtualMachines"] {
  return async function* ({ owner }, { signal }) {
    const queue: Event[] = [];
    let wake = () => {};
    const push = (event: Event) => {
      queue.push(event);
      wake();
    };
    const owned = new Set<string>();
    const onPresent = (machine: VirtualMachine) => {
      if (owner !== "" && machine.owner !== owner) return;
      owned.add(machine.id);
      push({ $case: "present", value: structuredClone(machine) });
    };
    const onGone = (gone: VirtualMachineGone) => {
      if (owned.delete(gone.id)) push({ $case: "gone", value: gone });
    };
    platform.events.on("present", onPresent).on("gone", onGone);
    const heartbeat = setInterval(() => push({ $case: "heartbeat", value: {} }), heartbeatMs);
    const stop = () => wake();
    signal.addEventListener("abort", stop);
    try {
      for (const { shown } of platform.machines.values()) onPresent(shown);
      push({ $case: "bookmark", value: {} });
      while (!signal.aborted) {
        const events = queue.splice(0).map((event) => VirtualMachineEvent.create({ event }));
        if (events.length > 0) yield WatchVirtualMachinesResponse.create({ events });
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } finally {
      clearInterval(heartbeat);
      signal.removeEventListener("abort", stop);
      platform.events.off("present", onPresent).off("gone", onGone);
    }
  };
}
