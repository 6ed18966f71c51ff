import { MachineState, MarketType, PowerState, ProviderError } from "@remuda/contract";
import { dropContent } from "./content";
import type { Faults } from "./faults";
import type { MachineRecord } from "./records";
import type { World } from "./world";

/** What happens to machines without anyone's call. NOT_FOUND if there is no such machine. */
export interface Incidents {
  /** It is gone, disks and all, as if it had never been. */
  vanish(id: string): void;
  /** One that vanished is there again as it was. ALREADY_EXISTS if another has its uid or its name by now. */
  reappear(id: string): void;
  /** The guest stopped by itself. */
  stop(id: string): void;
  start(id: string): void;
  /** Someone changed it behind everyone's back. */
  change(id: string, what: MachineChange): void;
}

/** What someone changes. A disk that is removed is lost. */
interface MachineChange {
  cpus?: number;
  memoryMib?: number;
  labels?: Record<string, string>;
  name?: string;
  /** Names of disks and interfaces. */
  removeDisks?: string[];
  removeInterfaces?: string[];
}

// Machines that vanished and could come back.
const mostLost = 1000;

export function createIncidents(world: World): Incidents {
  const { machines, tasks } = world;
  const lost = new Map<string, MachineRecord>();
  const require = (id: string): MachineRecord => {
    const machine = machines.get(id);
    if (!machine) throw new ProviderError("NOT_FOUND", `no machine ${id}`);
    return machine;
  };
  /** What is being done to it ends, as it does when a hypervisor loses the machine. */
  const idle = (id: string): MachineRecord => {
    const { task } = require(id);
    if (task !== undefined) tasks.interrupt(task, "something happened to the machine");
    return require(id);
  };
  const setPower = (id: string, power: PowerState) => {
    const machine = idle(id);
    if (machine.state === MachineState.READY && machine.power !== power) machines.put({ ...machine, power });
  };

  return {
    vanish(id) {
      const machine = idle(id);
      const { uid, shape } = machine;
      machines.remove(id);
      dropContent(world, shape.disks);
      lost.set(id, machine);
      for (const [oldest] of lost) if (lost.size > mostLost) lost.delete(oldest);
      world.note("vanished", { id, uid });
    },
    reappear(id) {
      const machine = lost.get(id);
      if (!machine) throw new ProviderError("NOT_FOUND", `no machine ${id} has vanished`);
      const other = machines.byUid(machine.uid) ?? machines.byName(machine.name);
      if (other) throw new ProviderError("ALREADY_EXISTS", `${other.id} is in the place of ${id}`);
      machines.put(machine);
      lost.delete(id);
      world.note("reappeared", { id, uid: machine.uid });
    },
    stop(id) {
      setPower(id, PowerState.OFF);
      world.note("stopped by itself", { id });
    },
    start(id) {
      setPower(id, PowerState.ON);
      world.note("started by itself", { id });
    },
    change(id, { cpus, memoryMib, labels, name, removeDisks = [], removeInterfaces = [] }) {
      const machine = idle(id);
      const other = name === undefined ? undefined : machines.byName(name);
      if (other && other !== machine) throw new ProviderError("ALREADY_EXISTS", `${other.id} is named ${name} already`);
      const { hardware, disks, nics } = machine.shape;
      machines.put({
        ...machine,
        name: name ?? machine.name,
        labels: labels ?? machine.labels,
        shape: {
          hardware: { ...hardware, cpus: cpus ?? hardware.cpus, memoryMib: memoryMib ?? hardware.memoryMib },
          disks: disks.filter((disk) => !removeDisks.includes(disk.name)),
          nics: nics.filter((nic) => !removeInterfaces.includes(nic.name)),
        },
      });
      dropContent(world, disks);
      world.note("changed by itself", { id });
    },
  };
}

const everyMs = 1000;

/** Lets incidents happen at the faults' rates; the answer ends it. */
export function runIncidents(world: World, incidents: Incidents): () => void {
  const { clock, machines, faults } = world;
  const pick = (suits: (machine: MachineRecord) => boolean): MachineRecord | undefined => {
    const candidates = [...machines.all()].filter(suits);
    return candidates[Math.floor(clock.random() * candidates.length)];
  };
  const ready = (machine: MachineRecord) => machine.state === MachineState.READY;
  const kinds: readonly [keyof Faults["machines"], (machine: MachineRecord) => boolean, (machine: MachineRecord) => void][] = [
    ["vanishPerMinute", ready, ({ id }) => incidents.vanish(id)],
    ["stopPerMinute", (m) => ready(m) && m.power === PowerState.ON, ({ id }) => incidents.stop(id)],
    ["startPerMinute", (m) => ready(m) && m.power === PowerState.OFF, ({ id }) => incidents.start(id)],
    ["changePerMinute", ready, ({ id, labels }) => incidents.change(id, { labels: { ...labels, "changed-by": "sim" } })],
    ["reclaimPerMinute", (m) => ready(m) && m.market === MarketType.SPOT, ({ id }) => incidents.vanish(id)],
  ];

  let cancel = () => {};
  const tick = () => {
    const rates = faults.current().machines;
    for (const [rate, suits, strike] of kinds) {
      let expected = (rates[rate] * everyMs) / 60_000;
      for (; expected > 0; expected--) {
        if (clock.random() >= expected) continue;
        const machine = pick(suits);
        if (machine) strike(machine);
      }
    }
    cancel = clock.setTimer(tick, everyMs);
  };
  cancel = clock.setTimer(tick, everyMs);
  return () => cancel();
}
