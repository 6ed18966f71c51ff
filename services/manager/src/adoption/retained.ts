import type { ProviderResource, ProviderStatus } from "@remuda/resources";
import type { ResourceStore } from "@remuda/store";
import type { Connection } from "../provider/connection";
import { saveStatus } from "../status";

// What is left over is seen to with the next check.
const mostAtOnce = 100;

/** Takes the marks off machines that were let go of while that was not possible, and forgets those that bear none any more. */
export async function settleRetained(provider: ProviderResource, connection: Connection, store: ResourceStore, signal: AbortSignal) {
  const retained = provider.status?.retained ?? [];
  const { observer, capabilities, calls } = connection;
  if (retained.length === 0 || !observer.live) return;
  const settled = new Set(retained.filter(({ uid }) => observer.sight(uid).state === "absent").map(({ uid }) => uid));
  const left = capabilities?.adoption ? retained.filter(({ uid }) => !settled.has(uid)).slice(0, mostAtOnce) : [];
  // What fails stays remembered, and is tried again with the next check.
  await Promise.allSettled(
    left.map(async ({ uid }) => {
      await calls.release({ id: "", uid }, signal);
      observer.drop(uid);
      settled.add(uid);
    }),
  );
  if (settled.size === 0) return;
  await saveStatus<ProviderStatus>(store, provider, (status = {}) => {
    const { retained: before = [], ...rest } = status;
    const after = before.filter(({ uid }) => !settled.has(uid));
    return after.length === 0 ? rest : { ...rest, retained: after };
  });
}
