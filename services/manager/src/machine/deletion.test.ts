import { afterEach, expect, test } from "vitest";
import { basics, createWorld, isRunning, machine, ready, type World } from "../testing/world";

let world: World;
afterEach(() => world.close());

test("a machine that is being made can be deleted", async () => {
  world = await createWorld({ sim: { latencyMs: 300 } });
  await world.apply(...basics(world.provider.address), machine("web"));
  await world.machine("web", (vm) => vm.status?.task?.operation === "Create");
  await world.store.delete("VirtualMachine", "web");
  await world.gone("VirtualMachine", "web");
  expect(world.sim.state().machines).toHaveLength(0);
});

test("a machine that was never asked for goes at once, without its provider", async () => {
  world = await createWorld();
  await world.apply(machine("web", { provider: "nowhere" }));
  await world.machine("web", (vm) => ready(vm)?.reason === "ProviderNotFound");
  await world.store.delete("VirtualMachine", "web");
  await world.gone("VirtualMachine", "web");
});

test("deletionPolicy Retain leaves the machine as it is", async () => {
  world = await createWorld();
  await world.apply(...basics(world.provider.address), machine("web", { deletionPolicy: "Retain" }));
  await world.machine("web", isRunning);
  await world.store.delete("VirtualMachine", "web");
  await world.gone("VirtualMachine", "web");
  expect(world.sim.state().machines).toHaveLength(1);
  expect((await world.store.events({ kind: "VirtualMachine", name: "web" })).at(-1)?.reason).toBe("Retained");
});

test("a machine whose provider is away waits, unless it is let go by force", async () => {
  world = await createWorld();
  await world.apply(...basics(world.provider.address), machine("web"));
  await world.machine("web", isRunning);
  await world.stopProvider();
  await world.until("Provider", "sim", (p) => (p.status as { phase?: string }).phase === "Unreachable");
  await world.store.delete("VirtualMachine", "web");
  await world.machine("web", (vm) => ready(vm)?.reason === "ProviderNotReady");
  const spec = machine("web");
  await world.apply({ ...spec, metadata: { ...spec.metadata, annotations: { "remuda.dev/force-delete": "true" } } });
  await world.gone("VirtualMachine", "web");
  expect((await world.store.events({ kind: "VirtualMachine", name: "web" })).at(-1)).toMatchObject({
    type: "Warning",
    reason: "ForceDeleted",
  });
});

test("a deletion that the platform refuses is told, tried again, and can be given up by force", async () => {
  const errors = [{ rpc: "delete" as const, reason: "FORBIDDEN", rate: 1, message: "protected" }];
  world = await createWorld({ sim: { faults: { errors } } });
  await world.apply(...basics(world.provider.address), machine("web"));
  await world.machine("web", isRunning);
  await world.store.delete("VirtualMachine", "web");
  const refused = await world.machine("web", (vm) => ready(vm)?.reason === "FORBIDDEN");
  expect(ready(refused)?.message).toContain("protected");
  expect(refused.status).toMatchObject({ phase: "Deleting", failures: { reason: "FORBIDDEN", nextTryAt: expect.any(String) } });
  const spec = machine("web");
  await world.apply({ ...spec, metadata: { ...spec.metadata, annotations: { "remuda.dev/force-delete": "true" } } });
  await world.gone("VirtualMachine", "web");
  expect(world.sim.state().machines).toHaveLength(1);
});

test("a class and a provider go when the last machine that uses them has gone", async () => {
  world = await createWorld();
  await world.apply(...basics(world.provider.address), machine("web"));
  await world.machine("web", isRunning);
  await world.store.delete("VMClass", "small");
  await world.store.delete("Provider", "sim");
  const held = await world.until("VMClass", "small", (r) => (r.status as { conditions?: unknown[] } | undefined)?.conditions !== undefined);
  expect(JSON.stringify(held.status)).toContain("still used by VirtualMachine/web");
  await expect(world.apply(machine("db"))).rejects.toThrow("spec.provider: Provider sim is being deleted");
  await world.store.delete("VirtualMachine", "web");
  await world.gone("VirtualMachine", "web");
  await world.gone("VMClass", "small");
  await world.gone("Provider", "sim");
  expect(world.sim.state().machines).toHaveLength(0);
});
