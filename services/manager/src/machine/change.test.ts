import { MachineState, PowerState, ProviderError } from "@remuda/contract";
import { afterEach, expect, test } from "vitest";
import { dialWith } from "../testing/dial";
import { createPhase, madeStatus, shown } from "../testing/phase";
import { apiVersion, basics, condition, createWorld, fastClock, isRunning, machine, ready, type World } from "../testing/world";
import { correct } from "./correct";
import { createMachineReconcile } from "./reconcile";

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const isBrought = (vm: Parameters<typeof isRunning>[0]) => isRunning(vm) && vm.status?.observedGeneration === vm.metadata.generation;

test("a disk that is marked to be retained later outlives its machine", async () => {
  world = await createWorld();
  await world.apply(...basics(world.provider.address), machine("web", { disks: [{ name: "data", sizeGiB: 5 }] }));
  await world.machine("web", isRunning);
  await world.apply(machine("web", { disks: [{ name: "data", sizeGiB: 5, retain: true }] }));
  await world.machine("web", isBrought);
  await world.store.delete("VirtualMachine", "web");
  await world.gone("VirtualMachine", "web");
  expect(world.sim.state().freeDisks).toHaveLength(1);
});

test("a changed MAC address reaches the platform", async () => {
  world = await createWorld();
  await world.apply(...basics(world.provider.address), machine("web"));
  await world.machine("web", isRunning);
  await world.apply(machine("web", { interfaces: [{ name: "eth0", network: "lan", macAddress: "52:54:00:12:34:56" }] }));
  const vm = await world.machine("web", (m) => m.status?.interfaces?.[0]?.macAddress === "52:54:00:12:34:56");
  expect(vm.status?.observedGeneration).toBe(vm.metadata.generation);
});

test("a power operation that answers done and changes nothing is asked for again only after pauses", async () => {
  const askedAtMs: number[] = [];
  const clock = fastClock(300);
  const dial = dialWith(() => ({
    power: () => {
      askedAtMs.push(clock.monotonicMs());
      return Promise.resolve({ task: undefined });
    },
  }));
  world = await createWorld({ manager: { dial, clock } });
  await world.apply(...basics(world.provider.address), machine("web"));
  await world.machine("web", isRunning);
  await world.apply(machine("web", { powerState: "Off" }));
  await world.machine("web", () => askedAtMs.length >= 3);
  const [first = 0, second = 0, third = 0] = askedAtMs;
  expect(second - first).toBeGreaterThanOrEqual(14_900);
  expect(third - second).toBeGreaterThanOrEqual(29_900);
});

test("a stopped machine whose changes still wait for a restart is reconfigured again only after a pause", async () => {
  let asked = 0;
  const phase = await createPhase({
    spec: { powerState: "Off" },
    status: {
      ...madeStatus,
      conditions: [
        ...(madeStatus.conditions ?? []),
        { type: "RestartRequired", status: "True", reason: "ChangesWait", message: "", lastTransitionTime: "2026-01-01T00:00:00.000Z" },
      ],
    },
    calls: {
      reconfigure: () => Promise.resolve({ task: undefined, restartRequired: [1], asked: asked++ }),
      describe: (request) => Promise.resolve({ virtualMachine: shown(request.uid, { powerState: PowerState.OFF }) }),
    },
  });
  const work = await phase.begin();
  const off = shown(work.vm.metadata.uid, { powerState: PowerState.OFF });
  const run = () => correct(work, off, phase.connection, phase.context, phase.signal);
  await run();
  expect(asked).toBe(1);
  expect(await run()).toEqual({ requeueAfterMs: 15_000 });
  expect(asked).toBe(1);
  await phase.clock.advance(15_000);
  await run();
  expect(asked).toBe(2);
});

test("nothing is asked of a machine that the platform works on or gave up on", async () => {
  const phase = await createPhase({ spec: { powerState: "Off" }, status: madeStatus });
  const work = await phase.begin();
  const { uid } = work.vm.metadata;
  const busy = [{ task: { ref: "foreign" } }, { state: MachineState.FAILED }, { state: MachineState.CREATING }] as const;
  for (const state of busy) {
    expect(await correct(work, shown(uid, state), phase.connection, phase.context, phase.signal)).toEqual({});
  }
  expect(work.status.failures).toBeUndefined();
});

const refusingThreeCpus = dialWith((client) => ({
  reconfigure: (request, settings) =>
    request.spec?.hardware?.cpus === 3
      ? Promise.reject(new ProviderError("INVALID_SPEC", "cpus: even numbers only"))
      : client.reconfigure(request, settings),
}));
const odd = (cpus: number) => ({ apiVersion, kind: "VMClass", metadata: { name: "odd" }, spec: { cpus, memoryMiB: 512 } });

