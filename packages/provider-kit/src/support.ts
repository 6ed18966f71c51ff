import {
  ConsoleType,
  Firmware,
  HardwareFeature,
  invalidSpec,
  PowerOperation,
  ProviderError,
  type VirtualMachineSpec,
} from "@remuda/contract";
import type { Capabilities } from "./provider";
import { sourceNames } from "./spec-rules";

/** Refuses, before the provider is called, what its capabilities do not declare. */
export function createSupport(capabilities: Capabilities) {
  const sources = new Set(capabilities.sources);
  const operations = new Set(capabilities.powerOperations);
  const consoles = new Set(capabilities.consoleTypes);
  const formats = new Set(capabilities.diskFormats);
  const features = new Set(capabilities.hardwareFeatures);
  const options = new Set(capabilities.options);

  function machine(spec: VirtualMachineSpec): void {
    const { hardware } = spec;
    const wanted: [boolean | undefined, HardwareFeature, string][] = [
      [hardware?.firmware === Firmware.UEFI, HardwareFeature.UEFI, "UEFI"],
      [hardware?.secureBoot, HardwareFeature.SECURE_BOOT, "secure boot"],
      [hardware?.tpm, HardwareFeature.TPM, "TPM"],
      [hardware?.nestedVirtualization, HardwareFeature.NESTED_VIRTUALIZATION, "nested virtualization"],
      [hardware !== undefined && hardware.gpus.length > 0, HardwareFeature.GPUS, "GPUs"],
    ];
    for (const [wants, feature, name] of wanted) if (wants && !features.has(feature)) throw unsupported(name);
    const unknown = Object.keys(spec.options ?? {}).filter((name) => !options.has(name));
    if (unknown.length === 0) return;
    const description = options.size === 0 ? "this provider has no options" : `not known; there are ${[...options].join(", ")}`;
    throw invalidSpec(unknown.map((name) => ({ field: `spec.options.${name}`, description })));
  }

  return {
    newMachine(spec: VirtualMachineSpec): void {
      const { source } = spec;
      if (source && !sources.has(sourceNames[source.$case])) throw unsupported(`source ${sourceNames[source.$case]}`);
      if (source?.$case === "virtualMachine" && source.value.linked && !capabilities.linkedClones) throw unsupported("linked clones");
      machine(spec);
    },
    changedMachine: machine,
    power(operation: PowerOperation): void {
      if (!operations.has(operation)) throw unsupported(`power operation ${nameOf(PowerOperation, operation)}`);
    },
    console(type: ConsoleType): void {
      if (!consoles.has(type)) throw unsupported(`console type ${nameOf(ConsoleType, type)}`);
    },
    diskFormat(format: string): void {
      if (!formats.has(format)) throw unsupported(`disk format ${format}`);
    },
    memorySnapshot(memory: boolean): void {
      if (memory && !capabilities.memorySnapshots) throw unsupported("snapshots with memory");
    },
  };
}

export type Support = ReturnType<typeof createSupport>;

const unsupported = (what: string) => new ProviderError("UNSUPPORTED", `${what}: this provider does not declare it in its capabilities`);

const nameOf = (names: Readonly<Record<string, number>>, value: number): string =>
  Object.keys(names).find((name) => names[name] === value) ?? String(value);
