import { isVim, type MoRef, type Properties, type Vim } from "@remuda/vsphere-client";
import { type Marks, readMarks } from "./marks";

/** What is read of each machine. */
export const machinePaths = [
  "name",
  "parent",
  "resourcePool",
  "config.instanceUuid",
  "config.template",
  "config.version",
  "config.createDate",
  "config.extraConfig",
  "config.hardware.numCPU",
  "config.hardware.numCoresPerSocket",
  "config.hardware.memoryMB",
  "config.hardware.device",
  "config.firmware",
  "config.bootOptions",
  "config.cpuHotAddEnabled",
  "config.memoryHotAddEnabled",
  "config.nestedHVEnabled",
  "runtime.powerState",
  "runtime.connectionState",
  "runtime.host",
  "guest.net",
  "guest.ipAddress",
  "guest.hostName",
  "guest.guestFullName",
  "guest.toolsRunningStatus",
  "snapshot",
] as const;

/** What is watched: small, and some of it changes with whatever is read. `changeVersion` stands for the whole configuration. */
export const watchedPaths = [
  "name",
  "parent",
  "resourcePool",
  "config.changeVersion",
  "config.template",
  "runtime.powerState",
  "runtime.connectionState",
  "runtime.host",
  "guest.net",
  "guest.ipAddress",
  "guest.hostName",
  "guest.toolsRunningStatus",
  "snapshot",
] as const;

export type MachineProperties = Properties<"VirtualMachine", (typeof machinePaths)[number]>;

/** A machine as vCenter shows it. */
export interface Machine {
  ref: MoRef;
  /** The instanceUuid; where a machine has none, its reference. */
  id: string;
  marks: Marks | undefined;
  properties: MachineProperties;
}

/** Undefined while vCenter doesn't tell enough of it, as of a machine that is being registered. */
export function toMachine(ref: MoRef, properties: MachineProperties): Machine | undefined {
  if (properties.name === undefined) return undefined;
  const id = properties["config.instanceUuid"]?.toLowerCase() || ref.value;
  return { ref, id, marks: readMarks(properties["config.extraConfig"] ?? [], id), properties };
}

export const devicesOf = ({ properties }: Machine): readonly Vim<"VirtualDevice">[] => properties["config.hardware.device"] ?? [];

export const disksOf = (machine: Machine): Vim<"VirtualDisk">[] =>
  devicesOf(machine).filter((device): device is Vim<"VirtualDisk"> => isVim(device, "VirtualDisk"));

export const cardsOf = (machine: Machine): Vim<"VirtualEthernetCard">[] =>
  devicesOf(machine).filter((device): device is Vim<"VirtualEthernetCard"> & { _typeName: string } => isVim(device, "VirtualEthernetCard"));

/** Where a disk is attached: its name in the marks. */
export const placeOf = ({ controllerKey, unitNumber }: Vim<"VirtualDisk">): string => `${controllerKey ?? ""}:${unitNumber ?? ""}`;

export interface NamedDisk {
  name: string;
  disk: Vim<"VirtualDisk">;
}

/** The disks under the names of the spec, else the platform's. */
export function namedDisks(machine: Machine): NamedDisk[] {
  const names = machine.marks?.disks ?? {};
  return disksOf(machine).map((disk) => ({ name: names[placeOf(disk)] ?? disk.deviceInfo?.label ?? `disk-${disk.key}`, disk }));
}

export interface NamedCard {
  name: string;
  card: Vim<"VirtualEthernetCard">;
}

/** The interfaces under the names of the spec. A card that is new has got its key from vCenter: it goes by the order. */
export function namedCards(machine: Machine): NamedCard[] {
  const known = new Map<number, string>();
  const waiting: string[] = [];
  const cards = cardsOf(machine);
  for (const [name, key] of Object.entries(machine.marks?.interfaces ?? {})) {
    if (key !== null && cards.some((card) => card.key === key)) known.set(key, name);
    else waiting.push(name);
  }
  return cards.map((card) => ({ name: known.get(card.key) ?? waiting.shift() ?? card.deviceInfo?.label ?? `card-${card.key}`, card }));
}
