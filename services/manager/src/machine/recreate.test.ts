import { ProviderError } from "@remuda/contract";
import type { VirtualMachine } from "@remuda/resources";
import { createMemoryStore } from "@remuda/store";
import { afterEach, describe, expect, test } from "vitest";
import { dialWith } from "../testing/dial";
import { createMortal } from "../testing/mortal";
import { createPhase, madeStatus } from "../testing/phase";
import { basics, condition, createWorld, fastClock, isRunning, machine, ready, type World, waitFor } from "../testing/world";
import { observe } from "./observe";

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const anew = { recreatePolicy: "IfMissing", disks: [{ name: "data", sizeGiB: 5 }] };
const reasons = async (made: World) => (await made.store.events({ kind: "VirtualMachine", name: "web" })).map(({ reason }) => reason);

async function running(spec: object, options: Parameters<typeof createWorld>[0] = {}) {
  world = await createWorld(options);
  await world.apply(...basics(world.provider.address), machine("web", spec));
  const vm = await world.machine("web", isRunning);
  return { made: world, id: vm.status?.id ?? "", uid: vm.metadata.uid };
}

describe("a machine that vanished", () => {
  test("is made anew with its uid if its policy says so", async () => {
    const { made, id, uid } = await running(anew);
    made.sim.incidents.vanish(id);
    const vm = await made.machine("web", (m) => isRunning(m) && m.status?.id !== id);
    expect(made.sim.state().machines.map((m) => [m.id, m.uid])).toEqual([[vm.status?.id, uid]]);
    expect(vm.status).toMatchObject({ recreated: { count: 1 }, disks: [{ name: "boot" }, { name: "data" }] });
    expect(await reasons(made)).toEqual(expect.arrayContaining(["Vanished", "Recreating", "Created"]));
  });

  test("is not made anew otherwise, until its policy is changed", async () => {
    const { made, id } = await running({});
    made.sim.incidents.vanish(id);
    await made.machine("web", (m) => ready(m)?.reason === "Vanished");
    await made.apply(machine("last"));
    await made.machine("last", isRunning);
    expect(made.sim.state().machines.map(({ name }) => name)).toEqual(["last"]);
    await made.apply(machine("web", { recreatePolicy: "IfMissing" }));
    await made.machine("web", (m) => isRunning(m) && m.status?.id !== id);
  });

  test("and appears again before it was asked for twice is taken up as it is", async () => {
    const { made, id } = await running(anew, { manager: { clock: fastClock(5) } });
    made.sim.incidents.vanish(id);
    const vm = await made.machine("web", (m) => m.status?.missing !== undefined);
    expect(ready(vm)).toMatchObject({ reason: "Vanished" });
    made.sim.incidents.reappear(id);
    const back = await made.machine("web", isRunning);
    expect(back.status).toMatchObject({ id });
    expect(back.status?.missing).toBeUndefined();
    expect(await reasons(made)).not.toContain("Recreating");
  });

  test("and appears again just before it is made anew is answered by that Create", async () => {
    let appear = () => {};
    const dial = dialWith((client) => ({
      create(request, settings) {
        appear();
        return client.create(request, settings);
      },
    }));
    const { made, id } = await running(anew, { manager: { dial } });
    made.sim.incidents.vanish(id);
    appear = () => made.sim.incidents.reappear(id);
    await made.machine("web", (m) => isRunning(m) && m.status?.recreated !== undefined);
    expect(made.sim.state().machines.map((m) => m.id)).toEqual([id]);
  });

  test("and can't appear again beside the one that was made anew", async () => {
    const { made, id } = await running(anew);
    made.sim.incidents.vanish(id);
    await made.machine("web", (m) => isRunning(m) && m.status?.id !== id);
    expect(() => made.sim.incidents.reappear(id)).toThrow(expect.objectContaining({ reason: "ALREADY_EXISTS" }));
  });
});

