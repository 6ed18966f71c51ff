import { DescribeResponse, PowerState, ProviderError } from "@remuda/contract";
import { createMemoryStore } from "@remuda/store";
import { afterEach, expect, test } from "vitest";
import { launch } from "../machine/launch";
import { adopting, isAdopted, nature } from "../testing/foreign";
import { createMortal } from "../testing/mortal";
import { createPhase, shown } from "../testing/phase";
import { basics, createWorld, isRunning, machine, ready, type World, waitFor } from "../testing/world";

let world: World;
afterEach(() => world?.close());

const marksOf = (id: string) => {
  const { uid, owner } = world.sim.state().machines.find((each) => each.id === id) ?? {};
  return { uid, owner };
};
const marksAndTasks = () => world.sim.events().map(({ event }) => event);

test("a machine that is declared as existing is taken over as it is, can be changed then, and stays without marks when it is let go", async () => {
  world = await createWorld();
  const id = await world.sim.addForeignMachine({ name: "old-web" });
  const before = nature(world, id);
  const [, , , , applied] = await world.apply(...basics(world.provider.address), adopting("web", id));
  const vm = await world.machine("web", isRunning);
  expect(isAdopted(vm)).toBe(true);
  expect(vm.status).toMatchObject({ id, provider: "sim", observedGeneration: 1, hardware: { cpus: 1, memoryMiB: 512 } });
  expect(vm.spec.deletionPolicy).toBe("Retain");
  expect(marksOf(id)).toEqual({ uid: applied?.metadata.uid, owner: await world.store.ownerId() });
  expect(nature(world, id)).toEqual(before);
  expect(marksAndTasks()).toEqual(["adopted"]);

  await world.apply(adopting("web", id, { disks: [{ name: "data", sizeGiB: 3 }] }));
  await world.machine("web", (now) => now.status?.observedGeneration === 2 && isRunning(now));
  expect(world.sim.state().machines[0]?.shape.disks.map(({ name }) => name)).toEqual(["boot", "data"]);

  const changed = nature(world, id);
  await world.store.delete("VirtualMachine", "web");
  await world.gone("VirtualMachine", "web");
  expect(marksOf(id)).toEqual({ uid: "", owner: "" });
  expect(nature(world, id)).toEqual(changed);
});

test("a spec that says otherwise than it is touches nothing, and says what is there", async () => {
  world = await createWorld();
  const id = await world.sim.addForeignMachine({ name: "old-web", cpus: 4 });
  await world.apply(...basics(world.provider.address), adopting("web", id, { powerState: "Off", interfaces: [] }));
  const failed = await world.machine("web", (vm) => vm.status?.phase === "Failed");
  expect(ready(failed)?.reason).toBe("INVALID_SPEC");
  for (const text of ["it is On, not Off", "cpus: it is 4, not 1", "an interface eth0 in default that is not declared"])
    expect(ready(failed)?.message).toContain(text);
  expect(marksOf(id)).toEqual({ uid: "", owner: "" });
  expect(failed.status?.launchedAt).toBeUndefined();

  await world.apply(adopting("web", id, { hardware: { cpus: 4, memoryMiB: 512 } }));
  await world.machine("web", isRunning);
  expect(marksAndTasks()).toEqual(["adopted"]);
});

test("a machine that is somebody's is not taken over; one that is not there is told", async () => {
  world = await createWorld();
  await world.apply(...basics(world.provider.address), machine("mine"));
  const { status } = await world.machine("mine", isRunning);
  await world.apply(adopting("thief", status?.id ?? ""), adopting("nobody", "vm-999999"));
  const thief = await world.machine("thief", (vm) => vm.status?.phase === "Failed");
  expect(ready(thief)).toMatchObject({ reason: "ALREADY_EXISTS" });
  expect(ready(thief)?.message).toContain("is that of VirtualMachine mine");
  const nobody = await world.machine("nobody", (vm) => vm.status?.phase === "Failed");
  expect(ready(nobody)).toMatchObject({ reason: "NOT_FOUND" });
  await world.store.delete("VirtualMachine", "thief");
  await world.store.delete("VirtualMachine", "nobody");
  await world.gone("VirtualMachine", "thief");
  await world.gone("VirtualMachine", "nobody");
  expect((await world.machine("mine", isRunning)).status?.id).toBe(status?.id);
});

