import { randomUUID } from "node:crypto";
import { CreateRequest } from "@remuda/contract";
import type { ProviderStatus, Resource } from "@remuda/resources";
import { afterEach, expect, test } from "vitest";
import { adopting, isAdopted, nature } from "../testing/foreign";
import { basics, createWorld, isRunning, machine, type World, waitFor } from "../testing/world";

let world: World;
afterEach(() => world.close());

const never = new AbortController().signal;
const orphans = async () => (await world.manager.orphans.of("sim"))?.map(({ uid }) => uid);
const remove = (uid: string, dryRun = false) => world.manager.orphans.delete({ provider: "sim", uid, dryRun }, never);
const uids = () => world.sim.state().machines.map(({ uid }) => uid);
const status = (provider: Resource) => (provider.status ?? {}) as ProviderStatus;

/** A machine that bears the marks of this installation, as after its store was put back to an older state. */
async function addOrphan(name: string, owner?: string) {
  const uid = randomUUID();
  const spec = { name, hardware: { cpus: 1, memoryMib: 256 }, source: { $case: "empty" as const, value: {} } };
  const request = CreateRequest.fromPartial({ uid, owner: owner ?? (await world.store.ownerId()), spec });
  const { virtualMachine } = await world.sim.create(request, never);
  await waitFor(
    () => world.sim.state().runningTasks.length === 0 || undefined,
    () => "the machine is still being made",
  );
  return { uid, id: virtualMachine.id };
}

const until = (wanted: string[]) =>
  waitFor(
    async () => JSON.stringify(await orphans()) === JSON.stringify(wanted) || undefined,
    () => `not the orphans ${wanted}`,
  );

test("a machine with our marks and without a VirtualMachine is an orphan: seen without a call, counted, and deleted on request only", async () => {
  world = await createWorld({ manager: { orphanGraceMs: 0 } });
  await world.apply(...basics(world.provider.address), machine("web"));
  const web = await world.machine("web", isRunning);
  const { uid } = await addOrphan("lost");
  await addOrphan("others", "other-installation");
  await world.sim.addForeignMachine({ name: "foreign" });
  await until([uid]);
  await world.until("Provider", "sim", (p) => status(p).orphans === 1);
  expect(await world.manager.metrics.registry.metrics()).toContain("remuda_orphans 1");
  const calls = async () =>
    (await world.manager.metrics.registry.getSingleMetricAsString("remuda_provider_calls_total")).replace(/.*Validate.*|.*GetCapa.*/g, "");
  const before = await calls();
  for (let i = 0; i < 20; i++) await orphans();
  expect(await calls()).toBe(before);

  expect(await remove(uid, true)).toMatchObject({ uid, name: "lost" });
  expect(uids()).toContain(uid);
  await remove(uid);
  await until([]);
  await world.until("Provider", "sim", (p) => status(p).orphans === 0);
  expect(uids()).toHaveLength(3);
  expect((await world.machine("web", isRunning)).metadata.uid).toBe(web.metadata.uid);
  expect((await world.store.events({ kind: "Provider", name: "sim" })).at(-1)).toMatchObject({ type: "Warning", reason: "OrphanDeleted" });
});

test("no orphan, and refused: what is somebody's, young, being made, let go of on purpose or being taken over", async () => {
  world = await createWorld({ manager: { orphanGraceMs: 3_600_000 } });
  await world.apply(...basics(world.provider.address), machine("web"));
  const { metadata } = await world.machine("web", isRunning);
  const { uid, id } = await addOrphan("young");
  expect(await orphans()).toEqual([]);
  await expect(remove(uid)).rejects.toThrow("is no orphan: it is younger than 60 minutes");
  await expect(remove(metadata.uid)).rejects.toThrow(/younger|that of VirtualMachine web/);

  await world.restartManager({ orphanGraceMs: 0 });
  await until([uid]);
  await expect(remove(metadata.uid)).rejects.toThrow("that of VirtualMachine web");
  await expect(remove(randomUUID())).rejects.toMatchObject({ reason: "NOT_FOUND" });
  const foreign = await addOrphan("others", "other-installation");
  await expect(remove(foreign.uid)).rejects.toThrow("another machine");

  const [provider] = await world.apply(basics(world.provider.address)[0] ?? {});
  const now = provider && (await world.store.get("Provider", "sim"));
  if (now) await world.store.updateStatus({ ...now, status: { ...status(now), retained: [{ uid, name: "former" }] } });
  expect(await orphans()).toEqual([]);
  await expect(remove(uid)).rejects.toThrow("VirtualMachine former let go of it on purpose");
  // Its marks are taken off as soon as the provider is checked.
  await world.until("Provider", "sim", (p) => status(p).retained === undefined);
  expect(world.sim.state().machines.find((each) => each.id === id)?.uid).toBe("");
  expect(uids()).toHaveLength(3);
});

test("an orphan is taken over again, as it is", async () => {
  world = await createWorld({ manager: { orphanGraceMs: 0 } });
  await world.apply(...basics(world.provider.address));
  await world.until("Provider", "sim", (p) => status(p).phase === "Connected");
  const { uid, id } = await addOrphan("lost");
  await until([uid]);
  const before = nature(world, id);
  await world.apply(adopting("found", id, { hardware: { cpus: 1, memoryMiB: 256 } }));
  const vm = await world.machine("found", isRunning);
  expect(isAdopted(vm)).toBe(true);
  expect(uids()).toEqual([vm.metadata.uid]);
  expect(nature(world, id)).toEqual(before);
  await until([]);
});

test("of a provider that can't be seen nothing is said", async () => {
  world = await createWorld({ manager: { orphanGraceMs: 0 } });
  await world.apply(...basics(world.provider.address), machine("web"));
  await world.machine("web", isRunning);
  const { uid } = await addOrphan("lost");
  await until([uid]);
  await world.stopProvider();
  await waitFor(
    async () => ((await world.manager.orphans.of("sim")) === undefined ? true : undefined),
    () => "still seen",
  );
  await expect(remove(uid)).rejects.toMatchObject({ reason: "UNAVAILABLE" });
});
