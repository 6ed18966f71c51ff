import type { CloudInit, NetworkInterface, VirtualMachineSpec } from "@remuda/contract";
import type { Vim } from "@remuda/vsphere-client";

const option = (key: string, value: string): Vim<"OptionValue"> => ({
  _typeName: "OptionValue",
  key,
  value: { _typeName: "string", _value: value },
});
const base64 = (text: string) => Buffer.from(text).toString("base64");

/** Whether the guest must be told of addresses that only the cards' own MAC addresses can tell apart. */
export const needsMacs = ({ cloudInit, interfaces }: VirtualMachineSpec): boolean =>
  !cloudInit?.networkConfig && interfaces.some(({ addresses }) => addresses.length > 0);

/** What cloud-init's VMware datasource reads. Metadata is JSON, which is YAML too. `macs`: of the interfaces, by name. */
export function guestinfo(
  { name, cloudInit, interfaces }: VirtualMachineSpec,
  uid: string,
  macs: ReadonlyMap<string, string>,
): Vim<"OptionValue">[] {
  const statics = interfaces
    .filter(({ addresses }) => addresses.length > 0)
    .map((nic) => ({ ...nic, macAddress: macs.get(nic.name) ?? nic.macAddress }));
  if (!cloudInit && statics.length === 0) return [];
  const metadata: Record<string, unknown> = { "instance-id": uid, "local-hostname": cloudInit?.hostname || name };
  const network = networkConfig(cloudInit, statics);
  if (network !== undefined) Object.assign(metadata, { network: base64(network), "network.encoding": "base64" });
  if (cloudInit && cloudInit.sshAuthorizedKeys.length > 0) metadata["public-keys-data"] = cloudInit.sshAuthorizedKeys.join("\n");
  const entries = [option("guestinfo.metadata", base64(JSON.stringify(metadata))), option("guestinfo.metadata.encoding", "base64")];
  if (cloudInit?.userData)
    entries.push(option("guestinfo.userdata", base64(cloudInit.userData)), option("guestinfo.userdata.encoding", "base64"));
  return entries;
}

function networkConfig(cloudInit: CloudInit | undefined, statics: readonly NetworkInterface[]): string | undefined {
  if (cloudInit?.networkConfig) return cloudInit.networkConfig;
  const known = statics.filter(({ macAddress }) => macAddress !== "");
  if (known.length === 0) return undefined;
  const ethernets = Object.fromEntries(
    known.map(({ name, macAddress, addresses, gateway, nameservers }) => [
      name,
      {
        match: { macaddress: macAddress.toLowerCase() },
        addresses,
        ...(gateway && { routes: [{ to: gateway.includes(":") ? "::/0" : "0.0.0.0/0", via: gateway }] }),
        ...(nameservers.length > 0 && { nameservers: { addresses: nameservers } }),
      },
    ]),
  );
  return JSON.stringify({ version: 2, ethernets });
}
