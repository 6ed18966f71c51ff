export { StartError } from "./address";
export type { Clock } from "./clock";
export type { Limits } from "./limits";
export type { LogLevel } from "./log";
export type {
  Capabilities,
  Console,
  ConsoleSession,
  Created,
  Disks,
  Images,
  MachineEvent,
  MachineFilter,
  MachineKey,
  Offers,
  PowerOp,
  Provider,
  Reconfiguration,
  Reconfigured,
  Snapshots,
  TaskRef,
  TaskState,
} from "./provider";
export { type ProviderOptions, type RunningProvider, startProvider } from "./start-provider";
export type { TlsFiles } from "./tls";
