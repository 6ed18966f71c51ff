import { asProviderError } from "@remuda/contract";
import type { ProviderResource, ProviderStatus } from "@remuda/resources";
import { crowdedRetryMs, type MachineContext } from "../machine/context";
import { standingOf } from "../machine/standing";
import { providerOf, type Work } from "../machine/work";
import type { Connection } from "../provider/connection";
import { saveStatus } from "../status";

/**
 * Lets go of a machine that stays: its marks are taken off, so that anyone may take it over. Where they can't be, the Provider's status remembers
 * the machine, so that it counts for no orphan. Undefined words: not yet.
 */
export async function letGo(
  work: Work,
  connection: Connection | undefined,
  context: MachineContext,
  signal: AbortSignal,
): Promise<{ told: string } | { requeueAfterMs?: number }> {
  const { vm, status } = work;
  const stays = `machine ${status.id ?? "without a known id"} stays on its platform`;
  const standing = await standingOf(providerOf(work), context);
  // Not tried yet in this process: it may be there in a moment.
  if (standing === "connecting") return {};
  let why = "its provider can't be asked now";
  if (connection?.ready && connection.capabilities?.adoption) {
    const leave = connection.enter(vm.metadata.name, () => context.wake(vm.metadata.name));
    if (!leave) return { requeueAfterMs: crowdedRetryMs };
    try {
      await connection.calls.release({ id: "", uid: vm.metadata.uid }, signal);
      connection.observer.drop(vm.metadata.uid);
      return { told: `${stays}, without marks` };
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      const { reason, message } = asProviderError(thrown);
      why = `${reason}: ${message}`;
    } finally {
      leave();
    }
  } else if (connection?.ready) why = "its provider can't take them off";
  await remember(work, context);
  return { told: `${stays}, and bears its marks still: ${why}` };
}

async function remember(work: Work, { store }: MachineContext): Promise<void> {
  const { metadata } = work.vm;
  const { uid, name } = metadata;
  const { id } = work.status;
  // The store keeps each kind with its own schema.
  const provider = (await store.get("Provider", providerOf(work))) as ProviderResource | undefined;
  if (!provider) return;
  await saveStatus<ProviderStatus>(store, provider, (status = {}) => ({
    ...status,
    retained: [...(status.retained ?? []).filter((machine) => machine.uid !== uid), { uid, name, ...(id !== undefined && { id }) }],
  }));
}
