import { z } from "zod";
import { name, type Resource } from "./metadata";
import { line, repeated } from "./text";

const networkShape = {
  network: line(1024).describe("The platform's network: id, name or path."),
  vlan: z.int().min(1).max(4094).optional().describe("VLAN tag."),
};

export const vmNetworkSpecSchema = z
  .strictObject({
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
  })
  .superRefine(({ network, vlan, providers = [] }, ctx) => {
    const wrong = (path: (string | number)[], message: string) => ctx.addIssue({ code: "custom", path, message });
    if (network === undefined && providers.length === 0) wrong(["network"], "network or providers is needed");
    if (network === undefined && vlan !== undefined) wrong(["vlan"], "goes with network");
    for (const { index, value } of repeated(providers, (p) => p.provider))
      wrong(["providers", index, "provider"], `${value} is there already`);
  });

export type VMNetworkSpec = z.output<typeof vmNetworkSpecSchema>;
export type VMNetwork = Resource<VMNetworkSpec, Record<string, never>>;
