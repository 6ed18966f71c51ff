import {
  Change,
  type Disk,
  GetCapabilitiesResponse,
  Image,
  invalidSpec,
  MachineState,
  PowerOperation,
  PowerState,
  ProviderError,
  VirtualMachine,
  type VirtualMachineSpec,
} from "@remuda/contract";
import { type MachineKey, type Provider, untraceable } from "@remuda/provider-kit";
import { openMachineFile } from "./machine-file";

const gib = 2 ** 30;
const mostCpus = 256;
const images = ["debian-13", "ubuntu-24.04"].map((id) =>
  Image.fromPartial({ id, name: id, format: "raw", capacityBytes: gib, ready: true }),
);
const liveChanges = [Change.LABELS, Change.DISK_ADD, Change.DISK_GROW, Change.DISK_REMOVE, Change.INTERFACE_ADD, Change.INTERFACE_REMOVE];
const restartChanges = [Change.CPUS_UP, Change.CPUS_DOWN, Change.MEMORY_UP, Change.MEMORY_DOWN];

/** Where an operation leads; all others end with a machine that runs. */
const powerAfter: Partial<Record<PowerOperation, PowerState>> = {
  [PowerOperation.OFF]: PowerState.OFF,
  [PowerOperation.SHUTDOWN]: PowerState.OFF,
  [PowerOperation.SUSPEND]: PowerState.SUSPENDED,
};

/** A platform of make-believe machines that are kept in one JSON file. Everything is done at once, so there are no tasks. */
export function createMemoryProvider(path: string): Provider {
  const file = openMachineFile(path);
  const machines = new Map(file.machines.map((machine) => [machine.id, machine]));

  function save(machine: VirtualMachine): VirtualMachine {
    machines.set(machine.id, machine);
    file.write(machines.values());
    return machine;
  }

  function find({ id, uid }: MachineKey): VirtualMachine {
    const found = id === "" ? [...machines.values()].find((machine) => machine.uid === uid) : machines.get(id);
    if (!found) throw new ProviderError("NOT_FOUND", `no machine ${id || `with uid ${uid}`}`);
    return found;
  }

  function findOwn(key: MachineKey): VirtualMachine {
    const machine = find(key);
    if (key.uid !== machine.uid) throw new ProviderError("FORBIDDEN", `machine ${key.id} bears another uid`);
    return machine;
  }

  return {
    capabilities: GetCapabilitiesResponse.fromPartial({
      platform: "memory",
      sources: ["image", "virtual_machine"],
      powerOperations: Object.values(PowerOperation).filter((operation) => operation !== PowerOperation.UNSPECIFIED),
      liveChanges,
      restartChanges,
    }),
    validate: () => answer(() => ({ platform: "memory", platformVersion: "1", account: path, warnings: [], platformId: file.platformId })),
    create: ({ uid, owner, spec }) =>
      answer(() => {
        const existing = [...machines.values()];
        const same = existing.find((machine) => machine.uid === uid);
        if (same) return { virtualMachine: same };
        if (!spec) throw invalidSpec([{ field: "spec", description: "required" }]);
        if (existing.some(({ name }) => name === spec.name)) throw new ProviderError("ALREADY_EXISTS", `there is a machine ${spec.name}`);
        if (spec.source?.$case === "virtualMachine") find({ id: spec.source.value.id, uid: "" });
        if (spec.source?.$case === "image") findImage(spec.source.value);
        const used = existing.reduce((sum, { hardware }) => sum + (hardware?.cpus ?? 0), spec.hardware?.cpus ?? 0);
        if (used > mostCpus) throw new ProviderError("NO_CAPACITY", `there are ${mostCpus} processors; ${used} would be in use`);
        const powerState = spec.powerState || PowerState.ON;
        const made = { id: `mem-${uid}`, uid, owner, name: spec.name, state: MachineState.READY, powerState };
        return { virtualMachine: save(changed(VirtualMachine.fromPartial(made), spec, true)) };
      }),
    delete: (key) =>
      answer(() => {
        if (!machines.has(key.id)) return undefined;
        machines.delete(findOwn(key).id);
        file.write(machines.values());
        return undefined;
      }),
    power: (key, { operation }) =>
      answer(() => {
        const machine = findOwn(key);
        // A guest that is off has nothing to suspend.
        const stays = operation === PowerOperation.SUSPEND && machine.powerState === PowerState.OFF;
        if (!stays) save({ ...machine, powerState: powerAfter[operation] ?? PowerState.ON });
        return undefined;
      }),
    reconfigure: (key, { spec, allowRestart }) =>
      answer(() => {
        const machine = findOwn(key);
        refuseShrinking(machine, spec.disks);
        const needed = machine.powerState === PowerState.ON ? restartsFor(machine, spec) : [];
        const withRestart = allowRestart || needed.length === 0;
        save(changed(machine, spec, withRestart));
        return { restartRequired: withRestart ? [] : needed };
      }),
    describe: (key) => answer(() => find(key)),
    isTaskComplete: () => answer(() => untraceable("this provider has no tasks")),
    list: () => each([...machines.values()]),
    images: {
      prepare: ({ source }) => answer(() => ({ image: findImage(source?.$case === "existing" ? source.value : "") })),
      list: () => each(images),
    },
  };
}

/** The machine as the spec wants it; processors and memory only where a restart is no matter. */
function changed(machine: VirtualMachine, spec: VirtualMachineSpec, withRestart: boolean): VirtualMachine {
  const disks = spec.disks.map(({ name, sizeGib, boot }) => ({ id: `${machine.id}-${name}`, name, capacityBytes: sizeGib * gib, boot }));
  const interfaces = spec.interfaces.map(({ name, network, macAddress }) => ({ name, network, macAddress }));
  const hardware = (withRestart && spec.hardware) || machine.hardware;
  return VirtualMachine.fromPartial({ ...machine, disks, interfaces, hardware, labels: spec.labels });
}

function restartsFor({ hardware }: VirtualMachine, spec: VirtualMachineSpec): Change[] {
  const needed: Change[] = [];
  const [cpus, memory] = [(spec.hardware?.cpus ?? 0) - (hardware?.cpus ?? 0), (spec.hardware?.memoryMib ?? 0) - (hardware?.memoryMib ?? 0)];
  if (cpus !== 0) needed.push(cpus > 0 ? Change.CPUS_UP : Change.CPUS_DOWN);
  if (memory !== 0) needed.push(memory > 0 ? Change.MEMORY_UP : Change.MEMORY_DOWN);
  return needed;
}

function refuseShrinking(machine: VirtualMachine, disks: readonly Disk[]): void {
  disks.forEach(({ name, sizeGib }, index) => {
    const before = machine.disks.find((disk) => disk.name === name)?.capacityBytes ?? 0;
    if (sizeGib * gib < before) throw invalidSpec([{ field: `spec.disks[${index}].size_gib`, description: "it can't shrink" }]);
  });
}

function findImage(id: string): Image {
  const image = images.find((known) => known.id === id);
  if (!image) throw new ProviderError("NOT_FOUND", `no image ${id}; there are ${images.map((known) => known.id).join(", ")}`);
  return image;
}

/** What `work` returns or throws, as the promise that the interface wants. */
const answer = <T>(work: () => T): Promise<T> => new Promise((resolve) => resolve(work()));

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}
