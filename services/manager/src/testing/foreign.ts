import type { VirtualMachine } from "@remuda/resources";
import { machine, type World } from "./world";

/** A VirtualMachine that says what the simulator's machines of other making are. */
export const adopting = (name: string, existing: string, spec: object = {}) =>
  machine(name, {
    class: undefined,
    image: undefined,
    source: { existing },
    hardware: { cpus: 1, memoryMiB: 512 },
    interfaces: [{ name: "eth0", network: "lan" }],
    ...spec,
  });

/** All of a simulated machine but its marks and what counts its writes. */
export const nature = (world: World, id: string) => {
  const { uid: _, owner: __, ...rest } = world.sim.state().machines.find((each) => each.id === id) ?? {};
  return rest;
};

export const isAdopted = (vm: VirtualMachine) =>
  vm.status?.conditions?.some((c) => c.type === "Created" && c.reason === "Adopted") ?? false;
