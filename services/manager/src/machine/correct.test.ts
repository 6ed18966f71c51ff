import { PowerOperation } from "@remuda/contract";
import { afterEach, describe, expect, test } from "vitest";
import { basics, condition, createWorld, isRunning, machine, type World } from "../testing/world";
import { powerOperation } from "./power";

describe("the next power operation", () => {
  const all = Object.values(PowerOperation);
  test.each([
    ["On", "On", 60, all, undefined],
    [undefined, "Off", 60, all, undefined],
    ["Off", "On", 60, all, PowerOperation.ON],
    ["Suspended", "On", 60, all, PowerOperation.ON],
    ["On", "Off", 60, all, PowerOperation.SHUTDOWN],
    ["On", "Off", 0, all, PowerOperation.OFF],
    ["On", "Off", 60, [PowerOperation.OFF], PowerOperation.OFF],
    ["Suspended", "Off", 60, all, PowerOperation.OFF],
    ["On", "Suspended", 60, all, PowerOperation.SUSPEND],
    ["Off", "Suspended", 60, all, PowerOperation.ON],
    ["On", "Suspended", 60, [PowerOperation.ON], "unsupported"],
  ] as const)("from %s to %s with %d s", (actual, powerState, shutdownTimeoutSeconds, known, expected) => {
    expect(powerOperation(actual, { powerState, shutdownTimeoutSeconds }, known)).toBe(expected);
  });
});

describe("a running machine", () => {
  let world: World;
  afterEach(() => world.close());

  test("is stopped, suspended and started as its spec says", async () => {
    world = await createWorld();
    await world.apply(...basics(world.provider.address), machine("web"));
    await world.machine("web", isRunning);
    for (const [powerState, phase] of [
      ["Off", "Stopped"],
      ["On", "Running"],
      ["Suspended", "Suspended"],
      ["Off", "Stopped"],
      ["On", "Running"],
    ]) {
      await world.apply(machine("web", { powerState }));
      const vm = await world.machine("web", (m) => m.status?.phase === phase && condition(m, "Ready")?.status === "True");
      expect(vm.status).toMatchObject({ powerState, observedGeneration: vm.metadata.generation });
    }
  });

  test("gets new hardware with a restart where that is allowed, and says what waits where it is not", async () => {
    world = await createWorld();
    await world.apply(...basics(world.provider.address), machine("web"));
    await world.machine("web", isRunning);
    const hardware = { cpus: 2, memoryMiB: 256 };
    await world.apply(machine("web", { class: undefined, hardware }));
    const waiting = await world.machine("web", (m) => condition(m, "RestartRequired")?.status === "True");
    expect(condition(waiting, "RestartRequired")?.message).toContain("memory down");
    await world.apply(machine("web", { class: undefined, hardware, updatePolicy: "Restart" }));
    const vm = await world.machine("web", (m) => isRunning(m) && m.status?.hardware?.memoryMiB === 256);
    expect(vm.status).toMatchObject({ hardware: { cpus: 2, memoryMiB: 256 }, observedGeneration: vm.metadata.generation });
    expect(condition(vm, "RestartRequired")?.status).not.toBe("True");
  });

  test("reads its user data from a secret that comes later", async () => {
    const { mkdirSync, writeFileSync } = await import("node:fs");
    world = await createWorld();
    await world.apply(
      ...basics(world.provider.address),
      machine("web", { cloudInit: { userDataFrom: { name: "web", key: "user-data" } } }),
    );
    const waiting = await world.machine("web", (m) => condition(m, "Resolved")?.reason === "SecretNotFound");
    expect(condition(waiting, "Resolved")?.message).toContain("web/user-data");
    mkdirSync(`${world.secretsDir}/web`);
    writeFileSync(`${world.secretsDir}/web/user-data`, "#cloud-config\n");
    await world.machine("web", isRunning);
  });
});
