import type { VirtualMachine, VirtualMachineEvent } from "@remuda/contract";
import type { RuleContext } from "./context";
import { BrokenPromise } from "./expect";

/** A watch, and the machines as its events tell them. */
export interface MachineWatch {
  machines: ReadonlyMap<string, VirtualMachine>;
  /** In their order. */
  events: readonly VirtualMachineEvent[];
  /** Waits until the condition holds; looks after every message. */
  until(what: string, holds: () => boolean): Promise<void>;
  /** Up to and with the bookmark. */
  snapshot(): Promise<void>;
  stop(): Promise<void>;
}

/** Opens a watch at once; nothing waits for its answer yet. */
export function openWatch(ctx: RuleContext, owner: string, timeoutMs = ctx.settings.taskTimeoutMs): MachineWatch {
  const stop = new AbortController();
  const machines = new Map<string, VirtualMachine>();
  const events: VirtualMachineEvent[] = [];
  let failure: unknown;
  let wake = () => {};
  const stream = ctx.client.watchVirtualMachines({ owner }, { signal: AbortSignal.any([ctx.signal, stop.signal]) });
  const read = async () => {
    try {
      for await (const message of stream) {
        for (const each of message.events) {
          events.push(each);
          if (each.event?.$case === "present") machines.set(each.event.value.id, each.event.value);
          if (each.event?.$case === "gone") machines.delete(each.event.value.id);
        }
        wake();
      }
      failure = new BrokenPromise("the watch ended by itself");
    } catch (error) {
      failure = error;
    }
    wake();
  };
  const reading = read();

  const watch: MachineWatch = {
    machines,
    events,
    async until(what, holds) {
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        wake();
      }, timeoutMs);
      try {
        while (!holds()) {
          if (failure !== undefined) throw failure;
          if (late) throw new BrokenPromise(`not within ${timeoutMs} ms: ${what}`);
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      } finally {
        clearTimeout(timer);
      }
    },
    snapshot: () => watch.until("a watch's bookmark", () => events.some(({ event }) => event?.$case === "bookmark")),
    async stop() {
      stop.abort();
      await reading;
    },
  };
  return watch;
}
