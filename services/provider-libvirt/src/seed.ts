import type { VirtualMachineSpec } from "@remuda/contract";
import type { NicDevice } from "./domain-xml";
import { buildIso } from "./iso9660";

/** What cloud-init's NoCloud reads, as the volume that it looks for; undefined where the guest need not be told anything. */
export function buildSeed(
  { name, cloudInit, interfaces }: Pick<VirtualMachineSpec, "name" | "cloudInit" | "interfaces">,
  uid: string,
  nics: readonly NicDevice[],
  date: Date,
): Buffer | undefined {
  const network = cloudInit?.networkConfig || networkConfig(interfaces, nics);
  if (!cloudInit && network === undefined) return undefined;
  const keys = cloudInit?.sshAuthorizedKeys ?? [];
  const facts = [scalar("instance-id", uid), scalar("local-hostname", cloudInit?.hostname || name)];
  if (keys.length > 0) facts.push("public-keys:", ...keys.map((key) => `  - ${JSON.stringify(key)}`));
  const files = {
    "meta-data": `${facts.join("\n")}\n`,
    "user-data": cloudInit?.userData || "#cloud-config\n{}\n",
    ...(network === undefined ? {} : { "network-config": network }),
  };
  return buildIso(
    "cidata",
    Object.entries(files).map(([file, content]) => ({ name: file, content: Buffer.from(content) })),
    date,
  );
}

// JSON is YAML, too.
const scalar = (key: string, value: string): string => `${key}: ${JSON.stringify(value)}`;

/** Version 2, where an interface has static addresses; the others then ask for theirs. */
function networkConfig(interfaces: VirtualMachineSpec["interfaces"], nics: readonly NicDevice[]): string | undefined {
  if (!interfaces.some(({ addresses }) => addresses.length > 0)) return undefined;
  const ethernets = Object.fromEntries(
    interfaces.map(({ name, addresses, gateway, nameservers }) => {
      const match = { macaddress: nics.find((nic) => nic.name === name)?.mac };
      if (addresses.length === 0) return [name, { match, dhcp4: true }];
      return [
        name,
        {
          match,
          addresses,
          ...(gateway && { routes: [{ to: gateway.includes(":") ? "::/0" : "0.0.0.0/0", via: gateway }] }),
          ...(nameservers.length > 0 && { nameservers: { addresses: nameservers } }),
        },
      ];
    }),
  );
  return `${JSON.stringify({ version: 2, ethernets }, undefined, 2)}\n`;
}
