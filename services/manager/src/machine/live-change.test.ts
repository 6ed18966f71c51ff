import type { ResourceError } from "@remuda/resources";
import { afterEach, describe, expect, test } from "vitest";
import { dialWith } from "../testing/dial";
import { basics, condition, createWorld, isRunning, machine, type World, waitFor } from "../testing/world";

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const isBrought = (vm: Parameters<typeof isRunning>[0]) => isRunning(vm) && vm.status?.observedGeneration === vm.metadata.generation;
const hardware = (cpus: number, memoryMiB: number) => ({
  class: undefined,
  hardware: { cpus, memoryMiB, hotAdd: { maxCpus: 4, maxMemoryMiB: 4096 } },
});
const only = (made: World) => {
  const [machine] = made.sim.state().machines;
  if (!machine) throw new Error("there is no machine");
  return machine;
};

async function running(spec: object, options: Parameters<typeof createWorld>[0] = {}) {
  world = await createWorld(options);
  await world.apply(...basics(world.provider.address), machine("web", spec));
  await world.machine("web", isRunning);
  return world;
}

describe("a change of a machine that runs", () => {
  test("is made live where that can be, and waits for a restart where not", async () => {
    const made = await running(hardware(1, 1024));
    await made.apply(machine("web", hardware(4, 2048)));
    const live = await made.machine("web", (vm) => isBrought(vm) && vm.status?.hardware?.cpus === 4);
    expect(live.status?.hardware).toEqual({ cpus: 4, memoryMiB: 2048 });
    expect(condition(live, "RestartRequired")?.status).toBe("False");

    await made.apply(machine("web", hardware(2, 2048)));
    const waiting = await made.machine("web", (vm) => isBrought(vm) && condition(vm, "RestartRequired")?.status === "True");
    expect(condition(waiting, "RestartRequired")?.message).toContain("cpus down");
    expect(only(made).shape.hardware.cpus).toBe(4);

    await made.apply(machine("web", { ...hardware(2, 2048), updatePolicy: "Restart" }));
    await made.machine("web", (vm) => isBrought(vm) && vm.status?.hardware?.cpus === 2);
    // It was the provider that restarted it, for this change alone.
    expect(made.sim.events().filter(({ event }) => event === "power")).toEqual([]);
  });

  test("grows, adds and removes disks and interfaces", async () => {
    const nic = (name: string) => ({ name, network: "lan" });
    const made = await running({ disks: [{ name: "data", sizeGiB: 5 }], interfaces: [nic("eth0"), nic("eth1")] });
    const [first] = only(made).shape.nics;
    const disks = [
      { name: "data", sizeGiB: 8 },
      { name: "more", sizeGiB: 1 },
    ];
    await made.apply(machine("web", { disks, interfaces: [nic("eth0"), nic("eth2")] }));
    await made.machine("web", (vm) => isBrought(vm) && vm.status?.interfaces?.[1]?.name === "eth2");
    const { shape } = only(made);
    expect(shape.disks.flatMap(({ boot, name, sizeGib }) => (boot ? [] : [[name, sizeGib]]))).toEqual([
      ["data", 8],
      ["more", 1],
    ]);
    expect(shape.nics.map(({ name }) => name)).toEqual(["eth0", "eth2"]);
    expect(shape.nics[0]).toEqual(first);

    await made.apply(machine("web", { interfaces: [nic("eth0")] }));
    const vm = await made.machine("web", (m) => isBrought(m) && m.status?.interfaces?.length === 1);
    expect(vm.status?.disks?.map(({ name }) => name)).toEqual(["boot"]);
  });

  test("that shrinks a disk is refused when it is applied, and names the field", async () => {
    const made = await running({
      disks: [
        { name: "a", sizeGiB: 5 },
        { name: "b", sizeGiB: 5 },
      ],
    });
    const smaller = [
      { name: "b", sizeGiB: 6 },
      { name: "a", sizeGiB: 4 },
    ];
    const refused = await made.apply(machine("web", { disks: smaller })).catch((error: ResourceError) => error);
    expect(String(refused)).toContain("spec.disks[1].sizeGiB: a disk can't shrink: it has 5 GiB");
    expect((await made.machine("web", () => true)).metadata.generation).toBe(1);
  });
});

describe("labels", () => {
  const labelled = (labels: Record<string, string>) => ({ ...machine("web"), metadata: { name: "web", labels } });
  const shownLabels = (made: World, labels: Record<string, string>) =>
    waitFor(
      () => JSON.stringify(only(made).labels) === JSON.stringify(labels) || undefined,
      () => JSON.stringify(only(made).labels),
    );

  test("reach the platform without any other change, and when the last one goes", async () => {
    const made = await running({});
    await made.apply(labelled({ team: "blue", tier: "web" }));
    await shownLabels(made, { team: "blue", tier: "web" });
    await made.apply(labelled({ team: "red" }));
    await shownLabels(made, { team: "red" });
    await made.apply(machine("web"));
    await shownLabels(made, {});
  });

  test("that were changed while no manager ran reach it, and those of a machine's making are not handed over again", async () => {
    let asked = 0;
    const dial = dialWith((client) => ({
      reconfigure: (request, settings) => {
        asked++;
        return client.reconfigure(request, settings);
      },
    }));
    const made = await running({}, { manager: { dial } });
    await made.store.delete("VirtualMachine", "web");
    await made.gone("VirtualMachine", "web");
    await made.apply(labelled({ b: "1", a: "2" }));
    await made.machine("web", isRunning);
    expect(asked).toBe(0);
    await made.manager.stop();
    // Their order says nothing.
    await made.apply(labelled({ a: "2", b: "1" }));
    await made.restartManager();
    await made.apply(machine("last"));
    await made.machine("last", isRunning);
    expect(asked).toBe(0);
    await made.manager.stop();
    await made.apply(labelled({ a: "3" }));
    await made.restartManager();
    await waitFor(
      () => made.sim.state().machines.some(({ labels }) => labels.a === "3") || undefined,
      () => "not handed over",
    );
    expect(asked).toBe(1);
  });
});

test("a guest that does not stop in its time is stopped by force", async () => {
  const made = await running({ shutdownTimeoutSeconds: 1 }, { sim: { guestShutdownMs: 3_600_000 } });
  await made.apply(machine("web", { powerState: "Off", shutdownTimeoutSeconds: 1 }));
  await made.machine("web", (vm) => vm.status?.phase === "Stopped");
});
