import type { FaultsInput } from "@remuda/provider-sim";
import { afterEach, expect, test } from "vitest";
import { basics, condition, createWorld, isRunning, machine, ready, type World } from "../testing/world";

let world: World;
afterEach(() => world.close());

const faults = (input: FaultsInput) => {
  const none = { errors: [], slow: [], lostReplies: [], failTasks: [], forgetTasks: [] };
  const { machines } = world.sim.faults.current();
  // The simulator's own parser fills what is left out at the start; here everything is given.
  world.sim.faults.replace({ ...none, machines, ...input } as Parameters<typeof world.sim.faults.replace>[0]);
};

test("a Create that fails for now is tried again, and the status says why and when", async () => {
  world = await createWorld();
  await world.apply(...basics(world.provider.address));
  faults({ errors: [{ rpc: "create", reason: "NO_CAPACITY", rate: 1, message: "all hosts are full" }] });
  await world.apply(machine("web"));
  const waiting = await world.machine("web", (vm) => (vm.status?.failures?.count ?? 0) >= 2);
  expect(waiting.status).toMatchObject({ phase: "Creating", failures: { reason: "NO_CAPACITY", message: "all hosts are full" } });
  expect(waiting.status?.failures?.nextTryAt).toBeDefined();
  expect(ready(waiting)).toMatchObject({ status: "False", reason: "NO_CAPACITY" });
  faults({});
  const vm = await world.machine("web", isRunning);
  expect(vm.status?.failures).toBeUndefined();
  expect(world.sim.state().machines).toHaveLength(1);
});

test("a Create that can't succeed waits for a new spec", async () => {
  world = await createWorld();
  await world.apply(...basics(world.provider.address), machine("web", { options: { nonsense: 1 } }));
  const failed = await world.machine("web", (vm) => vm.status?.phase === "Failed");
  expect(failed.status?.failures).toMatchObject({ reason: "INVALID_SPEC", count: 1 });
  expect(failed.status?.failures?.nextTryAt).toBeUndefined();
  expect(condition(failed, "Created")).toMatchObject({ status: "False", reason: "INVALID_SPEC" });
  await world.apply(machine("web"));
  await world.machine("web", isRunning);
});

test("a machine that failed for good is tried again when its class changes", async () => {
  world = await createWorld();
  const vmClass = (cpus: number) => ({
    apiVersion: "remuda.dev/v1alpha1",
    kind: "VMClass",
    metadata: { name: "small" },
    spec: { cpus, coresPerSocket: 3, memoryMiB: 512 },
  });
  await world.apply(...basics(world.provider.address));
  faults({ errors: [{ rpc: "create", reason: "INVALID_SPEC", rate: 1 }] });
  await world.apply(vmClass(3), machine("web"));
  await world.machine("web", (vm) => vm.status?.phase === "Failed");
  faults({});
  await world.apply(vmClass(6));
  await world.machine("web", isRunning);
});

test("a machine that failed for good is tried once more by a manager that starts", async () => {
  world = await createWorld();
  await world.apply(...basics(world.provider.address));
  faults({ errors: [{ rpc: "create", reason: "INVALID_SPEC", rate: 1 }] });
  await world.apply(machine("web"));
  await world.machine("web", (vm) => vm.status?.phase === "Failed");
  await world.restartManager();
  await world.machine("web", (vm) => vm.status?.failures?.count === 2);
  faults({});
  await world.restartManager();
  await world.machine("web", isRunning);
});

test("a Create whose task fails on the platform leaves a Failed machine that can be deleted", async () => {
  world = await createWorld();
  await world.apply(...basics(world.provider.address));
  faults({ failTasks: [{ operation: "create", rate: 1, reason: "INTERNAL", message: "disk broke" }] });
  await world.apply(machine("web"));
  const failed = await world.machine("web", (vm) => vm.status?.phase === "Failed");
  expect(ready(failed)?.message).toContain("disk broke");
  expect(world.sim.state().machines).toHaveLength(1);
  faults({});
  await world.store.delete("VirtualMachine", "web");
  await world.gone("VirtualMachine", "web");
  expect(world.sim.state().machines).toHaveLength(0);
});

