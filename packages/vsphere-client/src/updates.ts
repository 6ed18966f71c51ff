import { service, type VsphereClient } from "./client";
import { VsphereError } from "./error";
import type { MoRef, Vim } from "./schema";

/** How long one long-poll may be held; the server answers nothing when it has passed. */
const maxWaitSeconds = 60;
const cleanUpMs = 10_000;

export interface UpdateOptions {
  /** Milliseconds after which the stream ends though nothing happened. None: when the signal aborts. */
  waitMs?: number;
}

/**
 * What a filter's objects are, then every change, as the server tells it: WaitForUpdatesEx on a collector of its own, which ends with the reader.
 * A session that ends takes the collector with it: then this fails, and who reads on begins anew.
 */
export async function* updates(
  client: VsphereClient,
  spec: Vim<"PropertyFilterSpec">,
  { waitMs = Number.POSITIVE_INFINITY }: UpdateOptions,
  signal: AbortSignal,
): AsyncGenerator<Vim<"UpdateSet">, void, void> {
  const collector = await client.call(await service(client, "propertyCollector", signal), "CreatePropertyCollector", {}, signal);
  try {
    await client.call(collector, "CreateFilter", { spec, partialUpdates: false }, signal);
    const end = performance.now() + waitMs;
    let version = "";
    for (;;) {
      const seconds = Math.min(maxWaitSeconds, Math.ceil((end - performance.now()) / 1000));
      if (seconds <= 0) return;
      const set = await wait(client, collector, version, seconds, signal);
      if (!set) continue;
      version = set.version;
      yield set;
    }
  } finally {
    await destroy(client, collector);
  }
}

async function wait(client: VsphereClient, collector: MoRef, version: string, seconds: number, signal: AbortSignal) {
  const options = { _typeName: "WaitOptions" as const, maxWaitSeconds: seconds, maxObjectUpdates: 500 };
  return await client.call(collector, "WaitForUpdatesEx", { version, options }, signal, { timeoutMs: (seconds + 30) * 1000 });
}

/** With a signal of its own: the reader's is often what ended the stream. */
async function destroy(client: VsphereClient, collector: MoRef): Promise<void> {
  try {
    await client.call(collector, "DestroyPropertyCollector", {}, AbortSignal.timeout(cleanUpMs));
  } catch (error) {
    // It ends with its session at the latest.
    if (!(error instanceof VsphereError || (error instanceof DOMException && error.name === "TimeoutError"))) throw error;
  }
}
