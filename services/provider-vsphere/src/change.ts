import { Change, Firmware, invalidSpec, type VirtualMachineSpec } from "@remuda/contract";
import { isVim, type MoRef, type Vim } from "@remuda/vsphere-client";
import { bytesOf, type CardPlace, diskSlots, grownDisk, newCard, newDisk, removeDevice } from "./devices";
import { cardsOf, devicesOf, disksOf, type Machine, namedCards, namedDisks, placeOf } from "./machine";
import { type Marks, writeMarks } from "./marks";

const gib = 2 ** 30;

export interface Plan {
  /** What is to be sent, with what needs a machine that is off and without. Undefined: nothing. */
  live: Vim<"VirtualMachineConfigSpec"> | undefined;
  whole: Vim<"VirtualMachineConfigSpec"> | undefined;
  /** What of it can't be done while the machine runs. */
  restart: Change[];
}

interface Step {
  change: Change | undefined;
  live: boolean;
  apply(config: Vim<"VirtualMachineConfigSpec">): void;
}

export interface PlanContext {
  cards: CardPlace;
  /** A datastore by the name that a disk gives. */
  datastore(text: string, field: string): MoRef | undefined;
  /** A new machine: its origin's interfaces are replaced by the spec's. */
  fresh: boolean;
}

type Deltas = Pick<Marks, "disks" | "retained" | "interfaces" | "labels">;

/** What makes the machine what the spec says. Throws INVALID_SPEC for what can't be. */
export function planChange(machine: Machine, spec: VirtualMachineSpec, context: PlanContext): Plan {
  const running = machine.properties["runtime.powerState"] !== "poweredOff";
  const steps = [...hardwareSteps(machine, spec), ...diskSteps(machine, spec, context), ...cardSteps(machine, spec, context)];
  if (!sameRecord(machine.marks?.labels ?? {}, spec.labels)) steps.push(marking(Change.LABELS, { labels: spec.labels }));
  const possible = running ? steps.filter(({ live }) => live) : steps;
  const restart = steps.flatMap(({ change, live }) => (live || !running || change === undefined ? [] : [change]));
  return {
    live: compose(possible),
    whole: restart.length > 0 || !running ? compose(steps) : compose(possible),
    restart: [...new Set(restart)],
  };
}

function compose(steps: readonly Step[]): Plan["whole"] {
  if (steps.length === 0) return undefined;
  const config: Vim<"VirtualMachineConfigSpec"> = { _typeName: "VirtualMachineConfigSpec" };
  for (const step of steps) step.apply(config);
  return config;
}

const devices = (config: Vim<"VirtualMachineConfigSpec">, changes: readonly Vim<"VirtualDeviceConfigSpec">[]) => {
  config.deviceChange = [...(config.deviceChange ?? []), ...changes];
};
const marking = (change: Change | undefined, marks: Partial<Deltas>): Step => ({
  change,
  live: true,
  apply(config) {
    config.extraConfig = [...(config.extraConfig ?? []), ...writeMarks(marks)];
  },
});

function hardwareSteps({ properties, ...machine }: Machine, { hardware }: VirtualMachineSpec): Step[] {
  if (!hardware) return [];
  const steps: Step[] = [];
  const cpus = hardware.cpus - (properties["config.hardware.numCPU"] ?? 0);
  const cores = hardware.coresPerSocket > 0 && hardware.coresPerSocket !== properties["config.hardware.numCoresPerSocket"];
  if (hardware.cpus > 0 && (cpus !== 0 || cores)) {
    steps.push({
      change: cpus < 0 ? Change.CPUS_DOWN : Change.CPUS_UP,
      live: cpus > 0 && !cores && properties["config.cpuHotAddEnabled"] === true,
      apply(config) {
        config.numCPUs = hardware.cpus;
        if (cores) config.numCoresPerSocket = hardware.coresPerSocket;
      },
    });
  }
  const memory = hardware.memoryMib - (properties["config.hardware.memoryMB"] ?? 0);
  if (hardware.memoryMib > 0 && memory !== 0) {
    steps.push({
      change: memory < 0 ? Change.MEMORY_DOWN : Change.MEMORY_UP,
      live: memory > 0 && properties["config.memoryHotAddEnabled"] === true,
      apply(config) {
        config.memoryMB = hardware.memoryMib;
      },
    });
  }
  const roomForCpus = (hardware.hotAdd?.maxCpus ?? 0) > 0;
  const roomForMemory = (hardware.hotAdd?.maxMemoryMib ?? 0) > 0;
  if (
    roomForCpus !== (properties["config.cpuHotAddEnabled"] ?? false) ||
    roomForMemory !== (properties["config.memoryHotAddEnabled"] ?? false)
  ) {
    steps.push({
      // No change that anyone waits for: it is made when the machine is off anyway.
      change: undefined,
      live: false,
      apply: (config) => void Object.assign(config, { cpuHotAddEnabled: roomForCpus, memoryHotAddEnabled: roomForMemory }),
    });
  }
  return [...steps, ...firmwareSteps({ properties, ...machine }, hardware)];
}

