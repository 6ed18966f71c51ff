import { MachineState, MarketType, PowerState, ProviderError } from "@remuda/contract";
import { dropContent } from "./content";
import type { Faults } from "./faults";
import type { MachineRecord } from "./records";
import type { World } from "./world";

/** What happens to machines without anyone's call. NOT_FOUND if there is no such machine. */
export interface Incidents {
  /** It is gone, disks and all, as if it had never been. */
  vanish(id: string): void;
  /** The guest stopped by itself. */
  stop(id: string): void;
  start(id: string): void;
  /** Someone changed it behind everyone's back. */
  change(id: string, what: { cpus?: number; memoryMib?: number; labels?: Record<string, string>; name?: string }): void;
}

export function createIncidents(world: World): Incidents {
  const { machines, tasks } = world;
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
      const { uid, shape } = idle(id);
      machines.remove(id);
      dropContent(world, shape.disks);
      world.note("vanished", { id, uid });
    },
    stop(id) {
      setPower(id, PowerState.OFF);
      world.note("stopped by itself", { id });
    },
    start(id) {
      setPower(id, PowerState.ON);
      world.note("started by itself", { id });
    },
    change(id, { cpus, memoryMib, labels, name }) {
      const machine = idle(id);
      const other = name === undefined ? undefined : machines.byName(name);
      if (other && other !== machine) throw new ProviderError("ALREADY_EXISTS", `${other.id} is named ${name} already`);
      const { hardware } = machine.shape;
      machines.put({
        ...machine,
        name: name ?? machine.name,
        labels: labels ?? machine.labels,
        shape: { ...machine.shape, hardware: { ...hardware, cpus: cpus ?? hardware.cpus, memoryMib: memoryMib ?? hardware.memoryMib } },
      });
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
