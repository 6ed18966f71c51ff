import { MachineState, type VirtualMachine } from "@remuda/contract";
import { afterEach } from "vitest";
import type { SimulatorOptions } from "../options";
import { createSimulator, type Simulator } from "../simulator";
import { type ManualClock, manualClock } from "./manual-clock";
import { machineRequest } from "./requests";

export const never = new AbortController().signal;

export interface Simulation {
  simulator: Simulator;
  clock: ManualClock;
  /** Makes a machine and lets time pass until it is ready. */
  make(name: string, fields?: Parameters<typeof machineRequest>[1]): Promise<{ key: { id: string; uid: string }; machine: VirtualMachine }>;
  /** Lets time pass until all tasks are done. */
  finish(): void;
}

const open: Simulator[] = [];
afterEach(async () => {
  for (const simulator of open.splice(0)) await simulator.close();
});

/** A simulator in standing time, closed after the test. */
export function simulate(options: SimulatorOptions = {}, seed = 1): Simulation {
  const clock = manualClock(seed);
  const simulator = createSimulator(options, clock);
  open.push(simulator);
  const finish = () => clock.advance(60_000);
  return {
    simulator,
    clock,
    finish,
    async make(name, fields) {
      const request = machineRequest(name, fields);
      const { virtualMachine } = await simulator.create(request, never);
      finish();
      const key = { id: virtualMachine.id, uid: request.uid };
      const machine = await simulator.describe(key, never);
      if (machine.state !== MachineState.READY) throw new Error(`${name} is not ready: ${machine.problem?.message}`);
      return { key, machine };
    },
  };
}
