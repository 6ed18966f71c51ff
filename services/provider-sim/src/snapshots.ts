import { type CreateSnapshotRequest, PowerState, ProviderError, type Snapshot } from "@remuda/contract";
import type { MachineKey, TaskRef } from "@remuda/provider-kit";
import { requireIdle } from "./power";
import type { MachineRecord, Problem, SnapshotRecord, Work } from "./records";
import { growth, usageOf } from "./usage";
import type { World } from "./world";

export function createSnapshot(world: World, request: CreateSnapshotRequest): { snapshot: Snapshot; task?: TaskRef } {
  const { machines, tasks, clock } = world;
  const machine = machines.owned({ id: request.virtualMachineId, uid: request.uid });
  const existing = machine.snapshots.find(({ name }) => name === request.name);
  if (existing) return answer(machine, existing.id, existing.ready ? undefined : machine.task);
  requireIdle(machine);
  if (machine.offer !== undefined) throw new ProviderError("UNSUPPORTED", "instances have no snapshots");
  if (request.memory && machine.power !== PowerState.ON) {
    throw new ProviderError("CONFLICT", `${machine.id} does not run; there is no memory to save`);
  }
  const snapshot: SnapshotRecord = {
    id: world.nextId("snap"),
    name: request.name,
    description: request.description,
    parentId: machine.currentSnapshot,
    memory: request.memory,
    createMs: clock.now(),
    ready: false,
    shape: machine.shape,
    reservedGib: request.memory ? Math.ceil(machine.shape.hardware.memoryMib / 1024) : 0,
  };
  const changed = { ...machine, snapshots: [...machine.snapshots, snapshot] };
  world.hosts.require(machine.host, growth(usageOf(machine), usageOf(changed)));
  machines.put(changed);
  const task = tasks.start({ kind: "createSnapshot", machineId: machine.id, snapshotId: snapshot.id }, world.latencyMs.createSnapshot);
  return answer(machines.get(machine.id) ?? changed, snapshot.id, task);
}

function answer(machine: MachineRecord, snapshotId: string, task: TaskRef | undefined): { snapshot: Snapshot; task?: TaskRef } {
  const snapshot = machine.snapshots.find(({ id }) => id === snapshotId);
  if (!snapshot) throw new ProviderError("INTERRUPTED", "the snapshot could not be taken");
  return { snapshot: view(machine, snapshot), ...(task !== undefined && { task }) };
}

export function settleCreateSnapshot({ machines }: World, work: Work & { kind: "createSnapshot" }, problem: Problem | undefined): void {
  const machine = machines.get(work.machineId);
  if (!machine) return;
  const { task: _, ...rest } = machine;
  if (problem) machines.put({ ...rest, snapshots: rest.snapshots.filter(({ id }) => id !== work.snapshotId) });
  else {
    const snapshots = rest.snapshots.map((snapshot) => (snapshot.id === work.snapshotId ? { ...snapshot, ready: true } : snapshot));
    machines.put({ ...rest, snapshots, currentSnapshot: work.snapshotId });
  }
}

export function deleteSnapshot(world: World, key: MachineKey, snapshotId: string): TaskRef | undefined {
  const { machines, tasks } = world;
  const machine = machines.owned(key);
  if (!machine.snapshots.some(({ id }) => id === snapshotId)) return undefined;
  const running = sameWork(world, machine, "deleteSnapshot", snapshotId);
  if (running !== undefined) return running;
  requireIdle(machine);
  const clones = machines.clonesOf(machine.id).filter(({ origin }) => origin?.snapshotId === snapshotId);
  if (clones.length > 0) throw new ProviderError("CONFLICT", `${clones.length} linked clones build on snapshot ${snapshotId}`);
  return tasks.start({ kind: "deleteSnapshot", machineId: machine.id, snapshotId }, world.latencyMs.deleteSnapshot);
}

/** Its children build on its parent afterwards. */
export function settleDeleteSnapshot({ machines }: World, work: Work & { kind: "deleteSnapshot" }, problem: Problem | undefined): void {
  const machine = machines.get(work.machineId);
  if (!machine) return;
  const { task: _, ...rest } = machine;
  const gone = rest.snapshots.find(({ id }) => id === work.snapshotId);
  if (problem || !gone) {
    machines.put(rest);
    return;
  }
  machines.put({
    ...rest,
    snapshots: rest.snapshots
      .filter((snapshot) => snapshot !== gone)
      .map((snapshot) => (snapshot.parentId === gone.id ? { ...snapshot, parentId: gone.parentId } : snapshot)),
    currentSnapshot: rest.currentSnapshot === gone.id ? gone.parentId : rest.currentSnapshot,
  });
}

export function revertSnapshot(world: World, key: MachineKey, snapshotId: string): TaskRef | undefined {
  const { machines, tasks } = world;
  const machine = machines.owned(key);
  const running = sameWork(world, machine, "revertSnapshot", snapshotId);
  if (running !== undefined) return running;
  requireIdle(machine);
  const snapshot = machine.snapshots.find(({ id, ready }) => id === snapshotId && ready);
  if (!snapshot) throw new ProviderError("NOT_FOUND", `${machine.id} has no snapshot ${snapshotId}`);
  // Interfaces stay: an address that was given back may be someone else's by now.
  const changing = { ...machine, pending: { ...snapshot.shape, nics: machine.shape.nics } };
  world.hosts.require(machine.host, growth(usageOf(machine), usageOf(changing)));
  machines.put(changing);
  return tasks.start({ kind: "revertSnapshot", machineId: machine.id, snapshotId }, world.latencyMs.revertSnapshot);
}

export function settleRevertSnapshot({ machines }: World, work: Work & { kind: "revertSnapshot" }, problem: Problem | undefined): void {
  const machine = machines.get(work.machineId);
  if (!machine?.pending) return;
  const { task: _, pending, ...rest } = machine;
  const snapshot = rest.snapshots.find(({ id }) => id === work.snapshotId);
  if (problem || !snapshot) machines.put(rest);
  else machines.put({ ...rest, shape: pending, currentSnapshot: snapshot.id, power: snapshot.memory ? PowerState.ON : PowerState.OFF });
}

/** Parents first; they are older than their children. */
export function listSnapshots({ machines }: World, machineId: string): Snapshot[] {
  const machine = machines.get(machineId);
  if (!machine) throw new ProviderError("NOT_FOUND", `no machine ${machineId}`);
  return machine.snapshots.filter(({ ready }) => ready).map((snapshot) => view(machine, snapshot));
}

const view = (machine: MachineRecord, { id, name, description, parentId, memory, createMs }: SnapshotRecord): Snapshot => ({
  id,
  name,
  description,
  parentId,
  memory,
  createTime: new Date(createMs),
  current: machine.currentSnapshot === id,
});

function sameWork(
  world: World,
  machine: MachineRecord,
  kind: "deleteSnapshot" | "revertSnapshot",
  snapshotId: string,
): TaskRef | undefined {
  const work = machine.task === undefined ? undefined : world.tasks.get(machine.task)?.work;
  return work?.kind === kind && work.snapshotId === snapshotId ? machine.task : undefined;
}
