import { Firmware, type Hardware, MarketType, type NetworkInterface, PowerState, type VirtualMachineSpec } from "@remuda/contract";
import {
  mustBeAddress,
  mustBeAmount,
  mustBeCidr,
  mustBeKnown,
  mustBeLabelKey,
  mustBeMac,
  mustBeMachineName,
  mustBeName,
  mustBeSet,
  mustBeUnique,
  mustBeWithin,
  type Violations,
} from "./field-rules";

/** A source's name as the capabilities tell it: the field's name in the .proto. */
export const sourceNames = {
  image: "image",
  template: "template",
  virtualMachine: "virtual_machine",
  disk: "disk",
  instanceType: "instance_type",
  offer: "offer",
  empty: "empty",
} as const satisfies Record<NonNullable<VirtualMachineSpec["source"]>["$case"], string>;

/** The spec of a Create: everything that a new machine needs. */
export function checkNewMachine(found: Violations, spec: VirtualMachineSpec): void {
  mustBeMachineName(found, "spec.name", spec.name);
  if (!spec.source) found.push({ field: "spec.source", description: `required: one of ${Object.values(sourceNames).join(", ")}` });
  const shaped = spec.source?.$case === "instanceType" || spec.source?.$case === "offer";
  if (!spec.hardware && !shaped) {
    found.push({ field: "spec.hardware", description: "required, unless source is an instance_type or an offer" });
  }
  checkSource(found, spec.source);
  checkCommon(found, spec, shaped ? 0 : 1);
}

/** The spec of a Reconfigure: what it can't change may be left out, and is checked where it is there. */
export function checkChangedMachine(found: Violations, spec: VirtualMachineSpec): void {
  if (spec.name !== "") mustBeMachineName(found, "spec.name", spec.name);
  checkSource(found, spec.source);
  checkCommon(found, spec, 0);
}

function checkSource(found: Violations, source: VirtualMachineSpec["source"]): void {
  switch (source?.$case) {
    case "image":
    case "template":
    case "disk":
      mustBeSet(found, `spec.${source.$case}`, source.value);
      break;
    case "virtualMachine":
      mustBeSet(found, "spec.virtual_machine.id", source.value.id);
      break;
    case "instanceType":
      mustBeSet(found, "spec.instance_type.name", source.value.name);
      break;
    case "offer":
      mustBeSet(found, "spec.offer.id", source.value.id);
      break;
  }
}

function checkCommon(found: Violations, spec: VirtualMachineSpec, leastHardware: 0 | 1): void {
  if (spec.hardware) checkHardware(found, spec.hardware, leastHardware);
  checkDisks(found, spec);
  checkInterfaces(found, spec.interfaces);
  if (spec.cloudInit) checkCloudInit(found, spec.cloudInit);
  for (const key of Object.keys(spec.labels)) mustBeLabelKey(found, `spec.labels[${JSON.stringify(key)}]`, key);
  if (spec.market) {
    mustBeKnown(found, "spec.market.type", spec.market.type, MarketType, true);
    mustBeAmount(found, "spec.market.max_price_per_hour", spec.market.maxPricePerHour);
  }
  mustBeKnown(found, "spec.power_state", spec.powerState, PowerState, true);
}

function checkHardware(found: Violations, hardware: Hardware, least: 0 | 1): void {
  const { cpus, coresPerSocket, memoryMib, firmware, hotAdd } = hardware;
  mustBeWithin(found, "spec.hardware.cpus", cpus, least, Infinity);
  mustBeWithin(found, "spec.hardware.memory_mib", memoryMib, least, Infinity);
  if (coresPerSocket > 0 && cpus % coresPerSocket !== 0) {
    found.push({ field: "spec.hardware.cores_per_socket", description: `must divide cpus; ${coresPerSocket} does not divide ${cpus}` });
  }
  mustBeKnown(found, "spec.hardware.firmware", firmware, Firmware, true);
  if (hardware.secureBoot && firmware !== Firmware.UEFI) {
    found.push({ field: "spec.hardware.secure_boot", description: "needs firmware FIRMWARE_UEFI" });
  }
  if (hotAdd && hotAdd.maxCpus > 0) mustBeWithin(found, "spec.hardware.hot_add.max_cpus", hotAdd.maxCpus, cpus, Infinity);
  if (hotAdd && hotAdd.maxMemoryMib > 0)
    mustBeWithin(found, "spec.hardware.hot_add.max_memory_mib", hotAdd.maxMemoryMib, memoryMib, Infinity);
  hardware.gpus.forEach((gpu, index) => {
    mustBeSet(found, `spec.hardware.gpus[${index}].name`, gpu.name);
    mustBeWithin(found, `spec.hardware.gpus[${index}].count`, gpu.count, 1, Infinity);
  });
}

function checkDisks(found: Violations, { disks }: VirtualMachineSpec): void {
  let boots = 0;
  disks.forEach((disk, index) => {
    mustBeName(found, `spec.disks[${index}].name`, disk.name);
    mustBeWithin(found, `spec.disks[${index}].size_gib`, disk.sizeGib, 1, Infinity);
    if (disk.boot && ++boots > 1) found.push({ field: `spec.disks[${index}].boot`, description: "only one disk may have it" });
  });
  mustBeUnique(
    found,
    (index) => `spec.disks[${index}].name`,
    disks.map((disk) => disk.name),
  );
}

function checkInterfaces(found: Violations, interfaces: readonly NetworkInterface[]): void {
  interfaces.forEach((nic, index) => {
    const path = `spec.interfaces[${index}]`;
    mustBeName(found, `${path}.name`, nic.name);
    if (nic.macAddress !== "") mustBeMac(found, `${path}.mac_address`, nic.macAddress);
    mustBeWithin(found, `${path}.vlan`, nic.vlan, 0, 4094);
    nic.addresses.forEach((address, at) => {
      mustBeCidr(found, `${path}.addresses[${at}]`, address);
    });
    if (nic.gateway !== "") mustBeAddress(found, `${path}.gateway`, nic.gateway);
    nic.nameservers.forEach((address, at) => {
      mustBeAddress(found, `${path}.nameservers[${at}]`, address);
    });
  });
  mustBeUnique(
    found,
    (index) => `spec.interfaces[${index}].name`,
    interfaces.map((nic) => nic.name),
  );
}

function checkCloudInit(found: Violations, { sshAuthorizedKeys, hostname }: NonNullable<VirtualMachineSpec["cloudInit"]>): void {
  sshAuthorizedKeys.forEach((key, index) => {
    if (/^\S+ \S+( [^\r\n]*)?$/.test(key.trim())) return;
    found.push({ field: `spec.cloud_init.ssh_authorized_keys[${index}]`, description: "must be one public key in OpenSSH form" });
  });
  for (const label of hostname === "" ? [] : hostname.split(".")) mustBeMachineName(found, "spec.cloud_init.hostname", label.toLowerCase());
}
