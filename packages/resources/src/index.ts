export { columnValue } from "./column";
export { setCondition } from "./condition";
export { ResourceError, type Violation } from "./error";
export { explain, type FieldInfo, type KindInfo } from "./explain";
export { immutableChanges } from "./immutable";
export { type JsonSchema, jsonSchema } from "./json-schema";
export { type Column, type Kind, type KindName, kinds } from "./kinds";
export { lookupKind } from "./lookup";
export { apiVersion, type Condition, type Metadata, type Resource, restartAnnotation } from "./metadata";
export { didYouMean, nearest } from "./nearest";
export { parseResource, type ResourceInput } from "./parse";
export { isLoopback, type ProviderResource, type ProviderSpec, type ProviderStatus, type RetainedMachine } from "./provider";
export { type Reference, references, type SecretReference, secretReferences } from "./references";
export { parseFieldSelector, parseLabelSelector } from "./selector";
export type {
  Applied,
  PendingTask,
  VirtualMachine,
  VirtualMachinePhase,
  VirtualMachineSpec,
  VirtualMachineStatus,
} from "./virtual-machine";
export type { VMClass, VMClassSpec, VMClassStatus } from "./vm-class";
export type { VMImage, VMImageSpec, VMImageStatus } from "./vm-image";
export type { VMNetwork, VMNetworkSpec } from "./vm-network";