test("lost replies and forgotten tasks neither double nor lose machines", async () => {
  world = await createWorld();
  await world.apply(...basics(world.provider.address));
  faults({
    lostReplies: (["create", "delete", "power", "isTaskComplete"] as const).map((rpc) => ({ rpc, rate: 0.3 })),
    forgetTasks: [{ operation: "*", rate: 0.3 }],
  });
  const names = Array.from({ length: 20 }, (_, i) => `m${i}`);
  await world.apply(...names.map((name) => machine(name)));
  for (const name of names) await world.machine(name, isRunning, 20_000);
  expect(new Set(world.sim.state().machines.map((m) => m.uid)).size).toBe(20);
  expect(world.sim.state().machines).toHaveLength(20);
  await Promise.all(names.map((name) => world.store.delete("VirtualMachine", name)));
  for (const name of names) await world.gone("VirtualMachine", name, 20_000);
  expect(world.sim.state().machines).toHaveLength(0);
});

test("a machine that vanishes is told of, and not made again", async () => {
  world = await createWorld();
  await world.apply(...basics(world.provider.address), machine("web"));
  const { status } = await world.machine("web", isRunning);
  world.sim.incidents.vanish(status?.id ?? "");
  const vm = await world.machine("web", (m) => ready(m)?.reason === "Vanished");
  expect(vm.status?.phase).toBe("Failed");
  await world.restartManager();
  await world.manager.synced;
  expect(world.sim.state().machines).toHaveLength(0);
  await world.store.delete("VirtualMachine", "web");
  await world.gone("VirtualMachine", "web");
});

test("a machine that stops by itself is started again", async () => {
  world = await createWorld();
  await world.apply(...basics(world.provider.address), machine("web"));
  const { status } = await world.machine("web", isRunning);
  world.sim.incidents.stop(status?.id ?? "");
  await world.machine("web", (vm) => vm.status?.powerState === "Off");
  await world.machine("web", isRunning);
});

test("a provider that is down changes nothing but that nothing is known, and all goes on when it is back", async () => {
  world = await createWorld();
  await world.apply(...basics(world.provider.address), machine("web"));
  const before = await world.machine("web", isRunning);
  await world.stopProvider();
  const lost = await world.machine("web", (vm) => condition(vm, "Observed")?.status === "Unknown");
  expect({ ...lost.status, conditions: undefined }).toEqual({ ...before.status, conditions: undefined });
  expect(condition(lost, "Observed")?.message).toContain("since");
  await world.until("Provider", "sim", (p) => (p.status as { phase?: string }).phase === "Unreachable");
  await world.apply(machine("late"));
  await world.machine("late", (vm) => vm.status?.phase === "Pending" && vm.status.launchedAt === undefined);
  await world.store.delete("VirtualMachine", "web");
  await world.machine("web", (vm) => ready(vm)?.message.includes("force-delete") ?? false);
  await world.startProvider();
  await world.machine("late", isRunning, 20_000);
  await world.gone("VirtualMachine", "web");
}, 60_000);

test("what is missing is named, and its coming wakes the machine", async () => {
  world = await createWorld();
  await world.apply(...basics(world.provider.address), machine("web", { class: "smal" }));
  const waiting = await world.machine("web", (vm) => condition(vm, "Resolved")?.status === "False");
  expect(condition(waiting, "Resolved")).toMatchObject({
    reason: "VMClassNotFound",
    message: "spec.class: no VMClass named smal; did you mean small?",
  });
  expect(waiting.status?.phase).toBe("Pending");
  await world.apply({ apiVersion: "remuda.dev/v1alpha1", kind: "VMClass", metadata: { name: "smal" }, spec: { cpus: 1, memoryMiB: 512 } });
  await world.machine("web", isRunning);
});