describe("whether a machine is gone", () => {
  const notFound = () => Promise.reject(new ProviderError("NOT_FOUND", "no such machine"));
  const missing = async (describe: (request: { id: string }) => Promise<never>, status: object = {}) => {
    const phase = await createPhase({ spec: anew, status: { ...madeStatus, ...status }, calls: { describe: describe as never } });
    const work = await phase.begin();
    return { phase, work, look: () => observe(work, phase.connection, phase.context, phase.signal) };
  };

  test("is asked twice, with five seconds between, the second time by its uid alone", async () => {
    const ids: string[] = [];
    const { phase, work, look } = await missing(({ id }) => {
      ids.push(id);
      return notFound();
    });
    expect(await look()).toEqual({ requeueAfterMs: 5_000 });
    await phase.clock.advance(4_000);
    expect(await look()).toEqual({ requeueAfterMs: 1_000 });
    expect(ids).toEqual(["m-1"]);
    await phase.clock.advance(1_000);
    expect(await look()).toEqual({ requeueAfterMs: 0 });
    expect(ids).toEqual(["m-1", ""]);
    expect(work.status.conditions?.find((c) => c.type === "Created")).toMatchObject({ status: "False", reason: "Recreating" });
  });

  test("is asked a second time also when the clock was set back between", async () => {
    const { phase, work, look } = await missing(notFound);
    await look();
    phase.clock.setWall(phase.clock.now() - 3_600_000);
    expect(await look()).toEqual({ requeueAfterMs: 5_000 });
    await phase.clock.advance(5_000);
    await look();
    expect(work.status.conditions?.find((c) => c.type === "Created")?.reason).toBe("Recreating");
  });

  test("is not said by a second answer that fails", async () => {
    let answers = 0;
    const { phase, work, look } = await missing(() =>
      answers++ === 0 ? notFound() : Promise.reject(new ProviderError("UNAVAILABLE", "the platform is down")),
    );
    await look();
    await phase.clock.advance(5_000);
    await look();
    expect(work.status.conditions?.find((c) => c.type === "Observed")).toMatchObject({ status: "Unknown", reason: "UNAVAILABLE" });
    expect(work.status.conditions?.find((c) => c.type === "Created")?.status).toBe("True");
  });

  test("is asked ever more slowly of one that was lost a short while ago", async () => {
    const recreated = (count: number, at: string) => missing(notFound, { recreated: { count, at } });
    expect(await (await recreated(3, "2026-01-01T23:50:00.000Z")).look()).toEqual({ requeueAfterMs: 40_000 });
    expect(await (await recreated(30, "2026-01-01T23:50:00.000Z")).look()).toEqual({ requeueAfterMs: 300_000 });
    expect(await (await recreated(3, "2026-01-01T20:00:00.000Z")).look()).toEqual({ requeueAfterMs: 5_000 });
  });
});

test("a provider that is down makes no machine anything but unseen, whatever its policy", async () => {
  const { made, id } = await running(anew);
  await made.stopProvider();
  const vm = await made.machine("web", (m) => condition(m, "Observed")?.status === "Unknown");
  expect(vm.status).toMatchObject({ phase: "Running", powerState: "On", id });
  expect(condition(vm, "Observed")?.message).toContain("has shown nothing since");
  expect(ready(vm)).toMatchObject({ status: "True" });
  await made.startProvider();
  const back = await made.machine("web", (m) => condition(m, "Observed")?.status === "True");
  expect(back.status).toMatchObject({ phase: "Running", id });
  expect(back.status?.recreated).toBeUndefined();
});

test("a crash at any step of making a machine anew ends with exactly one", async () => {
  let crashes = 0;
  const points = 40;
  for (let point = 1; point <= points; point++) {
    const store = createMemoryStore();
    const mortal = createMortal(store, point);
    const { made, id, uid } = await running(anew, { store });
    await made.restartManager({ store: mortal.store, dial: mortal.dial });
    made.sim.incidents.vanish(id);
    const isAnew = (vm: VirtualMachine) => isRunning(vm) && vm.status?.id !== id;
    await waitFor(
      async () => mortal.dead || isAnew((await store.get("VirtualMachine", "web")) as VirtualMachine) || undefined,
      () => `neither dead nor done after ${mortal.steps} steps`,
    );
    await made.restartManager({});
    await made.machine("web", isAnew);
    expect(made.sim.state().machines.map((m) => m.uid)).toEqual([uid]);
    if (mortal.dead) crashes++;
    await made.close();
    world = undefined;
  }
  // So many that the last crashes never come: no step was left out.
  expect(crashes).toBeGreaterThan(20);
  expect(crashes).toBeLessThan(points);
}, 120_000);
