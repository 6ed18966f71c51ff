import { z } from "zod";
import { name, type Resource } from "./metadata";

const networkShape = {
  network: z.string().min(1).max(1024).describe("The platform's network: id, name or path."),
  vlan: z.int().min(1).max(4094).optional().describe("VLAN tag."),
};

export const vmNetworkSpecSchema = z.strictObject({
  network: networkShape.network.optional().describe("The platform's network, for providers that are not named below."),
  vlan: networkShape.vlan,
  gateway: z.union([z.ipv4(), z.ipv6()]).optional().describe("Default gateway of interfaces with static addresses."),
  nameservers: z
    .array(z.union([z.ipv4(), z.ipv6()]))
    .max(8)
    .optional()
    .describe("Name servers of interfaces with static addresses."),
  providers: z
    .array(z.strictObject({ provider: name.describe("A Provider's name."), ...networkShape }))
    .max(64)
    .optional()
    .describe("What it is on single providers."),
});

export type VMNetworkSpec = z.output<typeof vmNetworkSpecSchema>;
export type VMNetwork = Resource<VMNetworkSpec, Record<string, never>>;
