import { EventEmitter } from "node:events";
import {
  type AttachedDisk,
  type CreateRequest,
  type Image,
  MachineState,
  type Offer,
  PowerState,
  ProviderError,
  type Snapshot,
  VirtualMachine,
  type VirtualMachineSpec,
} from "@remuda/contract";

/** A machine of the reference: what is shown, and what made it. */
export interface MachineRecord {
  shown: VirtualMachine;
  spec: VirtualMachineSpec;
  snapshots: Snapshot[];
  /** The task that makes it, while it does. */
  creation?: TaskRecord;
}

export interface TaskRecord {
  ref: string;
  machineId: string;
  beganAt: number;
  takesMs: number;
  done: boolean;
  error?: ProviderError;
  /** Settles when it is done. */
  ended: Promise<void>;
  cancel(error: ProviderError): void;
}

interface DiskRecord {
  shown: AttachedDisk;
  content: Buffer;
  machineId: string;
}

/** What a hypervisor would remember: it outlives the server in front of it. */
export interface Platform {
  id: string;
  latencyMs: number;
  machines: Map<string, MachineRecord>;
  tasks: Map<string, TaskRecord>;
  disks: Map<string, DiskRecord>;
  /** Disk ids by the uid of their import. */
  imports: Map<string, string>;
  images: Map<string, Image>;
  offers: Offer[];
  /** "present" with a VirtualMachine, "gone" with {id, uid}. */
  events: EventEmitter;
  nextId(kind: string): string;
  /** Begins a task that does `work` when it ends well. */
  begin(machineId: string, work: () => void): TaskRecord;
  changed(machine: MachineRecord): void;
  byUid(uid: string): MachineRecord | undefined;
  create(request: CreateRequest): MachineRecord;
  remove(machine: MachineRecord): void;
  addDisk(name: string, content: Buffer, machineId: string, more?: Partial<AttachedDisk>): AttachedDisk;
}

/** The size of the image's disk: small enough to export in a test. */
export const imageBytes = 256 << 10;
export const gib = 2 ** 30;

export function createPlatform(latencyMs: number): Platform {
  let ids = 0;
  const platform: Platform = {
    id: "reference-1",
    latencyMs,
    machines: new Map(),
    tasks: new Map(),
    disks: new Map(),
    imports: new Map(),
    images: new Map(),
    offers: [],
    events: new EventEmitter().setMaxListeners(0),
    nextId: (kind) => `${kind}-${String(++ids).padStart(6, "0")}`,

    begin(machineId, work) {
      let resolve = () => {};
      const ended = new Promise<void>((settled) => {
        resolve = settled;
      });
      const end = (error?: ProviderError) => {
        if (task.done) return;
        clearTimeout(timer);
        task.done = true;
        task.error = error;
        if (!error) work();
        resolve();
      };
      const timer = setTimeout(end, platform.latencyMs);
      const task: TaskRecord = {
        ref: platform.nextId("task"),
        machineId,
        beganAt: performance.now(),
        takesMs: platform.latencyMs,
        done: false,
        ended,
        cancel: end,
      };
      platform.tasks.set(task.ref, task);
      return task;
    },

    changed(machine) {
      platform.events.emit("present", machine.shown);
    },

    byUid: (uid) => [...platform.machines.values()].find(({ shown }) => shown.uid === uid),

    create({ uid, owner, spec }) {
      if (!spec) throw new ProviderError("INTERNAL", "a request without a spec was let through");
      const id = platform.nextId("vm");
      const machine: MachineRecord = {
        spec,
        snapshots: [],
        shown: VirtualMachine.create({
          id,
          uid,
          owner,
          name: spec.name,
          state: MachineState.CREATING,
          powerState: PowerState.OFF,
          hardware: spec.hardware,
          disks: disksOf(platform, spec, id),
          interfaces:
            spec.interfaces.length > 0
              ? spec.interfaces.map(({ name, network }) => ({ name, network }))
              : [{ name: "net0", network: "default" }],
          labels: spec.labels,
          createTime: new Date(),
        }),
      };
      platform.machines.set(id, machine);
      platform.changed(machine);
      return machine;
    },

    remove(machine) {
      const { id, uid } = machine.shown;
      if (!platform.machines.delete(id)) return;
      for (const disk of machine.shown.disks) {
        const kept = machine.spec.disks.some(({ name, retain }) => retain && name === disk.name) && platform.disks.get(disk.id);
        if (kept) kept.machineId = "";
        else platform.disks.delete(disk.id);
      }
      platform.events.emit("gone", { id, uid });
    },

    addDisk(name, content, machineId, more = {}) {
      const id = platform.nextId("disk");
      const shown = { id, name, capacityBytes: content.length, usedBytes: 0, boot: false, storage: "default", ...more };
      platform.disks.set(id, { shown, content, machineId });
      return shown;
    },
  };
  return platform;
}

function disksOf(platform: Platform, spec: VirtualMachineSpec, machineId: string): AttachedDisk[] {
  if (spec.source?.$case === "disk") {
    const disk = platform.disks.get(spec.source.value);
    if (!disk) throw new ProviderError("NOT_FOUND", "no such disk");
    disk.machineId = machineId;
    return [{ ...disk.shown, boot: true }];
  }
  const content = Buffer.alloc(imageBytes, "the image's content; ");
  const disks = spec.disks.map(({ name, sizeGib, boot }) =>
    platform.addDisk(name, content, machineId, { capacityBytes: sizeGib * gib, boot }),
  );
  return disks.some(({ boot }) => boot) ? disks : [platform.addDisk("boot", content, machineId, { boot: true }), ...disks];
}
