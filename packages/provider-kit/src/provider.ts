import type {
  AdoptRequest,
  AttachedDisk,
  Change,
  ConsoleAddress,
  ConsoleType,
  CreateRequest,
  CreateSnapshotRequest,
  ExportDiskRequest,
  GetCapabilitiesResponse,
  Image,
  ImportDiskHeader,
  ListOffersRequest,
  Offer,
  PowerOperation,
  PrepareImageRequest,
  ProviderError,
  Snapshot,
  ValidateResponse,
  VirtualMachine,
  VirtualMachineSpec,
} from "@remuda/contract";

/** Names something that the platform itself remembers, or an operation that can be judged anew from what is there. */
export type TaskRef = string;

/** A machine as a caller names it: by the platform's id, and by the uid that it must bear. */
export interface MachineKey {
  id: string;
  uid: string;
}

export interface Created {
  /** Its `id` is set, also while it is being made. */
  virtualMachine: VirtualMachine;
  task?: TaskRef;
}

export interface PowerOp {
  operation: PowerOperation;
  /** Milliseconds that SHUTDOWN and REBOOT give the guest before force is used. */
  gracefulTimeoutMs: number;
}

export interface Reconfiguration {
  spec: VirtualMachineSpec;
  allowRestart: boolean;
}

export interface Reconfigured {
  task?: TaskRef;
  /** What was left as it was because it needs a restart that was not allowed. */
  restartRequired: Change[];
}

/** How a task stands. `done` without an error: it succeeded. */
export type TaskState =
  | { done: false; progressPercent?: number; stage?: string; virtualMachineId?: string }
  | { done: true; error?: ProviderError; virtualMachineId?: string };

/** What happens on the platform. A watch gives all machines, one bookmark, then changes. */
export type MachineEvent =
  | { type: "present"; virtualMachine: VirtualMachine }
  | { type: "gone"; id: string; uid: string }
  | { type: "bookmark" };

/** Limits a listing to one owner's machines; undefined: everything that the provider can see. */
export interface MachineFilter {
  owner?: string;
}

/** What GetCapabilities answers; the kit adds services, nativeWatch, adoption and what else it knows by itself. */
export type Capabilities = Omit<GetCapabilitiesResponse, "services" | "nativeWatch" | "adoption" | "_unknownFields">;

/**
 * What a platform's author writes. Everything throws ProviderError; anything else that is thrown becomes INTERNAL. Mutations are idempotent
 * and may be called again after their answer was lost. Requests have been validated against the contract; calls on one uid never overlap
 * within a process.
 */
export interface Provider {
  /** Constant for the life of the process. */
  readonly capabilities: Capabilities;
  /**
   * Can the platform be reached with these credentials? Throws with what is missing. `platformId` says which platform it is: the same over
   * restarts and from every replica, another one for another platform; 1 to 128 printable characters without spaces, no secret.
   */
  validate(signal: AbortSignal): Promise<Omit<ValidateResponse, "_unknownFields">>;
  /** Makes the machine, or answers the one that bears this uid already. */
  create(request: CreateRequest, signal: AbortSignal): Promise<Created>;
  /** Deletes the machine and what was made for it. Gone already: done. Another uid on it: FORBIDDEN. */
  delete(machine: MachineKey, signal: AbortSignal): Promise<TaskRef | undefined>;
  power(machine: MachineKey, op: PowerOp, signal: AbortSignal): Promise<TaskRef | undefined>;
  reconfigure(machine: MachineKey, change: Reconfiguration, signal: AbortSignal): Promise<Reconfigured>;
  /** By id or, where that is empty, by uid. NOT_FOUND only when the platform said so. */
  describe(machine: MachineKey, signal: AbortSignal): Promise<VirtualMachine>;
  /** Answers at once when `waitMs` is 0, else when the task is done or the time has passed. A ref that can't be traced: done, INTERRUPTED. */
  isTaskComplete(ref: TaskRef, waitMs: number, signal: AbortSignal): Promise<TaskState>;
  cancelTask?(ref: TaskRef, signal: AbortSignal): Promise<void>;
  /** In any order; throws rather than leave something out. */
  list(filter: MachineFilter, signal: AbortSignal): AsyncIterable<VirtualMachine>;
  /** Without it the kit compares lists. */
  watch?(filter: MachineFilter, signal: AbortSignal): AsyncIterable<MachineEvent>;
  adoption?: Adoption;
  snapshots?: Snapshots;
  images?: Images;
  disks?: Disks;
  offers?: Offers;
  console?: Console;
  /** Called once, when no call is under way any more. */
  close?(): Promise<void>;
}

export interface Adoption {
  /**
   * Marks a machine that bears no marks, and changes nothing else. The same uid and owner on it already: done. Other marks, or a uid that another
   * machine bears: ALREADY_EXISTS. Its disks and interfaces are shown with names as `reconfigure` knows them.
   */
  adopt(request: AdoptRequest, signal: AbortSignal): Promise<VirtualMachine>;
  /** Takes the marks off, and changes nothing else. Gone, or without marks: done. Another uid on it: FORBIDDEN. */
  release(machine: MachineKey, signal: AbortSignal): Promise<void>;
}

export interface Snapshots {
  create(request: CreateSnapshotRequest, signal: AbortSignal): Promise<{ snapshot: Snapshot; task?: TaskRef }>;
  delete(machine: MachineKey, snapshotId: string, signal: AbortSignal): Promise<TaskRef | undefined>;
  revert(machine: MachineKey, snapshotId: string, signal: AbortSignal): Promise<TaskRef | undefined>;
  /** Parents first. */
  list(virtualMachineId: string, signal: AbortSignal): Promise<Snapshot[]>;
}

export interface Images {
  prepare(request: PrepareImageRequest, signal: AbortSignal): Promise<{ image: Image; task?: TaskRef }>;
  list(signal: AbortSignal): AsyncIterable<Image>;
  /** Deletes one that `prepare` brought. Gone already: done. The platform's own: FORBIDDEN. Still needed: CONFLICT. */
  delete?(id: string, signal: AbortSignal): Promise<TaskRef | undefined>;
}

export interface Disks {
  get(id: string, signal: AbortSignal): Promise<{ disk: AttachedDisk; virtualMachineId?: string }>;
  /** `totalBytes` is 0 where it is not known before the end. */
  export(request: ExportDiskRequest, signal: AbortSignal): Promise<{ totalBytes: number; data: AsyncIterable<Uint8Array> }>;
  /** Leaves nothing behind when `data` throws or ends early. */
  import(header: ImportDiskHeader, data: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<AttachedDisk>;
  /**
   * Deletes one that no machine has; `uid` is that of its import, empty where none made it. Gone already: done. A machine's: CONFLICT. Another
   * uid on it: FORBIDDEN.
   */
  delete?(disk: { id: string; uid: string }, signal: AbortSignal): Promise<TaskRef | undefined>;
}

export interface Offers {
  /** Those that match; the kit sorts and pages them. */
  list(filter: ListOffersRequest, signal: AbortSignal): AsyncIterable<Offer>;
}

/** One console: an address to go to, or bytes both ways. */
export type ConsoleSession =
  | { address: ConsoleAddress }
  | { output: AsyncIterable<Uint8Array>; write(bytes: Uint8Array): void; close(): void };

export interface Console {
  open(machine: MachineKey, type: ConsoleType, signal: AbortSignal): Promise<ConsoleSession>;
}
