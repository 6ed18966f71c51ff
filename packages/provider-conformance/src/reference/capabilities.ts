import { Change, ConsoleType, GetCapabilitiesResponse, HardwareFeature, PowerOperation } from "@remuda/contract";
import { valuesOf } from "../declared";

const service = (name: string) => `remuda.provider.v1.${name}`;

/** Everything that the contract knows. */
export const everything = GetCapabilitiesResponse.create({
  platform: "reference",
  providerVersion: "reference 1",
  services: ["ProviderService", "SnapshotService", "ImageService", "DiskService", "OfferService", "ConsoleService"].map(service),
  sources: ["image", "template", "virtual_machine", "disk", "instance_type", "offer", "empty"],
  powerOperations: valuesOf(PowerOperation),
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
  restartChanges: valuesOf(Change),
  memorySnapshots: true,
  linkedClones: true,
  diskFormats: ["raw", "qcow2"],
  consoleTypes: valuesOf(ConsoleType),
  hardwareFeatures: valuesOf(HardwareFeature),
  nativeWatch: true,
  options: ["colour"],
  addresses: true,
  adoption: true,
});

/** As little as a provider may have. */
export const little = GetCapabilitiesResponse.create({
  ...everything,
  services: ["ProviderService", "ImageService", "SnapshotService", "ConsoleService"].map(service),
  sources: ["image", "virtual_machine"],
  powerOperations: [PowerOperation.ON, PowerOperation.OFF],
  liveChanges: [Change.LABELS],
  restartChanges: [Change.CPUS_UP],
  memorySnapshots: false,
  linkedClones: false,
  diskFormats: [],
  consoleTypes: [ConsoleType.SERIAL],
  hardwareFeatures: [],
  addresses: false,
  adoption: false,
});
