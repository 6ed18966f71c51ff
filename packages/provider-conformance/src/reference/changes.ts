import { isDeepStrictEqual } from "node:util";
import { Change, type Hardware, invalidSpec, PowerState, type VirtualMachineSpec } from "@remuda/contract";
import { gib, type MachineRecord, type Platform } from "./platform";

const firmwareOf = (hardware: Hardware | undefined) => [
  hardware?.firmware,
  hardware?.secureBoot,
  hardware?.tpm,
  hardware?.nestedVirtualization,
];

/** What the spec asks for that the machine does not have. */
export function changesOf({ shown, spec: before }: MachineRecord, spec: VirtualMachineSpec): Change[] {
  const changes = new Set<Change>();
  const cpus = (spec.hardware?.cpus ?? 0) - (shown.hardware?.cpus ?? 0);
  const memory = (spec.hardware?.memoryMib ?? 0) - (shown.hardware?.memoryMib ?? 0);
  if (cpus !== 0) changes.add(cpus > 0 ? Change.CPUS_UP : Change.CPUS_DOWN);
  if (memory !== 0) changes.add(memory > 0 ? Change.MEMORY_UP : Change.MEMORY_DOWN);
  if (!isDeepStrictEqual(firmwareOf(spec.hardware), firmwareOf(shown.hardware))) changes.add(Change.FIRMWARE);
  if (!isDeepStrictEqual(spec.hardware?.gpus, shown.hardware?.gpus)) changes.add(Change.GPUS);
  if (!isDeepStrictEqual(spec.labels, shown.labels)) changes.add(Change.LABELS);
  for (const [i, { name, sizeGib }] of spec.disks.entries()) {
    const disk = shown.disks.find((other) => other.name === name);
    if (!disk) changes.add(Change.DISK_ADD);
    else if (sizeGib * gib > disk.capacityBytes) changes.add(Change.DISK_GROW);
    else if (sizeGib * gib < disk.capacityBytes)
      throw invalidSpec([{ field: `spec.disks[${i}].size_gib`, description: "a disk can't shrink" }]);
  }
  if (before.disks.some(({ name }) => !spec.disks.some((disk) => disk.name === name))) changes.add(Change.DISK_REMOVE);
  const nics = new Set(shown.interfaces.map(({ name }) => name));
  if (spec.interfaces.some(({ name }) => !nics.has(name))) changes.add(Change.INTERFACE_ADD);
  if (before.interfaces.some(({ name }) => !spec.interfaces.some((nic) => nic.name === name))) changes.add(Change.INTERFACE_REMOVE);
  return [...changes];
}

/** Makes these changes, and no others. */
export function changeMachine(platform: Platform, machine: MachineRecord, spec: VirtualMachineSpec, changes: readonly Change[]): void {
  const { shown, spec: before } = machine;
  const has = (...any: Change[]) => any.some((change) => changes.includes(change));
  const wanted = spec.hardware;
  if (wanted && shown.hardware) {
    const { cpus, memoryMib, gpus, firmware, secureBoot, tpm, nestedVirtualization } = wanted;
    shown.hardware = { ...shown.hardware };
    if (has(Change.CPUS_UP, Change.CPUS_DOWN)) shown.hardware.cpus = cpus;
    if (has(Change.MEMORY_UP, Change.MEMORY_DOWN)) shown.hardware.memoryMib = memoryMib;
    if (has(Change.GPUS)) shown.hardware.gpus = gpus;
    if (has(Change.FIRMWARE)) Object.assign(shown.hardware, { firmware, secureBoot, tpm, nestedVirtualization });
  }
  if (has(Change.LABELS)) shown.labels = spec.labels;
  for (const { name, sizeGib, boot } of spec.disks) {
    const disk = shown.disks.find((other) => other.name === name);
    if (!disk && has(Change.DISK_ADD)) {
      shown.disks.push(platform.addDisk(name, Buffer.alloc(0), shown.id, { capacityBytes: sizeGib * gib, boot }));
    } else if (disk && has(Change.DISK_GROW)) disk.capacityBytes = sizeGib * gib;
  }
  if (has(Change.DISK_REMOVE)) {
    const removed = before.disks.filter(({ name }) => !spec.disks.some((disk) => disk.name === name)).map(({ name }) => name);
    shown.disks = shown.disks.filter(({ name }) => !removed.includes(name));
  }
  if (has(Change.INTERFACE_REMOVE))
    shown.interfaces = shown.interfaces.filter(({ name }) => spec.interfaces.some((nic) => nic.name === name));
  if (has(Change.INTERFACE_ADD)) {
    const added = spec.interfaces.filter(({ name }) => !shown.interfaces.some((nic) => nic.name === name));
    const addresses = shown.powerState === PowerState.ON ? ["192.0.2.8"] : [];
    shown.interfaces.push(...added.map(({ name, network }) => ({ name, network, macAddress: "", addresses })));
  }
  machine.spec = spec;
  platform.changed(machine);
}
