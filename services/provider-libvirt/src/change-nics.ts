import { Change, type NetworkInterface, ProviderError } from "@remuda/contract";
import { nicXml } from "./domain-xml";
import { affect } from "./flags";
import type { Seen } from "./inventory";
import { planNics } from "./nics";
import type { Changing, Step } from "./reconfigure";
import type { Platform } from "./settings";
import { unplug } from "./unplug";
import { buildXml } from "./xml";

/** From the interfaces that the machine has to those of the spec. */
export async function planNicChanges(
  { defaults }: Platform,
  { host, known }: Seen,
  interfaces: readonly NetworkInterface[],
  signal: AbortSignal,
): Promise<Step[]> {
  // A spec without interfaces means the one that was given by default.
  if (interfaces.length === 0 && known.interfaces.length <= 1) return [];
  const planned = await planNics(host, known.uuid, interfaces, defaults.network, signal);
  const steps: Step[] = [];
  for (const nic of known.interfaces) {
    if (planned.some(({ name }) => name === nic.name)) continue;
    steps.push({ change: Change.INTERFACE_REMOVE, live: true, apply: (changing) => unplug(changing, "interface", nic.name) });
  }
  for (const device of planned) {
    const found = known.interfaces.find(({ name }) => name === device.name);
    const apply = async ({ seen: { dom }, active, signal: stop }: Changing): Promise<void> => {
      const flags = affect.config | (active ? affect.live : 0);
      const call = found ? "domainUpdateDeviceFlags" : "domainAttachDeviceFlags";
      await host.virt.call(call, { dom, xml: buildXml({ interface: nicXml(device) }), flags }, { signal: stop });
    };
    if (!found) steps.push({ change: Change.INTERFACE_ADD, live: true, apply });
    else if (found.network !== device.network || found.vlan !== device.vlan) {
      if (interfaces.some(({ name, macAddress }) => name === found.name && macAddress !== "" && macAddress.toLowerCase() !== found.mac))
        throw new ProviderError("UNSUPPORTED", `the MAC address of the interface "${found.name}" can't be changed`);
      device.mac = found.mac;
      steps.push({ change: Change.INTERFACE_ADD, live: true, apply });
    }
  }
  return steps;
}
