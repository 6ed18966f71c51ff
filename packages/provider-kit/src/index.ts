export { StartError } from "./address";
export { type Clock, pause, systemClock } from "./clock";
export type { Flag, Flags, FlagValues } from "./config";
export type { Limits } from "./limits";
export type { LogLevel } from "./log";
export { type PollOptions, pollUntilDone } from "./poll-until-done";
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
export { type Process, type ProviderProgram, runProvider } from "./run-provider";
export { type ProviderOptions, type RunningProvider, startProvider } from "./start-provider";
export { createTaskRefs, untraceable } from "./task-refs";
export type { TlsFiles } from "./tls";
