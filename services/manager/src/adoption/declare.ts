import { Firmware, type Hardware, type VirtualMachine as Machine } from "@remuda/contract";
import { apiVersion, type VirtualMachineSpec, type VMNetwork } from "@remuda/resources";
import { powerStateOf } from "../machine/observe";
import { networkOn } from "../machine/platform-spec";
import { sizeGiBOf } from "./differences";

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const labelValue = /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/;
const unicastMac = /^[0-9a-f][02468ace](:[0-9a-f]{2}){5}$/;

/** A resource as someone would apply it. */
export interface Declaration {
  apiVersion: string;
  kind: "VirtualMachine" | "VMNetwork";
  metadata: { name: string; labels?: Record<string, string> };
  spec: object;
}

/** A resource's name, made of any text. */
export const nameFrom = (text: string, otherwise: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 63)
    .replace(/^-+|-+$/g, "") || otherwise;

/** Why no resource could say what is there; undefined: one can. */
export function obstacleTo(machine: Machine): string | undefined {
  const unnamed = [...machine.disks.filter(({ boot }) => !boot), ...machine.interfaces].find(({ name }) => !label.test(name));
  if (unnamed) return `"${unnamed.name}" is no name that a resource can declare`;
  const names = [machine.disks, machine.interfaces].map((items) => items.map(({ name }) => name));
  if (names.some((each) => new Set(each).size < each.length)) return "disks or interfaces have the same name";
  const adrift = machine.interfaces.find(({ network }) => network === "");
  if (adrift) return `the platform does not tell the network of interface ${adrift.name}`;
  if (!machine.hardware?.cpus || !machine.hardware.memoryMib) return "the platform does not tell its processors and memory";
  return powerStateOf(machine) === undefined ? "the platform does not tell whether it runs" : undefined;
}

/** The VirtualMachine that declares the machine as it is, last, and before it the VMNetworks that are missing. */
export function declare(machine: Machine, provider: string, name: string, known: readonly VMNetwork[]): Declaration[] {
  const made = new Map<string, Declaration>();
  const taken = new Set(known.map(({ metadata }) => metadata.name));
  const networkNamed = (network: string): string => {
    const found = known.find(({ spec }) => {
      const here = networkOn(spec, provider);
      return here?.network === network && here.vlan === undefined;
    });
    if (found) return found.metadata.name;
    const before = made.get(network);
    if (before) return before.metadata.name;
    const free = freeName(nameFrom(network, "network"), taken);
    taken.add(free);
    made.set(network, { apiVersion, kind: "VMNetwork", metadata: { name: free }, spec: { providers: [{ provider, network }] } });
    return free;
  };
  const labels = Object.fromEntries(Object.entries(machine.labels).filter(([, value]) => labelValue.test(value)));
  const spec: Partial<VirtualMachineSpec> = {
    provider,
    ...(machine.hardware && { hardware: hardwareOf(machine.hardware) }),
    source: { existing: machine.id },
    disks: machine.disks
      .filter(({ boot }) => !boot)
      .map(({ name, capacityBytes, storage }) => ({ name, sizeGiB: sizeGiBOf(capacityBytes), ...(storage && { storage }) })),
    interfaces: machine.interfaces.map(({ name: nic, network, macAddress }) => ({
      name: nic,
      network: networkNamed(network),
      ...(unicastMac.test(macAddress) && { macAddress }),
    })),
    powerState: powerStateOf(machine),
    deletionPolicy: "Retain",
  };
  const metadata = { name, ...(Object.keys(labels).length > 0 && { labels }) };
  return [...made.values(), { apiVersion, kind: "VirtualMachine", metadata, spec }];
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  for (let count = 2; taken.has(name); count++) name = `${wanted.slice(0, 60)}-${count}`;
  return name;
}

const hardwareOf = (h: Hardware): NonNullable<VirtualMachineSpec["hardware"]> => ({
  cpus: h.cpus,
  ...(h.coresPerSocket > 0 && h.cpus % h.coresPerSocket === 0 && { coresPerSocket: h.coresPerSocket }),
  memoryMiB: h.memoryMib,
  ...(h.firmware === Firmware.UEFI && { firmware: "UEFI" as const }),
  ...(h.firmware === Firmware.BIOS && { firmware: "BIOS" as const }),
  ...(h.secureBoot && { secureBoot: true }),
  ...(h.tpm && { tpm: true }),
  ...(h.nestedVirtualization && { nestedVirtualization: true }),
  ...(h.hotAdd && {
    hotAdd: {
      ...(h.hotAdd.maxCpus >= h.cpus && { maxCpus: h.hotAdd.maxCpus }),
      ...(h.hotAdd.maxMemoryMib >= h.memoryMib && { maxMemoryMiB: h.hotAdd.maxMemoryMib }),
    },
  }),
  ...(h.gpus.length > 0 && {
    gpus: h.gpus.map(({ name, count, memoryMib, device }) => ({
      name,
      count: device === "" ? count : 1,
      ...(memoryMib > 0 && { memoryMiB: memoryMib }),
      ...(device !== "" && { device }),
    })),
  }),
});
