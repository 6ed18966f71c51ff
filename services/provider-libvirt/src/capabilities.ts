import { Change, ConsoleType, type HardwareFeature as Feature, HardwareFeature, PowerOperation } from "@remuda/contract";
import type { Capabilities } from "@remuda/provider-kit";
import type { HostFacts } from "./host";

export const version = "0.1.0";

/** What all of the hosts can do. */
export function capabilitiesOf(hosts: readonly HostFacts[]): Capabilities {
  const everywhere = (holds: (facts: HostFacts) => boolean) => hosts.every(holds);
  // libvirt's own test driver plugs no devices, and moves no bytes.
  const real = everywhere(({ driver }) => driver === "QEMU");
  const hardwareFeatures: Feature[] = [
    ...(everywhere(({ uefi }) => uefi) ? [HardwareFeature.UEFI] : []),
    ...(everywhere(({ secureBoot }) => secureBoot) ? [HardwareFeature.SECURE_BOOT] : []),
    ...(everywhere(({ tpm }) => tpm) ? [HardwareFeature.TPM] : []),
  ];
  return {
    platform: "libvirt",
    providerVersion: `provider-libvirt ${version}`,
    sources: ["image", "empty"],
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
      ...(real ? [Change.DISK_GROW, Change.DISK_ADD, Change.DISK_REMOVE, Change.INTERFACE_ADD, Change.INTERFACE_REMOVE] : []),
      Change.LABELS,
    ],
    restartChanges: [Change.CPUS_UP, Change.CPUS_DOWN, Change.MEMORY_UP, Change.MEMORY_DOWN],
    memorySnapshots: true,
    linkedClones: false,
    diskFormats: [],
    consoleTypes: real ? [ConsoleType.SERIAL, ConsoleType.VNC] : [],
    hardwareFeatures,
    options: ["full_copy"],
    addresses: real,
  };
}
