import { randomUUID } from "node:crypto";
import { type CreateRequest, VirtualMachineSpec } from "@remuda/contract";

type SpecFields = Parameters<typeof VirtualMachineSpec.fromPartial>[0];

/** A small machine from debian-12. */
export const machineSpec = (name: string, fields: SpecFields = {}): VirtualMachineSpec =>
  VirtualMachineSpec.fromPartial({
    name,
    hardware: { cpus: 2, memoryMib: 1024 },
    source: { $case: "image", value: "debian-12" },
    ...fields,
  });

export const machineRequest = (name: string, fields: SpecFields = {}, uid: string = randomUUID()): CreateRequest => ({
  uid,
  owner: "owner-1",
  spec: machineSpec(name, fields),
});
