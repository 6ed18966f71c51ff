import { ProviderError, VirtualMachine } from "@remuda/contract";
import { type Clock, pause } from "./clock";
import type { Provider } from "./provider";
import type { WatchStream } from "./watch-stream";

export interface ListWatchDeps {
  provider: Provider;
  clock: Clock;
  intervalMs: number;
  draining: AbortSignal;
}

const afterChangeMs = 1000;
const listTimeoutMs = 60_000;
const machinesPerTurn = 1000;

interface Seen {
  machine: VirtualMachine;
  bytes: Uint8Array;
}

/**
 * Watch for platforms without events: one poller lists for all watchers and tells each what differs from the list before. A list that fails
 * shows nothing as gone: it ends every stream with its error, and the watchers come again.
 */
export function createListWatch({ provider, clock, intervalMs, draining }: ListWatchDeps) {
  const live = new Set<WatchStream>();
  // Watchers that came since the last list began: theirs must be younger than their call.
  let arrived = new Set<WatchStream>();
  let seen = new Map<string, Seen>();
  let running = false;
  let wake: AbortController | undefined;

  async function list(signal: AbortSignal): Promise<Map<string, Seen>> {
    const found = new Map<string, Seen>();
    for await (const machine of provider.list({}, signal)) {
      found.set(machine.id, { machine, bytes: VirtualMachine.encode(machine).finish() });
      if (found.size % machinesPerTurn === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    return found;
  }

  function tellChanges(found: Map<string, Seen>): void {
    for (const [id, { machine, bytes }] of found) {
      const before = seen.get(id);
      if (before && Buffer.compare(before.bytes, bytes) === 0) continue;
      for (const stream of live) stream.present(machine);
    }
    for (const [id, { machine }] of seen) {
      if (!found.has(id)) for (const stream of live) stream.gone(id, machine.uid);
    }
  }

  async function poll(): Promise<void> {
    const waiting = arrived;
    arrived = new Set();
    const controller = new AbortController();
    const stop = () => controller.abort(new ProviderError("INTERRUPTED", "the provider is stopping"));
    const cancelTimer = clock.setTimer(
      () => controller.abort(new ProviderError("TIMEOUT", "the platform did not list in time")),
      listTimeoutMs,
    );
    draining.addEventListener("abort", stop, { once: true });
    try {
      const found = await list(controller.signal);
      tellChanges(found);
      seen = found;
      for (const stream of waiting) {
        live.add(stream);
        for (const { machine } of found.values()) stream.present(machine);
        stream.bookmark();
      }
    } catch (error) {
      for (const stream of [...live, ...waiting]) stream.fail(error);
    } finally {
      cancelTimer();
      draining.removeEventListener("abort", stop);
    }
  }

  async function run(): Promise<void> {
    for (;;) {
      wake = new AbortController();
      await poll();
      for (const stream of live) if (stream.over.aborted) live.delete(stream);
      for (const stream of arrived) if (stream.over.aborted) arrived.delete(stream);
      if (live.size === 0 && arrived.size === 0) break;
      if (arrived.size === 0) await pause(clock, intervalMs * (0.9 + 0.2 * clock.random()), wake.signal);
    }
    seen = new Map();
    running = false;
  }

  return {
    add(stream: WatchStream): void {
      arrived.add(stream);
      wake?.abort();
      if (running) return;
      running = true;
      void run();
    },
    /** Something was changed through this process: look soon. */
    changed(): void {
      if (live.size === 0) return;
      const current = wake;
      clock.setTimer(() => current?.abort(), Math.min(afterChangeMs, intervalMs / 2));
    },
  };
}
