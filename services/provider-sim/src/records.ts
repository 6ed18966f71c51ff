import type { Hardware, MachineState, MarketType, Placement, PowerOperation, PowerState, Reason } from "@remuda/contract";

/** Why something failed, as it is kept. */
export interface Problem {
  reason: Reason;
  message: string;
}

export interface DiskRecord {
  id: string;
  name: string;
  sizeGib: number;
  /** What it takes of its host: a linked clone's disk takes less than its size. */
  reservedGib: number;
  boot: boolean;
  storage: string;
  retain: boolean;
  /** "seed:…" for generated content, "blob:…" for imported bytes. */
  content: string;
  /** It came along with a clone's origin, and no spec names it. */
  inherited?: boolean;
}

export interface NicRecord {
  name: string;
  network: string;
  macAddress: string;
  model: string;
  vlan: number;
  /** The address that DHCP gave; undefined with static addresses. */
  lease: string | undefined;
  /** Static addresses with prefix lengths, as asked. */
  addresses: string[];
}

/** What a Reconfigure or a revert can change. */
export interface Shape {
  hardware: Hardware;
  disks: readonly DiskRecord[];
  nics: readonly NicRecord[];
}

export interface SnapshotRecord {
  id: string;
  name: string;
  description: string;
  parentId: string;
  memory: boolean;
  createMs: number;
  /** False while its task runs. */
  ready: boolean;
  shape: Shape;
  /** Room for the saved memory. */
  reservedGib: number;
}

/** A machine, never changed in place. Capacity, leases and pools are counted from it, so one written record holds all of them. */
export interface MachineRecord {
  id: string;
  uid: string;
  owner: string;
  name: string;
  state: MachineState;
  problem?: Problem;
  power: PowerState;
  shape: Shape;
  /** What a task is changing it to; reserved until the task ends. */
  pending?: Shape;
  /** Empty for machines of an instance type. */
  host: string;
  /** The offer that it was made from. */
  offer?: string;
  instanceType: string;
  placement: Placement | undefined;
  labels: Record<string, string>;
  market: MarketType;
  pricePerHour: number;
  createMs: number;
  hostname: string;
  operatingSystem: string;
  /** How long this guest takes to stop, where its spec says so. */
  guestShutdownMs?: number;
  snapshots: readonly SnapshotRecord[];
  /** The snapshot that the state builds on; empty: none. */
  currentSnapshot: string;
  /** Of a linked clone: whose disks it shares. */
  origin?: { machineId: string; snapshotId: string };
  /** The task that works on it. */
  task?: string;
}

/** What a task does when it is due. */
export type Work =
  | { kind: "create"; machineId: string; power: PowerState }
  | { kind: "delete"; machineId: string; before: MachineState }
  | { kind: "power"; machineId: string; operation: PowerOperation; to: PowerState }
  | { kind: "reconfigure"; machineId: string; asked: string; labels: Record<string, string>; power: PowerState }
  | { kind: "createSnapshot"; machineId: string; snapshotId: string }
  | { kind: "deleteSnapshot"; machineId: string; snapshotId: string }
  | { kind: "revertSnapshot"; machineId: string; snapshotId: string }
  | { kind: "prepareImage"; imageId: string };

export type WorkKind = Work["kind"];

export interface TaskRecord {
  ref: string;
  work: Work;
  startMs: number;
  dueMs: number;
  /** Decided when it began: it will fail with this. */
  doomed?: Problem;
  /** Set when it has ended. */
  outcome?: { endMs: number; problem?: Problem };
}

export interface ImageRecord {
  /** Also its id. */
  name: string;
  sizeGib: number;
  format: string;
  operatingSystem: string;
  ready: boolean;
  /** What PrepareImage was given; empty: it came with the platform. */
  source: string;
  task?: string;
}

/** A disk that no machine has. */
export interface FreeDiskRecord {
  disk: DiskRecord;
  host: string;
  /** Of ImportDisk; empty: it was kept when its machine was deleted. */
  uid: string;
  owner: string;
}
