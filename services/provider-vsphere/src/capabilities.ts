import { Change, HardwareFeature, PowerOperation } from "@remuda/contract";
import type { Capabilities } from "@remuda/provider-kit";

export const version = "0.1.0";

export const capabilities: Capabilities = {
  platform: "vsphere",
  providerVersion: `provider-vsphere ${version}`,
  sources: ["image", "template", "virtual_machine", "empty"],
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
  restartChanges: [Change.CPUS_UP, Change.CPUS_DOWN, Change.MEMORY_UP, Change.MEMORY_DOWN, Change.FIRMWARE],
  memorySnapshots: true,
  linkedClones: true,
  diskFormats: [],
  consoleTypes: [],
  hardwareFeatures: [HardwareFeature.UEFI, HardwareFeature.SECURE_BOOT, HardwareFeature.TPM, HardwareFeature.NESTED_VIRTUALIZATION],
  options: ["guest_id"],
  addresses: true,
};
