export { type Column, type Kind, type KindName, kinds } from "./kinds";
export { apiVersion, type Condition, type Metadata, type Resource } from "./metadata";
export type { ProviderResource, ProviderSpec, ProviderStatus } from "./provider";
export type { PendingTask, VirtualMachine, VirtualMachinePhase, VirtualMachineSpec, VirtualMachineStatus } from "./virtual-machine";
export type { VMClass, VMClassSpec } from "./vm-class";
export type { VMImage, VMImageSpec, VMImageStatus } from "./vm-image";
export type { VMNetwork, VMNetworkSpec } from "./vm-network";
