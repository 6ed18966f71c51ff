import type { VirtualMachine } from "@remuda/contract";
import type { Guests } from "./guests";
import type { Inventory, Seen } from "./inventory";
import { machineView } from "./machine-view";

/** Machines as the contract shows them, with what is known of their guests. */
export function createViews(guests: Guests) {
  return {
    one: async (seen: Seen, signal: AbortSignal): Promise<VirtualMachine> => machineView(seen, await guests.ofOne(seen, signal)),
    async all(inventory: Inventory, signal: AbortSignal): Promise<VirtualMachine[]> {
      const machines = await inventory.all(signal);
      const views = await guests.of(inventory.host, machines, signal);
      return machines.map((seen) => machineView(seen, views.get(seen.known.uuid)));
    },
  };
}

export type Views = ReturnType<typeof createViews>;
