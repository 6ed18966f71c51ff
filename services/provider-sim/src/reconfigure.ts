import {
  Change,
  type FieldViolation,
  type Hardware,
  invalidSpec,
  PowerState,
  ProviderError,
  type VirtualMachineSpec,
} from "@remuda/contract";
import type { MachineKey, Reconfiguration, Reconfigured } from "@remuda/provider-kit";
import { dropContent } from "./content";
import { checkStorages, dataDisk } from "./create";
import { retainDisk } from "./delete";
import { defaultInterface } from "./networks";
import { requireIdle } from "./power";
import type { DiskRecord, MachineRecord, NicRecord, Problem, Shape, Work } from "./records";
import { plainHardware } from "./source";
import { growth, usageOf } from "./usage";
import type { World } from "./world";

/** Reserves what the new shape needs more, then changes to it: live as far as that goes, by a restart where it is allowed. */
export function reconfigure(world: World, key: MachineKey, { spec, allowRestart }: Reconfiguration): Reconfigured {
  const { machines, tasks, latencyMs } = world;
  const machine = machines.owned(key);
  const asked = JSON.stringify([spec.hardware, spec.disks, spec.interfaces, spec.labels, allowRestart]);
  const current = machine.task === undefined ? undefined : tasks.get(machine.task)?.work;
  const live = machine.power === PowerState.ON;
  if (current?.kind === "reconfigure" && current.asked === asked) {
    const { restart } = compareHardware(machine, spec.hardware, live);
    return { task: machine.task, restartRequired: allowRestart || !live ? [] : restart };
  }
  requireIdle(machine);

  const { hardware, restart } = compareHardware(machine, spec.hardware, live);
  const needsRestart = live && restart.length > 0;
  const shape: Shape = {
    hardware: needsRestart && !allowRestart ? liveHardware(machine, hardware) : hardware,
    disks: planDisks(world, machine, spec),
    nics: planNics(world, machine, spec),
  };
  const restartRequired = needsRestart && !allowRestart ? restart : [];
  const labels = { ...spec.labels };
  if (same(shape, machine.shape) && same(labels, machine.labels)) return { restartRequired };
  if (machine.power === PowerState.SUSPENDED && !same(shape, machine.shape)) {
    throw new ProviderError("CONFLICT", `${machine.id} is suspended; resume or stop it before it is changed`);
  }

  const changing: MachineRecord = { ...machine, pending: shape };
  if (machine.offer === undefined) world.hosts.require(machine.host, growth(usageOf(machine), usageOf(changing)));
  machines.put(changing);
  const durationMs = latencyMs.reconfigure + (needsRestart && allowRestart ? latencyMs.power : 0);
  const task = tasks.start({ kind: "reconfigure", machineId: machine.id, asked, labels, power: machine.power }, durationMs);
  return { restartRequired, ...(task !== undefined && { task }) };
}

export function settleReconfigure(world: World, work: Work & { kind: "reconfigure" }, problem: Problem | undefined): void {
  const machine = world.machines.get(work.machineId);
  if (!machine?.pending) return;
  const { task: _, pending, ...rest } = machine;
  if (problem) {
    world.machines.put(rest);
    return;
  }
  world.machines.put({ ...rest, shape: pending, labels: work.labels });
  const kept = new Set(pending.disks.map((disk) => disk.id));
  for (const disk of machine.shape.disks) if (disk.retain && !kept.has(disk.id)) retainDisk(world, machine, disk);
  dropContent(world, machine.shape.disks);
}