test.each(["while it waits", "while no manager runs"])(
  "a Reconfigure that was refused is tried again when the class is put right %s",
  async (when) => {
    world = await createWorld({ manager: { dial: refusingThreeCpus } });
    await world.apply(...basics(world.provider.address), odd(3), machine("web"));
    await world.machine("web", isRunning);
    await world.apply(machine("web", { class: "odd", updatePolicy: "Restart" }));
    await world.machine("web", (vm) => vm.status?.phase === "Failed");
    if (when === "while no manager runs") await world.manager.stop();
    await world.apply(odd(2));
    if (when === "while no manager runs") await world.restartManager();
    const vm = await world.machine("web", (m) => isBrought(m) && m.status?.hardware?.cpus === 2);
    expect(vm.status?.failures).toBeUndefined();
  },
);

test("a look that fails after a change that was made leaves no failure behind", async () => {
  let failing = false;
  const dial = dialWith((client) => ({
    power: async (request, settings) => {
      await client.power(request, settings);
      failing = true;
      return { task: undefined };
    },
    describe: (request, settings) =>
      failing ? Promise.reject(new ProviderError("FORBIDDEN", "may not describe")) : client.describe(request, settings),
  }));
  world = await createWorld({ manager: { dial } });
  await world.apply(...basics(world.provider.address), machine("web"));
  await world.machine("web", isRunning);
  await world.apply(machine("web", { powerState: "Off" }));
  const vm = await world.machine("web", (m) => m.status?.phase === "Stopped" && ready(m)?.status === "True");
  expect(vm.status?.failures).toBeUndefined();
});

test("a failure of before is forgotten when the machine is as declared after all", async () => {
  const failures = { count: 3, reason: "FORBIDDEN", message: "no", generation: 1 };
  const phase = await createPhase({ status: { ...madeStatus, failures } });
  const work = await phase.begin();
  await correct(work, shown(work.vm.metadata.uid), phase.connection, phase.context, phase.signal);
  expect(work.status.failures).toBeUndefined();
  expect(condition(work.vm, "Ready")).toBeUndefined();
  expect(work.status.conditions?.find((c) => c.type === "Ready")).toMatchObject({ status: "True", reason: "AsDeclared" });
});

test("a suspended machine that shall run is resumed before it is changed", async () => {
  const asked: string[] = [];
  const phase = await createPhase({
    status: { ...madeStatus, observedGeneration: 0 },
    calls: {
      power: () => Promise.resolve({ task: { ref: "p", pollAfter: undefined }, asked: asked.push("power") }),
      reconfigure: () => Promise.resolve({ task: undefined, restartRequired: [], asked: asked.push("reconfigure") }),
    },
  });
  const work = await phase.begin();
  const suspended = shown(work.vm.metadata.uid, { powerState: PowerState.SUSPENDED });
  await correct(work, suspended, phase.connection, phase.context, phase.signal);
  expect(asked).toEqual(["power"]);
});

test("a machine whose power operation was refused for good waits for a change of what its spec names", async () => {
  const phase = await createPhase({
    spec: { powerState: "Suspended" },
    status: madeStatus,
    calls: { power: () => Promise.reject(new ProviderError("UNSUPPORTED", "this account may not suspend")) },
  });
  const work = await phase.begin();
  const run = () => correct(work, shown(work.vm.metadata.uid), phase.connection, phase.context, phase.signal);
  await run();
  expect(work.status.failures).toMatchObject({ reason: "UNSUPPORTED", count: 1 });
  expect(phase.waitsFor()).toContain("Provider/sim");
  // Until then it is let be.
  expect(await run()).toEqual({});
  expect(work.status.failures?.count).toBe(1);
  phase.context.stirred.add("web");
  await run();
  expect(work.status.failures?.count).toBe(2);
});

test("a Reconfigure that fails for now is also tried when what the spec names changes", async () => {
  const phase = await createPhase({
    status: { ...madeStatus, observedGeneration: 0 },
    calls: { reconfigure: () => Promise.reject(new ProviderError("NO_CAPACITY", "the host is full")) },
  });
  const work = await phase.begin();
  await correct(work, shown(work.vm.metadata.uid), phase.connection, phase.context, phase.signal);
  expect(work.status.failures).toMatchObject({ reason: "NO_CAPACITY", nextTryAt: expect.any(String) });
  expect(phase.waitsFor()).toContain("VMClass/small");
});

test("while nothing can be saved nothing is asked of the provider", async () => {
  const phase = await createPhase({
    status: madeStatus,
    sight: () => ({ state: "present", machine: shown("?", { powerState: PowerState.OFF }), live: true }),
  });
  let problem: string | undefined = "no space left on device";
  const asked: string[] = [];
  phase.connection.calls.power = () => {
    asked.push("power");
    return Promise.reject(new ProviderError("CONFLICT", "busy"));
  };
  const reconcile = createMachineReconcile({ ...phase.context, store: { ...phase.store, problem: () => problem } });
  expect(await reconcile("web", phase.signal)).toEqual({ requeueAfterMs: 1_000 });
  expect(asked).toEqual([]);
  problem = undefined;
  await reconcile("web", phase.signal);
  expect(asked).toEqual(["power"]);
});
