import { afterEach, expect, test } from "vitest";
import { basics, createWorld, isRunning, machine, type World } from "../testing/world";

let world: World;
afterEach(() => world.close());

test("a declared machine is made, runs, and goes when it is deleted", async () => {
  world = await createWorld();
  await world.apply(machine("web"), ...basics(world.provider.address));
  const vm = await world.machine("web", isRunning);

  const [made] = world.sim.state().machines;
  expect(world.sim.state().machines).toHaveLength(1);
  expect(vm.status).toMatchObject({ id: made?.id, provider: "sim", powerState: "On", observedGeneration: 1 });
  expect(vm.status?.addresses?.length).toBeGreaterThan(0);
  expect(vm.status?.task).toBeUndefined();

  await world.store.delete("VirtualMachine", "web");
  await world.gone("VirtualMachine", "web");
  expect(world.sim.state().machines).toHaveLength(0);
  const events = await world.store.events({ kind: "VirtualMachine", name: "web" });
  expect(events.map((e) => e.reason)).toEqual(["Launching", "Created", "Started", "Deleted"]);
});
