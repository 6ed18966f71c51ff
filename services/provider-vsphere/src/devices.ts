import { type Disk, invalidSpec, type NetworkInterface } from "@remuda/contract";
import { isVim, type MoRef, type Vim } from "@remuda/vsphere-client";
import { devicesOf, type Machine } from "./machine";
import { only, type Places, pick } from "./places";

type DeviceChange = Vim<"VirtualDeviceConfigSpec">;

const gib = 2 ** 30;
/** Of a SCSI bus the controller itself has 7. */
const unitsOfScsi = [0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15];

const addDevice = (device: Vim<"VirtualDevice">, fileOperation?: "create"): DeviceChange => ({
  _typeName: "VirtualDeviceConfigSpec",
  operation: "add",
  fileOperation,
  device,
});
const editDevice = (device: Vim<"VirtualDevice">): DeviceChange => ({
  _typeName: "VirtualDeviceConfigSpec",
  operation: "edit",
  device,
});
/** `destroy`: its file goes as well. */
export const removeDevice = (device: Vim<"VirtualDevice">, destroy = false): DeviceChange => ({
  _typeName: "VirtualDeviceConfigSpec",
  operation: "remove",
  fileOperation: destroy ? "destroy" : undefined,
  device: identified(device),
});

/** What tells vCenter which device is meant: the rest may be of a kind that the tables don't list. */
function identified(device: Vim<"VirtualDevice">): Vim<"VirtualDevice"> {
  const { key, controllerKey, unitNumber } = device;
  const place = { key, controllerKey, unitNumber };
  return isVim(device, "VirtualDisk")
    ? { _typeName: "VirtualDisk", ...place, capacityInKB: device.capacityInKB }
    : ({ _typeName: device._typeName, ...place } as Vim<"VirtualDevice">); // Cards have no fields that they need.
}

export interface DiskSlots {
  /** The next free place; a controller that is needed for it is among `changes`. */
  next(): { controllerKey: number; unitNumber: number };
  changes: DeviceChange[];
}

/** Free places on the SCSI controllers of a machine; a paravirtual one is added where there is none. */
export function diskSlots(machine: Machine | undefined): DiskSlots {
  const devices = machine ? devicesOf(machine) : [];
  const controllers = devices.filter((device) => isVim(device, "VirtualSCSIController")).map(({ key }) => key);
  const taken = new Set(devices.map(({ controllerKey, unitNumber }) => `${controllerKey}:${unitNumber}`));
  const changes: DeviceChange[] = [];
  return {
    changes,
    next() {
      for (const controllerKey of controllers) {
        for (const unitNumber of unitsOfScsi) {
          if (taken.has(`${controllerKey}:${unitNumber}`)) continue;
          taken.add(`${controllerKey}:${unitNumber}`);
          return { controllerKey, unitNumber };
        }
      }
      const busNumber = controllers.length;
      if (busNumber > 3) throw invalidSpec([{ field: "spec.disks", description: "a machine has room for 60 disks" }]);
      // vCenter numbers SCSI controllers from 1000 by their bus: the key stays what it was added with.
      const key = 1000 + busNumber;
      changes.push(addDevice({ _typeName: "ParaVirtualSCSIController", key, busNumber, sharedBus: "noSharing" }));
      controllers.push(key);
      taken.add(`${key}:0`);
      return { controllerKey: key, unitNumber: 0 };
    },
  };
}

/** A disk that is to be made; `key` is negative and unique within its request. */
export function newDisk(
  disk: Disk,
  place: { controllerKey: number; unitNumber: number },
  key: number,
  datastore: MoRef | undefined,
): DeviceChange {
  return addDevice(
    {
      _typeName: "VirtualDisk",
      key,
      ...place,
      backing: {
        _typeName: "VirtualDiskFlatVer2BackingInfo",
        fileName: "",
        datastore,
        diskMode: "persistent",
        thinProvisioned: true,
      },
      capacityInKB: disk.sizeGib * (gib / 1024),
      capacityInBytes: disk.sizeGib * gib,
    },
    "create",
  );
}

export function grownDisk({ key, controllerKey, unitNumber, backing }: Vim<"VirtualDisk">, sizeGib: number): DeviceChange {
  const capacityInBytes = sizeGib * gib;
  return editDevice({
    _typeName: "VirtualDisk",
    key,
    controllerKey,
    unitNumber,
    backing,
    capacityInKB: capacityInBytes / 1024,
    capacityInBytes,
  });
}

export const bytesOf = ({ capacityInBytes, capacityInKB }: Vim<"VirtualDisk">): number => capacityInBytes ?? capacityInKB * 1024;

const models = {
  "": "VirtualVmxnet3",
  vmxnet3: "VirtualVmxnet3",
  e1000: "VirtualE1000",
  e1000e: "VirtualE1000e",
  vmxnet2: "VirtualVmxnet2",
  pcnet32: "VirtualPCNet32",
} as const;

export interface CardPlace {
  places: Places;
  datacenter: MoRef;
  /** For an interface that names no network. */
  network: string;
}

/** An interface that is to be made. */
export function newCard(nic: NetworkInterface, index: number, key: number, { places, datacenter, network }: CardPlace): DeviceChange {
  const field = `spec.interfaces[${index}]`;
  if (nic.vlan !== 0)
    throw invalidSpec([{ field: `${field}.vlan`, description: "on vSphere a VLAN is a port group: give its name as the network" }]);
  const model = Object.hasOwn(models, nic.model) ? models[nic.model as keyof typeof models] : undefined;
  if (!model)
    throw invalidSpec([
      { field: `${field}.model`, description: `no model "${nic.model}"; there are ${Object.keys(models).slice(1).join(", ")}` },
    ]);
  const wish = { field: `${field}.network`, kind: "network" };
  const candidates = places.networks.filter(({ ref }) => places.datacenterOf(ref)?.value === datacenter.value);
  const text = nic.network || network;
  const { ref, name, portgroup } = text ? pick(places, candidates, { ...wish, text }) : only(candidates, wish);
  return addDevice({
    _typeName: model,
    key,
    backing: portgroup
      ? {
          _typeName: "VirtualEthernetCardDistributedVirtualPortBackingInfo",
          port: { _typeName: "DistributedVirtualSwitchPortConnection", switchUuid: portgroup.switchUuid, portgroupKey: portgroup.key },
        }
      : { _typeName: "VirtualEthernetCardNetworkBackingInfo", deviceName: name, network: ref },
    connectable: { _typeName: "VirtualDeviceConnectInfo", startConnected: true, allowGuestControl: true, connected: false },
    addressType: nic.macAddress ? "manual" : "generated",
    macAddress: nic.macAddress || undefined,
  });
}