test("two that want the same machine: one has it", async () => {
  world = await createWorld();
  const id = await world.sim.addForeignMachine({ name: "old-web" });
  await world.apply(...basics(world.provider.address), adopting("a", id), adopting("b", id));
  const vms = await Promise.all(["a", "b"].map((name) => world.machine(name, (vm) => isRunning(vm) || vm.status?.phase === "Failed")));
  expect(vms.map((vm) => vm.status?.phase).sort()).toEqual(["Failed", "Running"]);
  expect(marksOf(id).uid).toBe(vms.find(isRunning)?.metadata.uid);
});

test("letting go while the provider is away remembers the machine", async () => {
  world = await createWorld();
  const id = await world.sim.addForeignMachine({ name: "old-web" });
  await world.apply(...basics(world.provider.address), adopting("web", id));
  const { metadata } = await world.machine("web", isRunning);
  await world.stopProvider();
  await world.until("Provider", "sim", (p) => (p.status as { phase?: string }).phase === "Unreachable");
  await world.store.delete("VirtualMachine", "web");
  await world.gone("VirtualMachine", "web");
  const provider = await world.store.get("Provider", "sim");
  expect(provider?.status).toMatchObject({ retained: [{ uid: metadata.uid, id, name: "web" }] });
  expect(marksOf(id).uid).toBe(metadata.uid);
});

test("a machine that was marked by a call whose answer was lost is had, also under another id and changed meanwhile", async () => {
  const phase = await createPhase({
    spec: { class: undefined, image: undefined, source: { existing: "m-0" }, interfaces: [] },
    status: { provider: "sim", launchedAt: "2026-01-01T00:00:00.000Z" },
    calls: {
      describe: ({ uid }) =>
        Promise.resolve(DescribeResponse.fromPartial({ virtualMachine: shown(uid, { id: "m-1", powerState: PowerState.OFF }) })),
      describeAny: () => Promise.reject(new ProviderError("NOT_FOUND", "no such machine")),
    },
  });
  const work = await phase.begin();
  await launch(work, phase.connection, phase.context, phase.signal);
  expect(work.status).toMatchObject({ id: "m-1", observedGeneration: 1 });
  expect(isAdopted({ ...work.vm, status: work.status })).toBe(true);
});

async function crashAt(point: number, lettingGo: boolean): Promise<boolean> {
  const store = createMemoryStore();
  const mortal = createMortal(store, point);
  world = await createWorld({ store, manager: lettingGo ? {} : { store: mortal.store, dial: mortal.dial } });
  const id = await world.sim.addForeignMachine({ name: "old-web" });
  const before = nature(world, id);
  await world.apply(...basics(world.provider.address), adopting("web", id));
  if (lettingGo) {
    await world.machine("web", isRunning);
    await world.restartManager({ store: mortal.store, dial: mortal.dial });
    await store.delete("VirtualMachine", "web");
  }
  const isDone = async () => {
    const vm = await store.get("VirtualMachine", "web");
    return lettingGo ? vm === undefined : vm !== undefined && isRunning(vm as Parameters<typeof isRunning>[0]);
  };
  await waitFor(
    async () => mortal.dead || (await isDone()) || undefined,
    () => `neither dead nor done after ${mortal.steps} steps`,
  );
  await world.restartManager({});
  if (lettingGo) await world.gone("VirtualMachine", "web");
  else await world.machine("web", isRunning);
  const uid = (await store.get("VirtualMachine", "web"))?.metadata.uid ?? "";
  expect({ point, ...marksOf(id) }).toEqual({ point, uid, owner: lettingGo ? "" : await store.ownerId() });
  expect(nature(world, id)).toEqual(before);
  expect(world.sim.state().machines).toHaveLength(1);
  return mortal.dead;
}

test.each([
  { what: "taking over", lettingGo: false, points: 22, least: 8 },
  { what: "letting go", lettingGo: true, points: 12, least: 4 },
])(
  "a crash at any step of $what a machine changes nothing of it, and ends as without",
  async ({ lettingGo, points, least }) => {
    let crashes = 0;
    for (let point = 1; point <= points; point++) {
      if (await crashAt(point, lettingGo)) crashes++;
      if (point < points) await world.close();
    }
    expect(crashes).toBeGreaterThanOrEqual(least);
  },
  120_000,
);
