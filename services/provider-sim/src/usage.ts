import type { DiskRecord, MachineRecord, Shape } from "./records";

/** What something takes of a host. */
export interface Usage {
  cpus: number;
  memoryMib: number;
  diskGib: number;
  /** By the name of the model. */
  gpus: Readonly<Record<string, number>>;
}

/** What a machine takes: while it is being changed, the larger of both shapes. Off or on makes no difference. */
export function usageOf(machine: MachineRecord): Usage {
  const own = shapeUsage(machine.shape);
  const saved = machine.snapshots.reduce((sum, snapshot) => sum + snapshot.reservedGib, 0);
  if (!machine.pending) return saved === 0 ? own : { ...own, diskGib: own.diskGib + saved };
  const next = shapeUsage(machine.pending);
  const gpus: Record<string, number> = { ...own.gpus };
  for (const [name, count] of Object.entries(next.gpus)) gpus[name] = Math.max(gpus[name] ?? 0, count);
  return {
    cpus: Math.max(own.cpus, next.cpus),
    memoryMib: Math.max(own.memoryMib, next.memoryMib),
    diskGib: diskUnion(machine.shape.disks, machine.pending.disks) + saved,
    gpus,
  };
}

/** What of `after` is more than `before`. */
export function growth(before: Usage, after: Usage): Usage {
  const gpus: Record<string, number> = {};
  for (const [name, count] of Object.entries(after.gpus)) gpus[name] = Math.max(0, count - (before.gpus[name] ?? 0));
  return {
    cpus: Math.max(0, after.cpus - before.cpus),
    memoryMib: Math.max(0, after.memoryMib - before.memoryMib),
    diskGib: Math.max(0, after.diskGib - before.diskGib),
    gpus,
  };
}

export const diskUsage = (diskGib: number): Usage => ({ cpus: 0, memoryMib: 0, diskGib, gpus: {} });

function shapeUsage({ hardware, disks }: Shape): Usage {
  const gpus: Record<string, number> = {};
  for (const { name, count } of hardware.gpus) gpus[name] = (gpus[name] ?? 0) + count;
  return {
    cpus: hardware.cpus,
    memoryMib: hardware.memoryMib,
    diskGib: disks.reduce((sum, disk) => sum + disk.reservedGib, 0),
    gpus,
  };
}

function diskUnion(now: readonly DiskRecord[], next: readonly DiskRecord[]): number {
  const reserved = new Map(now.map((disk) => [disk.id, disk.reservedGib]));
  for (const disk of next) reserved.set(disk.id, Math.max(reserved.get(disk.id) ?? 0, disk.reservedGib));
  return [...reserved.values()].reduce((sum, gib) => sum + gib, 0);
}
