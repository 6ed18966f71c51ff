import { afterEach, describe, expect, test } from "vitest";
import { dialWith } from "../testing/dial";
import { createPhase, madeStatus } from "../testing/phase";
import { basics, condition, createWorld, fastClock, isRunning, machine, ready, type World, waitFor } from "../testing/world";
import { noteDrift } from "./drift";

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const gib = 2 ** 30;
const own = {
  class: undefined,
  hardware: { cpus: 2, memoryMiB: 1024 },
  disks: [{ name: "data", sizeGiB: 5 }],
  interfaces: [
    { name: "eth0", network: "lan" },
    { name: "eth1", network: "lan" },
  ],
};
const shape = (made: World) => {
  const [only] = made.sim.state().machines;
  return {
    cpus: only?.shape.hardware.cpus,
    memory: only?.shape.hardware.memoryMib,
    disks: only?.shape.disks.flatMap(({ boot, name }) => (boot ? [] : name)),
    nics: only?.shape.nics.map(({ name }) => name),
  };
};
const declared = { cpus: 2, memory: 1024, disks: ["data"], nics: ["eth0", "eth1"] };
const events = async (made: World) => (await made.store.events({ kind: "VirtualMachine", name: "web" })).map(({ reason }) => reason);

async function running(spec: object, options: Parameters<typeof createWorld>[0] = {}) {
  world = await createWorld(options);
  await world.apply(...basics(world.provider.address), machine("web", spec));
  const { status } = await world.machine("web", isRunning);
  return { made: world, id: status?.id ?? "" };
}

describe("what someone changes on the platform", () => {
  test("is told and put back", async () => {
    const { made, id } = await running({ ...own, updatePolicy: "Restart" });
    made.sim.incidents.change(id, { cpus: 1, memoryMib: 512, removeDisks: ["data"], removeInterfaces: ["eth1"] });
    const vm = await made.machine("web", (m) => isRunning(m) && condition(m, "Drifted")?.reason === "Corrected");
    expect(shape(made)).toEqual(declared);
    expect(vm.status?.drift).toBeUndefined();
    expect(await events(made)).toEqual(expect.arrayContaining(["Drifted", "Reconfigured", "DriftCorrected"]));
  });

  test("while no manager runs is seen by the next one", async () => {
    const { made, id } = await running({ ...own, updatePolicy: "Restart" });
    await made.manager.stop();
    made.sim.incidents.change(id, { removeDisks: ["data"] });
    await made.restartManager();
    await made.machine("web", (m) => isRunning(m) && condition(m, "Drifted")?.reason === "Corrected");
    expect(shape(made)).toEqual(declared);
  });

  test("waits for a restart that is not allowed, while the rest is put back", async () => {
    const { made, id } = await running(own);
    made.sim.incidents.change(id, { memoryMib: 512, removeInterfaces: ["eth0"] });
    const vm = await made.machine("web", (m) => condition(m, "Drifted")?.reason === "WaitsForRestart" && isRunning(m));
    expect(condition(vm, "Drifted")?.message).toMatch(
      /^changed on the platform: .*memoryMiB is 512, not 1024.*waits for a restart: memory up$/,
    );
    expect(shape(made)).toEqual({ ...declared, memory: 512 });
    await made.apply(machine("web", { ...own, powerState: "Off" }));
    await made.machine("web", (m) => condition(m, "Drifted")?.status === "False");
    expect(shape(made)).toEqual(declared);
  });

  test("that comes again after each correction is put back ever more seldom, and told so", async () => {
    const asked: number[] = [];
    const clock = fastClock(200);
    const dial = dialWith((client) => ({
      reconfigure: (request, settings) => {
        asked.push(clock.monotonicMs());
        return asked.length > 2 ? client.reconfigure(request, settings) : Promise.resolve({ task: undefined, restartRequired: [] });
      },
    }));
    const { made, id } = await running(own, { manager: { dial, clock } });
    made.sim.incidents.change(id, { removeDisks: ["data"] });
    const vm = await made.machine("web", (m) => condition(m, "Drifted")?.reason === "Persists");
    expect(ready(vm)).toMatchObject({ status: "False" });
    expect(condition(vm, "Drifted")?.message).toMatch(/^changed on the platform: disk data is missing, and it still is though/);
    await made.machine("web", (m) => isRunning(m) && condition(m, "Drifted")?.status === "False");
    const [first = 0, second = 0, third = 0] = asked;
    expect(second - first).toBeGreaterThanOrEqual(14_900);
    expect(third - second).toBeGreaterThanOrEqual(29_900);
  });

  test("is compared with what the class was when the machine was brought to it", async () => {
    const { made, id } = await running({ updatePolicy: "Restart" });
    made.sim.incidents.change(id, { memoryMib: 4096 });
    await made.machine("web", (m) => isRunning(m) && condition(m, "Drifted")?.reason === "Corrected");
    expect(shape(made).memory).toBe(512);
  });

  test("is left alone where it is more than was declared", async () => {
    const { made, id } = await running({ interfaces: [{ name: "eth0", network: "lan" }] });
    made.sim.incidents.change(id, { labels: { touched: "yes" }, name: "other" });
    made.sim.incidents.stop(id);
    await waitFor(
      async () =>
        (await made.store.events({ kind: "VirtualMachine", name: "web" })).some(({ reason }) => reason === "Stopped") || undefined,
      () => "not seen",
    );
    const vm = await made.machine("web", isRunning);
    expect(condition(vm, "Drifted")).toBeUndefined();
  });
});

