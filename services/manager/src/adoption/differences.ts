import type { VirtualMachine as Machine } from "@remuda/contract";
import type { VirtualMachine, VMClassSpec } from "@remuda/resources";
import { powerStateOf } from "../machine/observe";

const gib = 2 ** 30;
export const sizeGiBOf = (capacityBytes: number): number => Math.max(1, Math.ceil(capacityBytes / gib));

/**
 * What the spec says otherwise than it is, or leaves out where a later change would then take it away. Empty: the machine can be taken over
 * without any change to it.
 */
export function differencesOf({ spec }: VirtualMachine, vmClass: VMClassSpec | undefined, machine: Machine): string[] {
  const found: string[] = [];
  const compare = (path: string, is: unknown, declared: unknown) => {
    if (declared !== undefined && is !== undefined && is !== declared) found.push(`${path}: it is ${String(is)}, not ${String(declared)}`);
  };
  const hardware = spec.hardware ?? vmClass;
  const where = spec.hardware ? "spec.hardware" : "spec.class";
  compare("spec.powerState", powerStateOf(machine), spec.powerState);
  compare(`${where} cpus`, machine.hardware?.cpus || undefined, hardware?.cpus);
  compare(`${where} memoryMiB`, machine.hardware?.memoryMib || undefined, hardware?.memoryMiB);

  const disks = spec.disks ?? [];
  for (const [i, disk] of disks.entries()) {
    const there = machine.disks.find((other) => (disk.boot ? other.boot : !other.boot && other.name === disk.name));
    if (there) compare(`spec.disks[${i}].sizeGiB`, sizeGiBOf(there.capacityBytes), disk.sizeGiB);
    else found.push(`spec.disks[${i}]: it has no ${disk.boot ? "boot disk" : `disk ${disk.name}`}`);
  }
  for (const { name, boot, capacityBytes } of machine.disks) {
    if (boot || disks.some((disk) => !disk.boot && disk.name === name)) continue;
    found.push(`spec.disks: it has a disk ${name} of ${sizeGiBOf(capacityBytes)} GiB that is not declared`);
  }
  const interfaces = spec.interfaces ?? [];
  for (const [i, { name, macAddress }] of interfaces.entries()) {
    const there = machine.interfaces.find((nic) => nic.name === name);
    if (there) compare(`spec.interfaces[${i}].macAddress`, there.macAddress || undefined, macAddress);
    else found.push(`spec.interfaces[${i}]: it has no interface ${name}`);
  }
  for (const { name, network } of machine.interfaces) {
    if (interfaces.some((nic) => nic.name === name)) continue;
    found.push(`spec.interfaces: it has an interface ${name} in ${network || "a network"} that is not declared`);
  }
  return found;
}
