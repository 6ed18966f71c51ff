import { MachineState, PowerState, ProviderError } from "@remuda/contract";
import { startProvider } from "@remuda/provider-kit";
import { createSimulator } from "@remuda/provider-sim";
import type { VirtualMachine } from "@remuda/resources";
import { afterEach, expect, test } from "vitest";
import { createPhase, madeStatus, shown } from "../testing/phase";
import { apiVersion, basics, condition, createWorld, fastClock, isRunning, machine, ready, type World } from "../testing/world";
import { observe } from "./observe";

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const observed = (conditions: VirtualMachine["status"]) => conditions?.conditions?.find((c) => c.type === "Observed");

test("a machine that the view lacks and that can't be asked for is told as unseen, beside what its task came to", async () => {
  const phase = await createPhase({
    status: madeStatus,
    calls: { describe: () => Promise.reject(new ProviderError("FORBIDDEN", "may not describe")) },
  });
  const work = await phase.begin();
  const first = await observe(work, phase.connection, phase.context, phase.signal);
  expect(first).toEqual({ requeueAfterMs: 5_000 });
  expect(observed(work.status)).toMatchObject({ status: "Unknown", reason: "FORBIDDEN" });
  expect(observed(work.status)?.message).toContain("may not describe");
  await phase.clock.advance(60_000);
  expect(await observe(work, phase.connection, phase.context, phase.signal)).toEqual({ requeueAfterMs: 60_000 });
  await phase.clock.advance(3_600_000);
  expect(await observe(work, phase.connection, phase.context, phase.signal)).toEqual({ requeueAfterMs: 300_000 });
});

test("a machine that vanished while it can't be asked for reads as unseen, and as vanished once it can", async () => {
  world = await createWorld();
  await world.apply(...basics(world.provider.address), machine("web"));
  const { status } = await world.machine("web", isRunning);
  const { faults, incidents } = world.sim;
  faults.replace({ ...faults.current(), errors: [{ rpc: "describe", reason: "FORBIDDEN", rate: 1 }] });
  incidents.vanish(status?.id ?? "");
  const unseen = await world.machine("web", (vm) => condition(vm, "Observed")?.status === "Unknown");
  expect(unseen.status?.phase).toBe("Running");
  faults.replace({ ...faults.current(), errors: [] });
  await world.machine("web", (vm) => ready(vm)?.reason === "Vanished");
});

test("a machine that was made, and that the stream does not show so, is looked at by itself after a while", async () => {
  let asked = 0;
  let state: MachineState = MachineState.CREATING;
  const phase = await createPhase({
    status: madeStatus,
    sight: () => ({ state: "present", machine: shown("web", { state: MachineState.CREATING }), live: true }),
    calls: {
      describe: ({ uid }) => {
        asked++;
        return Promise.resolve({ virtualMachine: shown(uid, { state }) });
      },
    },
  });
  const work = await phase.begin();
  const look = () => observe(work, phase.connection, phase.context, phase.signal);
  expect([await look(), await look()]).toEqual([{ requeueAfterMs: 15_000 }, { requeueAfterMs: 15_000 }]);
  expect(asked).toBe(0);
  await phase.clock.advance(15_000);
  expect(await look()).toEqual({ requeueAfterMs: 30_000 });
  expect([asked, work.status.powerState]).toEqual([1, undefined]);
  state = MachineState.READY;
  await phase.clock.advance(30_000);
  expect(await look()).toMatchObject({ machine: { state } });
  expect([asked, work.status.powerState]).toEqual([2, "On"]);
});

test("the platform is asked once whether a machine vanished", async () => {
  let asked = 0;
  const phase = await createPhase({
    status: madeStatus,
    calls: {
      describe: () => {
        asked++;
        return Promise.reject(new ProviderError("NOT_FOUND", "no such machine"));
      },
    },
  });
  const work = await phase.begin();
  for (let i = 0; i < 3; i++) await observe(work, phase.connection, phase.context, phase.signal);
  expect(work.status.conditions?.find((c) => c.type === "Ready")?.reason).toBe("Vanished");
  expect(asked).toBe(1);
});

