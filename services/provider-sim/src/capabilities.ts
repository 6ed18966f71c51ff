import { Change, ConsoleType, HardwareFeature, PowerOperation } from "@remuda/contract";
import type { Capabilities } from "@remuda/provider-kit";
import { knownOptions } from "./create";
import { diskFormats } from "./disks";

export const version = "0.1.0";

export const capabilities: Capabilities = {
  platform: "sim",
  providerVersion: `provider-sim ${version}`,
  sources: ["image", "template", "virtual_machine", "disk", "instance_type", "offer", "empty"],
  powerOperations: [
    PowerOperation.ON,
    PowerOperation.OFF,
    PowerOperation.SHUTDOWN,
    PowerOperation.REBOOT,
    PowerOperation.RESET,
    PowerOperation.SUSPEND,
  ],
  liveChanges: [
    Change.CPUS_UP,
    Change.MEMORY_UP,
    Change.DISK_GROW,
    Change.DISK_ADD,
    Change.DISK_REMOVE,
    Change.INTERFACE_ADD,
    Change.INTERFACE_REMOVE,
    Change.LABELS,
  ],
  restartChanges: [Change.CPUS_UP, Change.CPUS_DOWN, Change.MEMORY_UP, Change.MEMORY_DOWN, Change.GPUS, Change.FIRMWARE],
  memorySnapshots: true,
  linkedClones: true,
  diskFormats,
  consoleTypes: [ConsoleType.SERIAL],
  hardwareFeatures: [
    HardwareFeature.UEFI,
    HardwareFeature.SECURE_BOOT,
    HardwareFeature.TPM,
    HardwareFeature.NESTED_VIRTUALIZATION,
    HardwareFeature.GPUS,
  ],
  options: [...knownOptions],
  addresses: true,
};