/** The hardware as it shall be, and what of it can't be had while the machine runs. */
function compareHardware(machine: MachineRecord, asked: Hardware | undefined, live: boolean): { hardware: Hardware; restart: Change[] } {
  const now = machine.shape.hardware;
  // An instance type's hardware is what it is; a spec may leave it out.
  if (!asked?.cpus || machine.offer !== undefined) return { hardware: now, restart: [] };
  const hardware = plainHardware(asked);
  if (!live) return { hardware, restart: [] };
  const restart = new Set<Change>();
  if (hardware.cpus > Math.max(now.cpus, now.hotAdd?.maxCpus ?? 0)) restart.add(Change.CPUS_UP);
  if (hardware.cpus < now.cpus) restart.add(Change.CPUS_DOWN);
  if (hardware.memoryMib > Math.max(now.memoryMib, now.hotAdd?.maxMemoryMib ?? 0)) restart.add(Change.MEMORY_UP);
  if (hardware.memoryMib < now.memoryMib) restart.add(Change.MEMORY_DOWN);
  // The room to grow and the sockets are laid out when the machine starts.
  if ((hardware.hotAdd?.maxCpus ?? 0) !== (now.hotAdd?.maxCpus ?? 0) || hardware.coresPerSocket !== now.coresPerSocket)
    restart.add(Change.CPUS_UP);
  if ((hardware.hotAdd?.maxMemoryMib ?? 0) !== (now.hotAdd?.maxMemoryMib ?? 0)) restart.add(Change.MEMORY_UP);
  if (!same(hardware.gpus, now.gpus)) restart.add(Change.GPUS);
  const firmware = ({ firmware, secureBoot, tpm, nestedVirtualization }: Hardware) => [firmware, secureBoot, tpm, nestedVirtualization];
  if (!same(firmware(hardware), firmware(now))) restart.add(Change.FIRMWARE);
  return { hardware, restart: [...restart] };
}

/** Of the wanted hardware what can be had at once. */
function liveHardware({ shape: { hardware: now } }: MachineRecord, wanted: Hardware): Hardware {
  const cpus = wanted.cpus > now.cpus && wanted.cpus <= (now.hotAdd?.maxCpus ?? 0) ? wanted.cpus : now.cpus;
  const grows = wanted.memoryMib > now.memoryMib && wanted.memoryMib <= (now.hotAdd?.maxMemoryMib ?? 0);
  return { ...now, cpus, memoryMib: grows ? wanted.memoryMib : now.memoryMib };
}

function planDisks(world: World, machine: MachineRecord, spec: VirtualMachineSpec): readonly DiskRecord[] {
  const violations: FieldViolation[] = checkStorages(spec);
  const hasSnapshots = machine.snapshots.length > 0;
  const taken = new Set<string>();
  const disks = spec.disks.map((asked, index): DiskRecord => {
    const found = machine.shape.disks.find((disk) => (asked.boot ? disk.boot : !disk.boot && disk.name === asked.name));
    if (!found) return dataDisk(world, asked);
    taken.add(found.id);
    const sizeGib = asked.sizeGib || found.sizeGib;
    if (sizeGib < found.sizeGib) {
      violations.push({
        field: `spec.disks[${index}].size_gib`,
        description: `a disk can't shrink: it has ${found.sizeGib}, not ${sizeGib}`,
      });
    }
    if (sizeGib > found.sizeGib && hasSnapshots) throw conflictWithSnapshots(machine, `disk ${found.name} can't grow`);
    return { ...found, sizeGib, reservedGib: found.reservedGib + (sizeGib - found.sizeGib), retain: asked.retain };
  });
  if (violations.length > 0) throw invalidSpec(violations);
  const left = machine.shape.disks.filter((disk) => !taken.has(disk.id));
  // What was never declared stays: the boot disk, and what came along with a clone's origin.
  const kept = left.filter((disk) => disk.boot || disk.inherited);
  if (hasSnapshots && kept.length < left.length) throw conflictWithSnapshots(machine, "no disk can be taken away");
  return [...kept, ...disks];
}

const conflictWithSnapshots = ({ id }: MachineRecord, what: string) =>
  new ProviderError("CONFLICT", `${what} while ${id} has snapshots; delete them first`);

function planNics(world: World, machine: MachineRecord, { interfaces }: VirtualMachineSpec): readonly NicRecord[] {
  const { nics } = machine.shape;
  const [only] = nics;
  if (interfaces.length === 0 && nics.length === 1 && only?.name === defaultInterface) return nics;
  const planned = world.networks.plan(interfaces, nics);
  return planned.map((next, index) => {
    const asked = interfaces[index];
    const found = nics.find((nic) => nic.name === next.name);
    const unchanged =
      found &&
      found.network === next.network &&
      found.vlan === next.vlan &&
      found.model === next.model &&
      same(found.addresses, next.addresses) &&
      (!asked?.macAddress || asked.macAddress === found.macAddress);
    return unchanged ? found : next;
  });
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
