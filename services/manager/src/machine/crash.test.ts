import { createMemoryStore } from "@remuda/store";
import { expect, test } from "vitest";
import { createMortal } from "../testing/mortal";
import { basics, createWorld, isRunning, machine, waitFor } from "../testing/world";

// A run from nothing to Running has about 25 steps, a deletion about 10; what lies beyond is a crash that never comes.
const points = Array.from({ length: 28 }, (_, i) => i + 1);

async function crashAt(point: number, deleting: boolean): Promise<{ crashed: boolean; machines: string[] }> {
  const store = createMemoryStore();
  const mortal = createMortal(store, point);
  const world = await createWorld({ store, manager: deleting ? {} : { store: mortal.store, dial: mortal.dial } });
  try {
    await world.apply(...basics(world.provider.address), machine("web"));
    if (deleting) {
      await world.machine("web", isRunning);
      await world.restartManager({ store: mortal.store, dial: mortal.dial });
      await store.delete("VirtualMachine", "web");
    }
    const done = async () => {
      const vm = await store.get("VirtualMachine", "web");
      return deleting ? vm === undefined : vm !== undefined && isRunning(vm as Parameters<typeof isRunning>[0]);
    };
    await waitFor(
      async () => mortal.dead || (await done()) || undefined,
      () => `neither dead nor done after ${mortal.steps} steps`,
    );
    await world.restartManager({});
    if (deleting) await world.gone("VirtualMachine", "web");
    else await world.machine("web", isRunning);
    const { metadata } = (await store.get("VirtualMachine", "web")) ?? { metadata: { uid: "" } };
    return { crashed: mortal.dead, machines: world.sim.state().machines.map((m) => (m.uid === metadata.uid ? "ours" : "orphan")) };
  } finally {
    await world.close();
  }
}

test("a crash at any step of making a machine ends with exactly one", async () => {
  const results = [];
  for (const point of points) results.push(await crashAt(point, false));
  for (const { machines } of results) expect(machines).toEqual(["ours"]);
  expect(results.filter((r) => r.crashed).length).toBeGreaterThan(10);
}, 120_000);

test("a crash at any step of making a machine, and its deletion while nobody looks, leaves none", async () => {
  let crashes = 0;
  for (const point of points) {
    const store = createMemoryStore();
    const mortal = createMortal(store, point);
    const world = await createWorld({ store, manager: { store: mortal.store, dial: mortal.dial } });
    try {
      await world.apply(...basics(world.provider.address), machine("web"));
      await waitFor(
        async () =>
          mortal.dead ||
          ((await world.store.get("VirtualMachine", "web"))?.status as { phase?: string } | undefined)?.phase === "Running" ||
          undefined,
        () => "neither dead nor done",
      );
      if (mortal.dead) crashes++;
      await world.manager.stop();
      await store.delete("VirtualMachine", "web");
      await world.restartManager({});
      await world.gone("VirtualMachine", "web");
      expect(world.sim.state().machines).toEqual([]);
    } finally {
      await world.close();
    }
  }
  expect(crashes).toBeGreaterThan(10);
}, 120_000);

test("a crash at any step of deleting a machine ends with none", async () => {
  const results = [];
  for (const point of points.slice(0, 14)) results.push(await crashAt(point, true));
  for (const { machines } of results) expect(machines).toEqual([]);
  expect(results.filter((r) => r.crashed).length).toBeGreaterThan(4);
}, 120_000);
