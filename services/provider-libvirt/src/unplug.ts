import { ProviderError } from "@remuda/contract";
import { isRefusal } from "@remuda/libvirt-client";
import { pause } from "@remuda/provider-kit";
import { affect } from "./flags";
import { aliasOf } from "./known";
import type { Changing } from "./reconfigure";
import { buildXml, type Element, find, findAll, parseXml } from "./xml";

/** A guest that is still starting doesn't hear the first wish, and QEMU takes no second one before it has given up the first. */
const askAgainMs = 3_000;
// As long as an emulated guest on a busy host may take to start.
const patienceMs = 150_000;

/** Takes a device away; while the machine runs its guest has to let go of it. */
export async function unplug(changing: Changing, kind: "disk" | "interface", name: string): Promise<void> {
  const { active, platform, inventory, seen, signal } = changing;
  if (!active) return detach(changing, kind, name, affect.config);
  const { clock } = platform;
  const end = clock.now() + patienceMs;
  while (await isThere(changing, kind, name, affect.live)) {
    if (clock.now() > end) throw new ProviderError("TIMEOUT", `the guest of ${seen.known.uuid} doesn't let go of "${name}"`);
    const removed = new AbortController();
    const forget = inventory.onChange((uuid) => uuid === seen.known.uuid && removed.abort());
    try {
      await detach(changing, kind, name, affect.live);
      if (await isThere(changing, kind, name, affect.live)) await pause(clock, askAgainMs, AbortSignal.any([removed.signal, signal]));
      signal.throwIfAborted();
    } finally {
      forget();
    }
  }
  if (await isThere(changing, kind, name, affect.config)) await detach(changing, kind, name, affect.config);
}

async function detach({ seen: { host, dom }, signal }: Changing, kind: "disk" | "interface", name: string, flags: number): Promise<void> {
  const device = await deviceXml(host.virt, dom, kind, name, flags, signal);
  if (device === undefined) return;
  try {
    await host.virt.call("domainDetachDeviceFlags", { dom, xml: device, flags }, { signal });
  } catch (error) {
    // It is on its way, or gone.
    if (!isRefusal(error, "DEVICE_MISSING", "OPERATION_FAILED", "INTERNAL_ERROR", "OPERATION_TIMEOUT")) throw error;
    if (flags === affect.config) throw error;
  }
}

const isThere = async ({ seen: { host, dom }, signal }: Changing, kind: "disk" | "interface", name: string, flags: number) =>
  (await deviceXml(host.virt, dom, kind, name, flags, signal)) !== undefined;

/** What libvirt needs to know which device is meant: its target or its MAC address. */
async function deviceXml(
  virt: Changing["seen"]["host"]["virt"],
  dom: Changing["seen"]["dom"],
  kind: "disk" | "interface",
  name: string,
  flags: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { xml } = await virt.call("domainGetXmlDesc", { dom, flags: flags === affect.config ? 2 : 0 }, { signal });
  const device = findAll(parseXml(xml), "devices", kind).find((each) => find(each, "alias")?.attributes.name === aliasOf(name));
  return device && buildXml({ [kind]: kind === "disk" ? diskOf(device) : nicOf(device) });
}

const attributes = (element: Element | undefined) =>
  Object.fromEntries(Object.entries(element?.attributes ?? {}).map(([key, value]) => [`@${key}`, value]));

const diskOf = (disk: Element) => ({
  ...attributes(disk),
  source: attributes(find(disk, "source")),
  target: attributes(find(disk, "target")),
});

const nicOf = (nic: Element) => ({
  ...attributes(nic),
  mac: attributes(find(nic, "mac")),
  source: attributes(find(nic, "source")),
});
