import { ProviderError } from "@remuda/contract";
import type { VMClass } from "@remuda/resources";
import { afterEach, describe, expect, test } from "vitest";
import { dialWith } from "../testing/dial";
import { apiVersion, basics, condition, createWorld, isRunning, machine, type World, waitFor } from "../testing/world";

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const names = (count: number) => Array.from({ length: count }, (_, i) => `m${i}`);
const small = (memoryMiB: number, rollout?: object) => ({
  apiVersion,
  kind: "VMClass",
  metadata: { name: "small" },
  spec: { cpus: 1, memoryMiB, ...(rollout && { rollout }) },
});
const restarting = (name: string) => machine(name, { updatePolicy: "Restart" });

/** Machines of the class, all running; `watch` is told how many Reconfigures there are at once. */
async function running(count: number, options: Parameters<typeof createWorld>[0] = {}): Promise<World> {
  world = await createWorld(options);
  await world.apply(...basics(world.provider.address), ...names(count).map(restarting));
  for (const name of names(count)) await world.machine(name, isRunning);
  return world;
}
const rolledOut = (made: World, reason: string) =>
  made.until("VMClass", "small", (resource) => {
    const { status } = resource as VMClass;
    return status?.conditions?.some((c) => c.type === "RolledOut" && c.reason === reason) ?? false;
  }) as Promise<VMClass>;
const memoryOf = (made: World) => made.sim.state().machines.map(({ shape }) => shape.hardware.memoryMib);
const changing = (made: World) => made.sim.state().machines.filter(({ pending }) => pending).length;

