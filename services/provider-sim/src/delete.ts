import { MachineState, ProviderError } from "@remuda/contract";
import type { MachineKey, TaskRef } from "@remuda/provider-kit";
import { dropContent } from "./content";
import type { DiskRecord, MachineRecord, Problem, Work } from "./records";
import type { World } from "./world";

/** Wins over whatever else is being done to the machine. */
export function deleteMachine(world: World, key: MachineKey): TaskRef | undefined {
  const { machines, tasks } = world;
  if (!(key.id ? machines.get(key.id) : machines.byUid(key.uid))) return undefined;
  const found = machines.owned(key);
  if (found.state === MachineState.DELETING) return found.task;
  const clones = machines.clonesOf(found.id);
  if (clones.length > 0) {
    const names = clones.slice(0, 5).map(({ id }) => id);
    throw new ProviderError("CONFLICT", `${clones.length} linked clones share the disks of ${found.id}: ${names.join(", ")}`);
  }
  if (found.task !== undefined) tasks.interrupt(found.task, "the machine is being deleted");
  const machine = machines.owned(key);
  machines.put({ ...machine, state: MachineState.DELETING });
  return tasks.start({ kind: "delete", machineId: machine.id, before: machine.state }, world.latencyMs.delete);
}

export function settleDelete(world: World, work: Work & { kind: "delete" }, problem: Problem | undefined): void {
  const machine = world.machines.get(work.machineId);
  if (machine?.state !== MachineState.DELETING) return;
  if (problem) {
    const { task: _, ...rest } = machine;
    world.machines.put({ ...rest, state: work.before });
    return;
  }
  world.machines.remove(machine.id);
  for (const disk of machine.shape.disks) if (disk.retain) retainDisk(world, machine, disk);
  dropContent(world, machine.shape.disks);
  world.note("deleted", { id: machine.id, uid: machine.uid });
}

/** Keeps a disk that its machine no longer has. What an instance had goes with it. */
export function retainDisk({ freeDisks }: World, machine: MachineRecord, disk: DiskRecord): void {
  if (machine.host) freeDisks.put({ disk: { ...disk, boot: false }, host: machine.host, uid: "", owner: machine.owner });
}
