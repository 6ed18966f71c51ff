import type { ProviderClient } from "@remuda/contract";
import { type Limits, limited } from "./limits";

/** The provider's calls that the manager uses, behind its limits. Each takes the request and a signal, and fails with a ProviderError. */
export type ProviderCalls = ReturnType<typeof limitCalls>;

export const limitCalls = (client: ProviderClient, limits: Limits) => ({
  validate: limited(limits, "Validate", client.validate),
  getCapabilities: limited(limits, "GetCapabilities", client.getCapabilities),
  create: limited(limits, "Create", client.create),
  delete: limited(limits, "Delete", client.delete),
  power: limited(limits, "Power", client.power),
  reconfigure: limited(limits, "Reconfigure", client.reconfigure),
  describe: limited(limits, "Describe", client.describe),
  isTaskComplete: limited(limits, "IsTaskComplete", client.isTaskComplete, "longCall"),
  listVirtualMachines: limited(limits, "ListVirtualMachines", client.listVirtualMachines),
  prepareImage: limited(limits, "PrepareImage", client.prepareImage),
  /** Unlimited: one stream a provider. */
  watchVirtualMachines: client.watchVirtualMachines,
});