describe("a changed class", () => {
  test("reaches its machines a few at a time, and says when all have it", async () => {
    const made = await running(12);
    let most = 0;
    const stop = setInterval(() => {
      most = Math.max(most, changing(made));
    }, 2);
    await made.apply(small(1024, { maxConcurrent: 3 }));
    const { status } = await rolledOut(made, "Done");
    clearInterval(stop);
    expect(status?.rollout).toEqual({ generation: 2, total: 12, updated: 12, changing: 0, failed: 0 });
    expect(memoryOf(made)).toEqual(Array(12).fill(1024));
    expect(most).toBe(3);
  });

  test("does not hold up a machine's own change, and goes on with a manager that starts", async () => {
    const made = await running(6, { sim: { latencyMs: { reconfigure: 300 } } });
    await made.apply(small(1024, { maxConcurrent: 1 }));
    await waitFor(
      () => changing(made) > 0 || undefined,
      () => "nothing is changed",
    );
    await made.apply(machine("m5", { class: undefined, hardware: { cpus: 2, memoryMiB: 2048 }, updatePolicy: "Restart" }));
    const own = await made.machine("m5", (vm) => vm.status?.hardware?.memoryMiB === 2048);
    expect(memoryOf(made).filter((memory) => memory === 512).length).toBeGreaterThan(0);
    expect(own.status?.applied?.class).toBeUndefined();
    await made.restartManager();
    let most = 0;
    const stop = setInterval(() => {
      most = Math.max(most, changing(made));
    }, 2);
    const { status } = await rolledOut(made, "Done");
    clearInterval(stop);
    expect(status?.rollout).toMatchObject({ total: 5, updated: 5 });
    expect(most).toBe(1);
  });

  test("stops after a few failures, and goes on with another change of the class", async () => {
    const dial = dialWith((client) => ({
      reconfigure: (request, settings) =>
        request.spec?.hardware?.memoryMib === 999
          ? Promise.reject(new ProviderError("INVALID_SPEC", "memory: even numbers only"))
          : client.reconfigure(request, settings),
    }));
    const made = await running(10, { manager: { dial } });
    await made.apply(small(999, { maxConcurrent: 2, maxFailures: 2 }));
    const { status } = await rolledOut(made, "Paused");
    expect(status?.rollout).toEqual({ generation: 2, total: 10, updated: 0, changing: 0, failed: 2 });
    expect(status?.conditions?.[0]?.message).toMatch(
      /^0 of 10 machines have what the class is now; 2 failed, such as m\d: INVALID_SPEC: memory: even numbers only; no further/,
    );
    expect(memoryOf(made)).toEqual(Array(10).fill(512));
    const failed = (await Promise.all(names(10).map((name) => made.machine(name, () => true)))).filter(
      (vm) => vm.status?.phase === "Failed",
    );
    expect(failed).toHaveLength(2);

    // A failed one is held to its power all the same.
    const [one] = failed;
    made.sim.incidents.stop(one?.status?.id ?? "");
    await waitFor(
      () => made.sim.events().some(({ event, fields }) => event === "power" && fields.id === one?.status?.id) || undefined,
      () => "it is not started again",
    );

    await made.apply(small(1024, { maxConcurrent: 2, maxFailures: 2 }));
    await rolledOut(made, "Done");
    expect(memoryOf(made)).toEqual(Array(10).fill(1024));
    for (const name of names(10)) expect((await made.machine(name, isRunning)).status?.failures).toBeUndefined();
  });

  test("counts a machine as failed after three tries, tries it on, and takes it when it gets well", async () => {
    let full = true;
    const dial = dialWith((client) => ({
      reconfigure: (request, settings) =>
        full ? Promise.reject(new ProviderError("NO_CAPACITY", "the host is full")) : client.reconfigure(request, settings),
    }));
    const made = await running(3, { manager: { dial } });
    await made.apply(small(1024, { maxConcurrent: 1, maxFailures: 1 }));
    await rolledOut(made, "Paused");
    full = false;
    await rolledOut(made, "Done");
    expect(memoryOf(made)).toEqual([1024, 1024, 1024]);
  });

  test("that only says otherwise how it is rolled out, or is as it was again, changes no machine", async () => {
    let asked = 0;
    const dial = dialWith((client) => ({
      reconfigure: (request, settings) => {
        asked++;
        return client.reconfigure(request, settings);
      },
    }));
    const made = await running(2, { manager: { dial } });
    await made.apply(small(512, { maxConcurrent: 1 }));
    await made.apply(machine("last"));
    await made.machine("last", isRunning);
    expect(asked).toBe(0);
    expect(((await made.store.get("VMClass", "small")) as VMClass).status).toBeUndefined();
  });

  test("waits for machines that can't be changed now, and takes them when they can", async () => {
    const made = await running(3);
    await made.apply(machine("m1", { powerState: "Suspended", updatePolicy: "Restart" }));
    await made.machine("m1", (vm) => vm.status?.phase === "Suspended");
    await made.stopProvider();
    await made.until("Provider", "sim", (p) => (p.status as { phase?: string }).phase === "Unreachable");
    await made.apply(small(1024, { maxConcurrent: 1 }));
    const { status } = await rolledOut(made, "Waiting");
    expect(status?.rollout).toMatchObject({ total: 3, updated: 0, changing: 0, failed: 0 });
    await made.startProvider();
    await made.machine("m2", (vm) => vm.status?.hardware?.memoryMiB === 1024);
    await made.apply(machine("m1", { powerState: "On", updatePolicy: "Restart" }));
    await rolledOut(made, "Done");
  });

  test("says which machines wait for a restart", async () => {
    world = await createWorld();
    await world.apply(...basics(world.provider.address), machine("web"));
    await world.machine("web", isRunning);
    await world.apply(small(1024));
    await rolledOut(world, "Done");
    const vm = await world.machine("web", (m) => condition(m, "RestartRequired")?.status === "True");
    expect(vm.status?.hardware?.memoryMiB).toBe(512);
    await world.apply(machine("web", { powerState: "Off" }));
    await world.machine("web", (m) => m.status?.hardware?.memoryMiB === 1024);
  });
});
