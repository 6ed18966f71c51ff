import { createHash } from "node:crypto";
import { invalidSpec, type NetworkInterface, ProviderError } from "@remuda/contract";
import { isRefusal } from "@remuda/libvirt-client";
import { bridgeOf, type NicDevice } from "./domain-xml";
import type { Host } from "./host";

/** Always the same for one machine's interface, so that a Create that is picked up tells the guest the same. */
function macOf(uid: string, name: string): string {
  const bytes = createHash("sha256").update(`${uid}/${name}`).digest().subarray(0, 3);
  return ["52", "54", "00", ...[...bytes].map((byte) => byte.toString(16).padStart(2, "0"))].join(":");
}

/** The interfaces of a spec as devices; the networks are there. */
export async function planNics(
  host: Host,
  uid: string,
  interfaces: readonly NetworkInterface[],
  defaultNetwork: string,
  signal?: AbortSignal,
): Promise<NicDevice[]> {
  const asked = interfaces.length > 0 ? interfaces : await implicit(host, defaultNetwork, signal);
  return Promise.all(
    asked.map(async ({ name, network, macAddress = "", model = "", vlan = 0 }, index) => {
      const wanted = network || defaultNetwork;
      if (bridgeOf(wanted) === undefined && !(await networkExists(host, wanted, signal))) {
        const description = `${host.name} has no network "${wanted}"; a bridge is named bridge:NAME`;
        throw invalidSpec([{ field: `spec.interfaces[${index}].network`, description }]);
      }
      return { name, network: wanted, mac: macAddress.toLowerCase() || macOf(uid, name), model: model || "virtio", vlan };
    }),
  );
}

type Asked = Pick<NetworkInterface, "name" | "network"> & Partial<NetworkInterface>;

/** A spec without interfaces gets one on the default network, if there is such a one. */
async function implicit(host: Host, network: string, signal: AbortSignal | undefined): Promise<Asked[]> {
  return bridgeOf(network) !== undefined || (await networkExists(host, network, signal)) ? [{ name: "net0", network }] : [];
}

async function networkExists({ virt, name: host }: Host, name: string, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    const { net } = await virt.call("networkLookupByName", { name }, { signal });
    if ((await virt.call("networkIsActive", { net }, { signal })).active === 1) return true;
    throw new ProviderError("CONFLICT", `the network "${name}" of ${host} is not started`);
  } catch (error) {
    if (isRefusal(error, "NO_NETWORK")) return false;
    throw error;
  }
}
