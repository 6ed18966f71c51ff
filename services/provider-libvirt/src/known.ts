import { Firmware } from "@remuda/contract";
import { type Marks, readMarks } from "./marks";
import { bytesOf, type Element, find, findAll, parseXml, textAt } from "./xml";

const aliasPrefix = "ua-";

export interface KnownDisk {
  /** The name in the spec, else the guest's name of the device. */
  name: string;
  /** Such as "vda". */
  target: string;
  bus: string;
  /** A file or block device of the host; empty for other kinds of storage. */
  path: string;
  format: string;
  boot: boolean;
  readonly: boolean;
}

interface KnownInterface {
  name: string;
  mac: string;
  /** The libvirt network, or "bridge:NAME". */
  network: string;
  model: string;
  vlan: number;
}

/** A machine as it is defined. */
export interface Known {
  uuid: string;
  name: string;
  marks: Marks | undefined;
  cpus: number;
  maxCpus: number;
  coresPerSocket: number;
  memoryMib: number;
  maxMemoryMib: number;
  firmware: Firmware;
  secureBoot: boolean;
  tpm: boolean;
  disks: readonly KnownDisk[];
  interfaces: readonly KnownInterface[];
  hasAgent: boolean;
}

/** Reads a domain's persistent definition. */
export function readKnown(xml: string): Known {
  const domain = parseXml(xml);
  const devices = find(domain, "devices");
  const vcpu = find(domain, "vcpu");
  const maxCpus = Number(vcpu?.text ?? 1);
  const loader = find(domain, "os", "loader");
  const efi = find(domain, "os")?.attributes.firmware === "efi" || loader?.attributes.type === "pflash";
  const mib = (name: string) => Math.round(bytesOf(find(domain, name), "KiB") / 2 ** 20);
  return {
    uuid: textAt(domain, "uuid"),
    name: textAt(domain, "name"),
    marks: readMarks(find(domain, "metadata")),
    cpus: Number(vcpu?.attributes.current ?? maxCpus),
    maxCpus,
    coresPerSocket: Number(find(domain, "cpu", "topology")?.attributes.cores ?? 0),
    memoryMib: mib("currentMemory") || mib("memory"),
    maxMemoryMib: mib("memory"),
    firmware: efi ? Firmware.UEFI : Firmware.BIOS,
    secureBoot: loader?.attributes.secure === "yes",
    tpm: find(devices, "tpm") !== undefined,
    disks: readDisks(devices, find(domain, "os", "boot")?.attributes.dev === "hd"),
    interfaces: findAll(devices, "interface").map(readInterface),
    hasAgent: findAll(devices, "channel").some((channel) => find(channel, "target")?.attributes.name === "org.qemu.guest_agent.0"),
  };
}

function readDisks(devices: Element | undefined, firstBoots: boolean): KnownDisk[] {
  const disks = findAll(devices, "disk").filter(({ attributes }) => (attributes.device ?? "disk") === "disk");
  return disks.map((disk, index) => {
    const { dev = "", bus = "" } = find(disk, "target")?.attributes ?? {};
    const source = find(disk, "source")?.attributes ?? {};
    return {
      name: nameOf(disk) ?? dev,
      target: dev,
      bus,
      path: source.file ?? source.dev ?? "",
      format: find(disk, "driver")?.attributes.type ?? "raw",
      boot: find(disk, "boot")?.attributes.order === "1" || (firstBoots && index === 0),
      readonly: find(disk, "readonly") !== undefined,
    };
  });
}

function readInterface(nic: Element): KnownInterface {
  const source = find(nic, "source")?.attributes ?? {};
  const mac = (find(nic, "mac")?.attributes.address ?? "").toLowerCase();
  return {
    name: nameOf(nic) ?? mac.replaceAll(":", "-"),
    mac,
    network: source.network ?? (source.bridge === undefined ? "" : `bridge:${source.bridge}`),
    model: find(nic, "model")?.attributes.type ?? "",
    vlan: Number(find(nic, "vlan", "tag")?.attributes.id ?? 0),
  };
}

/** Names of the spec are kept as the user aliases that libvirt leaves as they are. */
export const aliasOf = (name: string): string => `${aliasPrefix}${name}`;

function nameOf(device: Element): string | undefined {
  const alias = find(device, "alias")?.attributes.name;
  return alias?.startsWith(aliasPrefix) ? alias.slice(aliasPrefix.length) : undefined;
}
