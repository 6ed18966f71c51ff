import { HardwareFeature, PowerOperation } from "@remuda/contract";
import type { Cloud } from "@remuda/gpu-clouds";
import type { Capabilities } from "@remuda/provider-kit";

export const version = "0.1.0";

/** What a cloud can do, in the contract's words. */
export function capabilitiesOf({ name, capabilities: { instanceTypes, stop, reboot, options = [] } }: Cloud): Capabilities {
  const powerOperations = [
    ...(stop === "none" ? [] : [PowerOperation.ON, PowerOperation.OFF]),
    ...(stop === "graceful" ? [PowerOperation.SHUTDOWN] : []),
    ...(reboot ? [PowerOperation.REBOOT] : []),
  ];
  return {
    platform: name,
    providerVersion: `provider-gpu ${version}`,
    sources: ["image", ...(instanceTypes ? ["instance_type"] : []), "offer"],
    powerOperations,
    liveChanges: [],
    restartChanges: [],
    memorySnapshots: false,
    linkedClones: false,
    diskFormats: [],
    consoleTypes: [],
    hardwareFeatures: [HardwareFeature.GPUS],
    options: ["wait_for_ssh", ...options],
    addresses: true,
  };
}