describe("what is no drift", () => {
  const view = {
    hardware: { cpus: 2, memoryMiB: 1024 },
    disks: [{ id: "d", name: "data", capacityBytes: 5 * gib }],
    interfaces: [{ name: "eth0" }, { name: "eth1" }],
  };
  const noted = async (before: object, seen: object, status: object = {}) => {
    const phase = await createPhase({ spec: own, status: { ...madeStatus, ...before, ...status } });
    const work = await phase.begin();
    noteDrift(work, seen, phase.context);
    return work.status.drift;
  };

  test.each([
    ["a platform's own words, as from the beginning", { ...view, disks: [{ id: "d", name: "vda", capacityBytes: gib }] }],
    ["another size that was never the declared one", { ...view, hardware: { cpus: 2, memoryMiB: 1000 } }],
  ])("%s", async (_, odd) => expect(await noted(odd, odd)).toBeUndefined());

  test.each([
    ["hardware that is not shown", { ...view, hardware: undefined }],
    ["hardware that is shown as nothing", { ...view, hardware: { cpus: 0, memoryMiB: 0 } }],
    ["disks that are not shown", { ...view, disks: undefined }],
    ["interfaces that are not shown of a machine that is off", { ...view, powerState: "Off", interfaces: undefined }],
    ["a disk that has grown", { ...view, disks: [{ id: "d", name: "data", capacityBytes: 6 * gib }] }],
    ["a disk and an interface more", { ...view, disks: [...view.disks, { id: "e", name: "more", capacityBytes: gib }] }],
  ])("%s", async (_, seen) => expect(await noted(view, seen)).toBeUndefined());

  test("but the loss of the only interface of a machine that runs is some", async () => {
    expect(await noted(view, { ...view, powerState: "On", interfaces: undefined })).toEqual(["interface eth0", "interface eth1"]);
  });

  test("what differs before the machine was brought to its newest spec, or while it is", async () => {
    const less = { ...view, interfaces: [{ name: "eth0" }] };
    expect(await noted(view, less)).toEqual(["interface eth1"]);
    expect(await noted(view, less, { observedGeneration: 0 })).toBeUndefined();
    const task = { operation: "Reconfigure", ref: "t", startedAt: "2026-01-01T00:00:00Z" };
    expect(await noted(view, less, { task })).toBeUndefined();
  });

  test("what is drift stays it until it is as declared, whatever was seen between", async () => {
    const less = { ...view, interfaces: [{ name: "eth0" }] };
    expect(await noted(less, less, { drift: ["interface eth1"] })).toEqual(["interface eth1"]);
    expect(await noted(less, { interfaces: undefined }, { drift: ["interface eth1"] })).toEqual(["interface eth1"]);
    expect(await noted(less, view, { drift: ["interface eth1"] })).toBeUndefined();
  });
});