test("a machine that vanished and is shown again is taken up again", async () => {
  let sight: ReturnType<typeof phase.connection.observer.sight> = { state: "absent" };
  const phase = await createPhase({
    status: madeStatus,
    sight: () => sight,
    calls: { describe: () => Promise.reject(new ProviderError("NOT_FOUND", "no such machine")) },
  });
  const work = await phase.begin();
  await observe(work, phase.connection, phase.context, phase.signal);
  sight = { state: "present", machine: shown(work.vm.metadata.uid), live: true };
  await observe(work, phase.connection, phase.context, phase.signal);
  expect(work.status.conditions?.find((c) => c.type === "Ready")?.reason).toBe("Recovered");
});

test("a machine that the platform gave up on, and shows as well later, is taken up again", async () => {
  let state: MachineState = MachineState.FAILED;
  const phase = await createPhase({
    status: madeStatus,
    sight: () => ({ state: "present", machine: shown("web", { state }), live: true }),
  });
  const work = await phase.begin();
  const reason = async () => {
    await observe(work, phase.connection, phase.context, phase.signal);
    return work.status.conditions?.find((c) => c.type === "Ready")?.reason;
  };
  expect(await reason()).toBe("PlatformFailed");
  state = MachineState.READY;
  expect(await reason()).toBe("Recovered");
});

test("a machine of a view that is not live any more is not taken as seen", async () => {
  const phase = await createPhase({
    status: { ...madeStatus, powerState: "On" },
    sight: () => ({ state: "present", machine: shown("web", { powerState: PowerState.OFF }), live: false }),
  });
  const work = await phase.begin();
  const before = structuredClone(work.status);
  expect(await observe(work, phase.connection, phase.context, phase.signal)).toEqual({});
  expect(work.status).toEqual(before);
});

test("a manager that starts again writes nothing for machines that are as they were", async () => {
  world = await createWorld();
  const names = Array.from({ length: 5 }, (_, i) => `m${i}`);
  await world.apply(...basics(world.provider.address), ...names.map((name) => machine(name)));
  for (const name of names) await world.machine(name, isRunning);
  await world.manager.stop();
  const before = await Promise.all(names.map((name) => world?.store.get("VirtualMachine", name)));
  const versions = before.map((vm) => vm?.metadata.resourceVersion);
  await world.restartManager();
  // Whoever comes after them has seen them.
  await world.apply(machine("last"));
  await world.machine("last", isRunning);
  const after = await Promise.all(names.map((name) => world?.store.get("VirtualMachine", name)));
  expect(after.map((vm) => vm?.metadata.resourceVersion)).toEqual(versions);
});

test("a machine whose Provider can't be dialled is told as unseen", async () => {
  world = await createWorld();
  await world.apply(...basics(world.provider.address), machine("web"));
  await world.machine("web", isRunning);
  const tls = { ca: { name: "missing", key: "ca.crt" } };
  await world.apply({ apiVersion, kind: "Provider", metadata: { name: "sim" }, spec: { address: world.provider.address, tls } });
  await world.until("Provider", "sim", (p) => (p.status as { phase?: string }).phase === "Invalid");
  const vm = await world.machine("web", (m) => condition(m, "Observed")?.status === "Unknown");
  expect(condition(vm, "Observed")?.reason).toBe("ProviderNotReady");
});

test("a slow provider whose machines are all absent does not hold up another", async () => {
  const hosts = [{ name: "h", cpus: 2000, memoryMib: 2_000_000, diskGib: 20_000 }];
  world = await createWorld({ sim: { hosts }, manager: { clock: fastClock(20) } });
  const slow = createSimulator({ latencyMs: 0, hosts });
  const served = await startProvider(slow, { name: "slow", version: "0", listen: "127.0.0.1:0", log: "silent", drainTimeoutMs: 50 });
  const provider = { apiVersion, kind: "Provider", metadata: { name: "slow" }, spec: { address: served.address, maxConcurrentCalls: 4 } };
  try {
    const names = Array.from({ length: 600 }, (_, i) => `slow-${i}`);
    await world.apply(...basics(world.provider.address), provider, ...names.map((name) => machine(name, { provider: "slow" })));
    for (const name of names) await world.machine(name, isRunning, 20_000);
    slow.faults.replace({ ...slow.faults.current(), slow: [{ rpc: "describe", rate: 1, minMs: 3_000, maxMs: 3_000 }] });
    for (const { id } of slow.state().machines) slow.incidents.vanish(id);
    await world.apply(machine("quick"));
    await world.machine("quick", isRunning, 2_500);
  } finally {
    await world.close();
    world = undefined;
    await served.close();
  }
}, 60_000);
