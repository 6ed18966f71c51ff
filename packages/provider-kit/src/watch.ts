import { ProviderError, type ProviderServiceServer } from "@remuda/contract";
import type { Clock } from "./clock";
import { createListWatch } from "./list-watch";
import type { Metrics } from "./metrics";
import type { Provider } from "./provider";
import { checkWatch } from "./request-rules";
import type { Rpc } from "./rpc";
import { createWatchStream, type WatchStream } from "./watch-stream";
import { whileWanted } from "./while-wanted";

export interface WatchDeps {
  provider: Provider;
  rpc: Rpc;
  metrics: Metrics;
  clock: Clock;
  pollIntervalMs: number;
  heartbeatMs: number;
  maxPending: number;
  draining: AbortSignal;
}

/** WatchVirtualMachines, from the platform's own events or else by comparing lists. */
export function createWatch({ provider, rpc, metrics, clock, pollIntervalMs, heartbeatMs, maxPending, draining }: WatchDeps) {
  const lists = createListWatch({ provider, clock, intervalMs: pollIntervalMs, draining });

  const watch: ProviderServiceServer["watchVirtualMachines"] = (call) => {
    const opened = rpc.openStream("WatchVirtualMachines", call);
    metrics.watchers.inc();
    const stream = createWatchStream(call, opened, clock, { heartbeatMs, maxPending });
    const stop = () => stream.fail(new ProviderError("UNAVAILABLE", "the provider is stopping: watch again"));
    const over = () => {
      metrics.watchers.dec();
      draining.removeEventListener("abort", stop);
    };
    stream.over.addEventListener("abort", over, { once: true });
    try {
      checkWatch(call.request);
    } catch (error) {
      return stream.fail(error);
    }
    if (draining.aborted) return stop();
    draining.addEventListener("abort", stop, { once: true });
    const begin = () => {
      if (stream.over.aborted) return;
      if (provider.watch) void follow(provider.watch.bind(provider), call.request.owner, stream);
      else lists.add(stream);
    };
    const checking = opened.checkPlatform();
    if (checking) checking.then(begin, stream.fail);
    else begin();
  };

  return { watch, changed: lists.changed };
}

async function follow(watch: NonNullable<Provider["watch"]>, owner: string, stream: WatchStream): Promise<void> {
  let bookmarked = false;
  try {
    for await (const event of whileWanted(watch(owner === "" ? {} : { owner }, stream.over), stream.over)) {
      if (event.type === "present") stream.present(event.virtualMachine);
      else if (event.type === "gone") stream.gone(event.id, event.uid);
      else stream.bookmark();
      bookmarked ||= event.type === "bookmark";
      // The snapshot waits for the client; changes don't, lest the platform's events pile up behind one slow reader.
      if (!bookmarked) await stream.room();
    }
    stream.fail(new ProviderError("UNAVAILABLE", "the platform's events ended: watch again"));
  } catch (error) {
    stream.fail(error);
  }
}
