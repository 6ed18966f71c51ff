import { PowerOperation } from "@remuda/contract";
import { parseResource, restartAnnotation, type VirtualMachine } from "@remuda/resources";
import { createMemoryStore } from "@remuda/store";
import { afterEach, describe, expect, test } from "vitest";
import { dialWith } from "../testing/dial";
import { createMortal } from "../testing/mortal";
import { basics, condition, createWorld, isRunning, machine, type World, waitFor } from "../testing/world";

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const long = "2026-01-01T00:00:00Z";
const restarted = (requestedAt: string, spec: object = {}) => {
  const vm = machine("web", spec);
  return { ...vm, metadata: { ...vm.metadata, annotations: { [restartAnnotation]: requestedAt } } };
};
/** The power operations that reach the platform, with the time that the guest was given. */
const recorded = (operations: [PowerOperation, number | undefined][]) =>
  dialWith((client) => ({
    power: (request, settings) => {
      operations.push([request.operation, request.gracefulTimeout && Number(request.gracefulTimeout.seconds)]);
      return client.power(request, settings);
    },
  }));

describe("a restart on request", () => {
  test("stops the machine gracefully and starts it again, once for each later time", async () => {
    const operations: [PowerOperation, number | undefined][] = [];
    world = await createWorld({ manager: { dial: recorded(operations) } });
    await world.apply(...basics(world.provider.address), machine("web", { shutdownTimeoutSeconds: 7 }));
    await world.machine("web", isRunning);
    await world.apply(restarted(long, { shutdownTimeoutSeconds: 7 }));
    await world.machine("web", (vm) => isRunning(vm) && vm.status?.restartedFor === long);
    const once = [
      [PowerOperation.SHUTDOWN, 7],
      [PowerOperation.ON, undefined],
    ];
    expect(operations).toEqual(once);

    // The same again, none, and an older one: nothing.
    for (const vm of [restarted(long, { shutdownTimeoutSeconds: 7 }), machine("web"), restarted("2025-01-01T00:00:00Z")]) {
      await world.apply(vm);
    }
    const last = await world.apply(restarted("2025-01-01T00:00:00Z", { shutdownTimeoutSeconds: 8 }));
    await world.machine("web", (vm) => isRunning(vm) && vm.status?.observedGeneration === last[0]?.metadata.generation);
    expect(operations).toEqual(once);
    await world.apply(restarted("2026-01-01T00:00:01Z"));
    await world.machine("web", (vm) => isRunning(vm) && vm.status?.restartedFor === "2026-01-01T00:00:01Z");
    expect(operations).toHaveLength(4);
  });

  test("does what waited for a restart", async () => {
    world = await createWorld();
    await world.apply(...basics(world.provider.address), machine("web"));
    await world.machine("web", isRunning);
    const bigger = { class: undefined, hardware: { cpus: 2, memoryMiB: 1024 } };
    await world.apply(machine("web", bigger));
    const waiting = await world.machine("web", (vm) => condition(vm, "RestartRequired")?.status === "True");
    expect(condition(waiting, "RestartRequired")?.message).toBe(
      "waits for a restart: cpus up, memory up; restart or stop the machine, or set spec.updatePolicy to Restart",
    );
    await world.apply(restarted(long, bigger));
    const vm = await world.machine("web", (m) => isRunning(m) && condition(m, "RestartRequired")?.status === "False");
    expect(vm.status?.hardware).toEqual({ cpus: 2, memoryMiB: 1024 });
  });

  test("waits for its time, is done with a machine's creation, and leaves one alone that shall not run", async () => {
    const operations: [PowerOperation, number | undefined][] = [];
    world = await createWorld({ manager: { dial: recorded(operations) } });
    await world.apply(...basics(world.provider.address), restarted(long));
    const made = await world.machine("web", isRunning);
    expect(made.status?.restartedFor).toBe(long);
    await world.apply(restarted("2126-01-01T00:00:00Z", { powerState: "Off" }));
    await world.machine("web", (vm) => vm.status?.phase === "Stopped");
    await world.apply(restarted("2026-01-02T00:00:00Z", { powerState: "Off" }));
    await world.machine("web", (vm) => vm.status?.restartedFor === "2026-01-02T00:00:00Z");
    expect(operations).toEqual([[PowerOperation.SHUTDOWN, 60]]);
  });

  test("is refused where its time is none", () => {
    expect(() => parseResource(restarted("now"))).toThrow(
      `metadata.annotations["${restartAnnotation}"]: expected a time such as 2026-01-02T03:04:05Z, got "now"`,
    );
  });
});

test("a crash at any step of a restart leaves the machine running, and restarted once", async () => {
  const stops: number[] = [];
  let crashes = 0;
  const points = 40;
  for (let point = 1; point <= points; point++) {
    const operations: [PowerOperation, number | undefined][] = [];
    const store = createMemoryStore();
    const mortal = createMortal(store, point);
    // Without delays: a stop that was sent is done, whoever dies.
    world = await createWorld({ store, sim: { latencyMs: 0, guestShutdownMs: 0 }, manager: {} });
    await world.apply(...basics(world.provider.address), machine("web"));
    await world.machine("web", isRunning);
    await world.restartManager({ store: mortal.store, dial: mortal.dial });
    const before = world.sim.events().length;
    await world.apply(restarted(long));
    await waitFor(
      async () => {
        const vm = await store.get("VirtualMachine", "web");
        return mortal.dead || (vm && isRunning(vm as VirtualMachine) && (vm as VirtualMachine).status?.restartedFor === long) || undefined;
      },
      () => `neither dead nor done after ${mortal.steps} steps`,
    );
    await world.restartManager({ dial: recorded(operations) });
    await world.machine("web", (vm) => isRunning(vm) && vm.status?.restartedFor === long);
    if (mortal.dead) crashes++;
    const powered = world.sim.events().slice(before);
    stops.push(powered.filter(({ event, fields }) => event === "power" && fields.operation === String(PowerOperation.SHUTDOWN)).length);
    await world.close();
    world = undefined;
  }
  expect(stops.every((count) => count === 1)).toBe(true);
  // So many that the last crashes never come: no step was left out.
  expect(crashes).toBeGreaterThan(20);
  expect(crashes).toBeLessThan(points);
}, 120_000);