function firmwareSteps(machine: Machine, hardware: NonNullable<VirtualMachineSpec["hardware"]>): Step[] {
  const { properties } = machine;
  const steps: Step[] = [];
  const step = (apply: Step["apply"]) => steps.push({ change: Change.FIRMWARE, live: false, apply });
  const firmware = hardware.firmware === Firmware.UNSPECIFIED ? undefined : hardware.firmware === Firmware.UEFI ? "efi" : "bios";
  if (firmware && firmware !== (properties["config.firmware"] ?? "bios")) {
    step((config) => {
      config.firmware = firmware;
    });
  }
  const secure = properties["config.bootOptions"]?.efiSecureBootEnabled ?? false;
  if (firmware && secure !== hardware.secureBoot) {
    step((config) => {
      config.bootOptions = { _typeName: "VirtualMachineBootOptions", efiSecureBootEnabled: hardware.secureBoot };
    });
  }
  if (hardware.nestedVirtualization !== (properties["config.nestedHVEnabled"] ?? false)) {
    step((config) => {
      config.nestedHVEnabled = hardware.nestedVirtualization;
    });
  }
  if (hardware.tpm && !devicesOf(machine).some((device) => isVim(device, "VirtualTPM"))) {
    step((config) =>
      devices(config, [{ _typeName: "VirtualDeviceConfigSpec", operation: "add", device: { _typeName: "VirtualTPM", key: -900 } }]),
    );
  }
  return steps;
}

function diskSteps(machine: Machine, spec: VirtualMachineSpec, { datastore, fresh }: PlanContext): Step[] {
  const steps: Step[] = [];
  const names = new Map(namedDisks(machine).map(({ name, disk }) => [name, disk]));
  const [first] = disksOf(machine);
  const marked = { ...machine.marks?.disks };
  const slots = diskSlots(machine);
  spec.disks.forEach((wanted, index) => {
    const field = `spec.disks[${index}]`;
    if (!["", "scsi", "pvscsi"].includes(wanted.bus))
      throw invalidSpec([{ field: `${field}.bus`, description: `"${wanted.bus}" is not known; disks are on "pvscsi"` }]);
    // The disk that the origin brought gets its name with the first spec that names it.
    const existing = names.get(wanted.name) ?? (wanted.boot && (fresh || !Object.values(marked).includes(wanted.name)) ? first : undefined);
    const bytes = wanted.sizeGib * gib;
    if (existing) {
      marked[placeOf(existing)] = wanted.name;
      if (bytes < bytesOf(existing)) {
        throw invalidSpec([{ field: `${field}.size_gib`, description: `the disk has ${bytesOf(existing) / gib} GiB and can't shrink` }]);
      }
      if (bytes > bytesOf(existing)) {
        steps.push({ change: Change.DISK_GROW, live: true, apply: (config) => devices(config, [grownDisk(existing, wanted.sizeGib)]) });
      }
      return;
    }
    const place = slots.next();
    marked[`${place.controllerKey}:${place.unitNumber}`] = wanted.name;
    const change = newDisk(wanted, place, -(100 + index), datastore(wanted.storage, `${field}.storage`));
    steps.push({ change: Change.DISK_ADD, live: true, apply: (config) => devices(config, [...slots.changes.splice(0), change]) });
  });
  const managed = new Set(Object.values(machine.marks?.disks ?? {}));
  for (const [name, disk] of names) {
    // What the origin brought and no spec ever named is not the spec's to take away; nor is the disk that it starts from.
    if (!managed.has(name) || disk === first || spec.disks.some((wanted) => wanted.name === name)) continue;
    delete marked[placeOf(disk)];
    const keep = machine.marks?.retained.includes(name) ?? false;
    steps.push({ change: Change.DISK_REMOVE, live: true, apply: (config) => devices(config, [removeDevice(disk, !keep)]) });
  }
  const retained = spec.disks.filter(({ retain }) => retain).map(({ name }) => name);
  const before = machine.marks;
  if (!sameRecord(before?.disks ?? {}, marked) || JSON.stringify(before?.retained ?? []) !== JSON.stringify(retained)) {
    steps.push(marking(undefined, { disks: marked, retained }));
  }
  return steps;
}

function cardSteps(machine: Machine, spec: VirtualMachineSpec, { cards, fresh }: PlanContext): Step[] {
  const steps: Step[] = [];
  // Once they are replaced they have names, also where the rest of the making was interrupted.
  const replace = fresh && spec.interfaces.length > 0 && Object.keys(machine.marks?.interfaces ?? {}).length === 0;
  const current = replace ? [] : namedCards(machine);
  const marked: Record<string, number | null> = Object.fromEntries(
    current.filter(({ name }) => name in (machine.marks?.interfaces ?? {})).map(({ name, card }) => [name, card.key]),
  );
  if (replace) {
    const old = cardsOf(machine);
    if (old.length > 0)
      steps.push({
        change: Change.INTERFACE_REMOVE,
        live: true,
        apply: (config) =>
          devices(
            config,
            old.map((card) => removeDevice(card)),
          ),
      });
  }
  for (const { name, card } of current) {
    if (!(name in marked) || spec.interfaces.some((nic) => nic.name === name)) continue;
    delete marked[name];
    steps.push({ change: Change.INTERFACE_REMOVE, live: true, apply: (config) => devices(config, [removeDevice(card)]) });
  }
  spec.interfaces.forEach((nic, index) => {
    if (current.some(({ name }) => name === nic.name)) return;
    marked[nic.name] = null;
    const change = newCard(nic, index, -(200 + index), cards);
    steps.push({ change: Change.INTERFACE_ADD, live: true, apply: (config) => devices(config, [change]) });
  });
  if (steps.length > 0) steps.push(marking(undefined, { interfaces: marked }));
  return steps;
}

function sameRecord(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
