import { AttachedDisk, AttachedInterface, Firmware, MachineState, PowerState, VirtualMachine } from "@remuda/contract";
import { isVim, parseDatastorePath, unescapeName, type Vim } from "@remuda/vsphere-client";
import { bytesOf } from "./devices";
import type { Job } from "./jobs";
import { devicesOf, disksOf, type Machine, namedCards, namedDisks } from "./machine";
import type { Places } from "./places";

const powerStates = {
  poweredOn: PowerState.ON,
  poweredOff: PowerState.OFF,
  suspended: PowerState.SUSPENDED,
} as const satisfies Record<Vim<"VirtualMachinePowerState">, PowerState>;

/** A machine as the contract shows it. `places` gives names to what vCenter names by reference. */
export function toView(machine: Machine, places: Places | undefined, job: Job | undefined): VirtualMachine {
  const { properties, marks, id } = machine;
  const power = properties["runtime.powerState"];
  const connected = (properties["runtime.connectionState"] ?? "connected") === "connected";
  const created = properties["config.createDate"];
  return VirtualMachine.fromPartial({
    id,
    uid: marks?.uid,
    owner: marks?.owner,
    name: unescapeName(properties.name ?? ""),
    state: stateOf(machine, job),
    // Of a machine whose host is away, vCenter shows what it knew last.
    powerState: power && connected ? powerStates[power] : PowerState.UNSPECIFIED,
    hardware: {
      cpus: properties["config.hardware.numCPU"],
      coresPerSocket: properties["config.hardware.numCoresPerSocket"],
      memoryMib: properties["config.hardware.memoryMB"],
      firmware: firmwareOf(properties["config.firmware"]),
      secureBoot: properties["config.bootOptions"]?.efiSecureBootEnabled,
      tpm: devicesOf(machine).some((device) => isVim(device, "VirtualTPM")),
      nestedVirtualization: properties["config.nestedHVEnabled"],
    },
    disks: viewDisks(machine),
    interfaces: viewInterfaces(machine, places),
    placement: placementOf(machine, places),
    labels: marks?.labels,
    createTime: created === undefined ? undefined : timestamp(created),
    guestAgent: {
      running: properties["guest.toolsRunningStatus"] === "guestToolsRunning",
      hostname: properties["guest.hostName"],
      operatingSystem: properties["guest.guestFullName"],
    },
    details: {
      moRef: `${machine.ref.type}:${machine.ref.value}`,
      hardwareVersion: properties["config.version"] ?? "",
      connectionState: properties["runtime.connectionState"] ?? "",
    },
  });
}

/** One that vCenter doesn't show yet: its Create is under way. */
export const beingMade = ({ uid, owner, name }: { uid: string; owner: string; name: string }): VirtualMachine =>
  VirtualMachine.fromPartial({ id: uid, uid, owner, name, state: MachineState.CREATING });

function stateOf({ marks }: Machine, job: Job | undefined): MachineState {
  if (job?.operation === "delete") return MachineState.DELETING;
  return job?.operation === "create" || marks?.stage === "making" ? MachineState.CREATING : MachineState.READY;
}

const firmwareOf = (text: string | undefined): Firmware =>
  text === "efi" ? Firmware.UEFI : text === "bios" ? Firmware.BIOS : Firmware.UNSPECIFIED;

function viewDisks(machine: Machine): AttachedDisk[] {
  const [first] = disksOf(machine);
  return namedDisks(machine).map(({ name, disk }) =>
    AttachedDisk.fromPartial({
      id: `${machine.id}/${disk.key}`,
      name,
      capacityBytes: bytesOf(disk),
      boot: disk === first,
      storage: (isVim(disk.backing, "VirtualDeviceFileBackingInfo") && parseDatastorePath(disk.backing.fileName)?.datastore) || "",
    }),
  );
}

function viewInterfaces(machine: Machine, places: Places | undefined): AttachedInterface[] {
  const nets = machine.properties["guest.net"] ?? [];
  return namedCards(machine).map(({ name, card }) =>
    AttachedInterface.fromPartial({
      name,
      network: networkOf(card, places),
      macAddress: card.macAddress?.toLowerCase(),
      addresses:
        nets.find(({ deviceConfigId, macAddress }) => deviceConfigId === card.key || sameMac(macAddress, card.macAddress))?.ipAddress ?? [],
    }),
  );
}

const sameMac = (a: string | undefined, b: string | undefined) => a !== undefined && a.toLowerCase() === b?.toLowerCase();

function networkOf({ backing }: Vim<"VirtualEthernetCard">, places: Places | undefined): string {
  if (isVim(backing, "VirtualEthernetCardDistributedVirtualPortBackingInfo")) {
    const key = backing.port.portgroupKey ?? "";
    return places?.networks.find(({ portgroup }) => portgroup?.key === key)?.name ?? key;
  }
  return isVim(backing, "VirtualDeviceDeviceBackingInfo") ? backing.deviceName : "";
}

function placementOf({ properties }: Machine, places: Places | undefined): VirtualMachine["placement"] {
  const host = properties["runtime.host"];
  const compute = places?.computes.find(({ hosts }) => hosts.some(({ value }) => value === host?.value));
  return {
    region: "",
    zone: places?.get(places.datacenterOf(properties.parent))?.name ?? "",
    cluster: compute?.name ?? "",
    host: places?.get(host)?.name ?? host?.value ?? "",
    resourcePool: places?.pathOf(properties.resourcePool) ?? "",
    folder: places?.pathOf(properties.parent) ?? "",
    antiAffinityGroup: "",
  };
}

function timestamp(text: string): Date | undefined {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) || date.getTime() <= 0 ? undefined : date;
}
