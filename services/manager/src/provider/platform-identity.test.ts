import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningProvider, startProvider } from "@remuda/provider-kit";
import { createSimulator, type Simulator } from "@remuda/provider-sim";
import type { ProviderStatus, Resource } from "@remuda/resources";
import { afterEach, beforeEach, expect, test } from "vitest";
import { dialWith } from "../testing/dial";
import { apiVersion, basics, condition, createWorld, isRunning, machine, ready, type World } from "../testing/world";

let world: World;
let folder: string;
const closers: (() => Promise<void>)[] = [];
beforeEach(async () => {
  world = await createWorld();
  folder = mkdtempSync(join(tmpdir(), "remuda-platforms-"));
});
afterEach(async () => {
  await world.close();
  for (const close of closers.splice(0)) await close();
  rmSync(folder, { recursive: true, force: true });
});

/** Another platform. */
async function another(listen = "127.0.0.1:0"): Promise<{ sim: Simulator; running: RunningProvider; id: string }> {
  const sim = createSimulator({ latencyMs: 20, guestShutdownMs: 20 });
  const running = await startProvider(sim, {
    name: "provider-sim",
    version: "0",
    listen,
    log: "silent",
    watchHeartbeatMs: 500,
    drainTimeoutMs: 50,
  });
  closers.push(async () => {
    await running.close();
    await sim.settled();
  });
  return { sim, running, id: (await sim.validate(new AbortController().signal)).platformId };
}

const provider = (address: string, annotations: Record<string, string> = {}) => ({
  apiVersion,
  kind: "Provider",
  metadata: { name: "sim", annotations },
  spec: { address },
});
const custom = {
  apiVersion,
  kind: "VMImage",
  metadata: { name: "custom" },
  spec: { source: { url: "https://images.invalid/custom.qcow2" } },
};
async function imagesOf(sim: Simulator): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of sim.images.list(new AbortController().signal)) names.push(name);
  return names;
}
const statusOf = (resource: Resource | undefined) => (resource?.status ?? {}) as ProviderStatus;
const readyOf = (resource: Resource) => statusOf(resource).conditions?.find(({ type }) => type === "Ready");
const isChanged = (resource: Resource) => readyOf(resource)?.reason === "PlatformChanged";
const isConnected = (resource: Resource) => statusOf(resource).phase === "Connected";
const connectedTo = (id: string) => (resource: Resource) => isConnected(resource) && statusOf(resource).platformId === id;
const recordedId = async () => statusOf(await world.store.get("Provider", "sim")).platformId ?? "";
const reasonsOf = async (kind: string, name: string) => (await world.store.events({ kind, name })).map(({ reason }) => reason);
const observed = (status: string) => (vm: Parameters<typeof condition>[0]) => condition(vm, "Observed")?.status === status;

test("nothing is done on another platform, and nothing that it lacks is gone", async () => {
  const other = await another();
  await world.apply(...basics(world.provider.address), machine("web"));
  const made = await world.machine("web", isRunning);
  const expected = await recordedId();

  await world.apply(provider(other.running.address), machine("db"));
  const changed = await world.until("Provider", "sim", isChanged);
  expect(statusOf(changed)).toMatchObject({ phase: "Invalid", platformId: expected });
  const message = readyOf(changed)?.message ?? "";
  for (const part of [other.id, expected, "spec.address", `remuda.dev/accept-platform: "${other.id}"`]) expect(message).toContain(part);
  const unseen = await world.machine("web", observed("Unknown"));
  expect(unseen.status).toMatchObject({ id: made.status?.id, phase: "Running" });
  const waiting = await world.machine("db", (vm) => ready(vm)?.message.includes("answers for another platform") ?? false);
  expect(waiting.status?.launchedAt).toBeUndefined();
  expect(other.sim.state().machines).toHaveLength(0);

  await world.apply(provider(world.provider.address));
  await world.until("Provider", "sim", connectedTo(expected));
  const back = await world.machine("web", (vm) => isRunning(vm) && observed("True")(vm));
  expect(back.status?.id).toBe(made.status?.id);
  await world.machine("db", isRunning);
  expect(await reasonsOf("VirtualMachine", "web")).not.toContain("Vanished");
  expect(world.sim.state().machines).toHaveLength(2);
  expect(other.sim.state().machines).toHaveLength(0);
});

test("a deletion waits for the right platform, and is let go by force", async () => {
  const other = await another();
  await world.apply(...basics(world.provider.address), machine("web"));
  await world.machine("web", isRunning);
  await world.apply(provider(other.running.address));
  await world.until("Provider", "sim", isChanged);
  await world.store.delete("VirtualMachine", "web");
  const waiting = await world.machine("web", (vm) => ready(vm)?.reason === "ProviderNotReady");
  expect(ready(waiting)?.message).toContain("answers for another platform");
  const spec = machine("web");
  await world.apply({ ...spec, metadata: { ...spec.metadata, annotations: { "remuda.dev/force-delete": "true" } } });
  await world.gone("VirtualMachine", "web");
  expect(world.sim.state().machines).toHaveLength(1);
  // Without machines nothing speaks against the other one.
  await world.until("Provider", "sim", connectedTo(other.id));
});

test("another platform is taken when someone accepts it by its id; what was known of its images is not believed", async () => {
  const other = await another();
  await world.apply(...basics(world.provider.address), custom, machine("web", { image: "custom" }));
  await world.machine("web", isRunning);
  const before = await recordedId();
  await world.apply(provider(other.running.address, { "remuda.dev/accept-platform": before }));
  await world.until("Provider", "sim", isChanged);
  await world.apply(provider(other.running.address, { "remuda.dev/accept-platform": other.id }));
  await world.until("Provider", "sim", connectedTo(other.id));
  expect((await world.store.events({ kind: "Provider", name: "sim" })).at(-1)).toMatchObject({
    type: "Warning",
    reason: "PlatformAccepted",
    message: expect.stringContaining(before),
  });
  await world.machine("web", (vm) => ready(vm)?.reason === "Vanished");
  expect(await imagesOf(other.sim)).not.toContain("custom");
  await world.apply(machine("db", { image: "custom" }));
  await world.machine("db", isRunning);
  expect(await imagesOf(other.sim)).toContain("custom");
  expect(other.sim.state().machines).toHaveLength(1);
});

test("a provider without machines may get another platform, also after images were brought there", async () => {
  const other = await another();
  await world.apply(...basics(world.provider.address), custom, machine("web", { image: "custom" }));
  await world.machine("web", isRunning);
  await world.store.delete("VirtualMachine", "web");
  await world.gone("VirtualMachine", "web");
  await world.apply(provider(other.running.address));
  await world.until("Provider", "sim", connectedTo(other.id));
  await world.apply(machine("db", { image: "custom" }));
  await world.machine("db", isRunning);
  expect(await imagesOf(other.sim)).toContain("custom");
  expect(await reasonsOf("Provider", "sim")).not.toContain("PlatformAccepted");
});

test("a platform that takes another's place at the same address is found out before it is believed or asked", async () => {
  const address = `unix:${join(folder, "provider.sock")}`;
  const first = await another(address);
  await world.apply(...basics(address), machine("web"));
  await world.machine("web", isRunning);
  await first.running.close();
  const second = await another(address);
  // A machine that is wanted just now must not go there.
  await world.apply(machine("db"));
  await world.until("Provider", "sim", isChanged);
  await world.machine("web", observed("Unknown"));
  await world.machine("db", (vm) => ready(vm)?.message.includes("answers for another platform") ?? false);
  expect(await reasonsOf("VirtualMachine", "web")).not.toContain("Vanished");
  expect(second.sim.state().machines).toHaveLength(0);
});

test("a manager that starts anew remembers which platform its machines are on", async () => {
  const other = await another();
  await world.apply(...basics(world.provider.address), machine("web"));
  await world.machine("web", isRunning);
  await world.apply(provider(other.running.address));
  await world.until("Provider", "sim", isChanged);
  await world.restartManager();
  await world.apply(machine("db"));
  await world.machine("web", observed("Unknown"));
  await world.machine("db", (vm) => ready(vm)?.reason === "ProviderNotReady");
  expect(other.sim.state().machines).toHaveLength(0);
});

test("a Create that is on its way when another platform takes the place is not done there", async () => {
  const address = `unix:${join(folder, "provider.sock")}`;
  const first = await another(address);
  let second: Awaited<ReturnType<typeof another>> | undefined;
  const dial = dialWith((client) => ({
    async create(request, settings) {
      if (request.spec?.name === "db" && !second) {
        await first.running.close();
        second = await another(address);
      }
      return client.create(request, settings);
    },
  }));
  await world.restartManager({ dial });
  await world.apply(...basics(address), machine("web"));
  await world.machine("web", isRunning);
  await world.apply(machine("db"));
  await world.until("Provider", "sim", isChanged);
  const waiting = await world.machine("db", (vm) => ready(vm)?.message.includes("answers for another platform") ?? false);
  expect(waiting.status).toMatchObject({ platformId: first.id });
  expect(waiting.status?.id).toBeUndefined();
  expect(second?.sim.state().machines).toEqual([]);
});

/** As a restored backup, or someone who took the finalizer away, leaves it: no Provider, and machines that name it. */
async function removeProvider() {
  await world.store.delete("Provider", "sim");
  const left = await world.store.get("Provider", "sim");
  if (left) await world.store.update({ ...left, metadata: { ...left.metadata, finalizers: [] } });
  await world.gone("Provider", "sim");
}

test("a Provider that is made anew under its name is not believed where its machines were made on another platform", async () => {
  const other = await another();
  await world.apply(...basics(world.provider.address), machine("web"));
  const made = await world.machine("web", isRunning);
  const expected = await recordedId();
  expect(made.status?.platformId).toBe(expected);
  await removeProvider();
  await world.apply(provider(other.running.address), machine("db"));
  const changed = await world.until("Provider", "sim", isChanged);
  expect(readyOf(changed)?.message).toContain(`made on platform ${expected}`);
  await world.machine("db", (vm) => ready(vm)?.reason === "ProviderNotReady");
  expect(await reasonsOf("VirtualMachine", "web")).not.toContain("Vanished");
  expect(other.sim.state().machines).toEqual([]);
  await world.apply(provider(world.provider.address));
  await world.until("Provider", "sim", connectedTo(expected));
  expect((await world.machine("web", (vm) => isRunning(vm) && observed("True")(vm))).status?.id).toBe(made.status?.id);
});

/** The store says of the Provider that its machines are on the other platform, and of the machine that it is not. */
async function mixed() {
  const other = await another();
  await world.apply(...basics(world.provider.address), machine("web"));
  const made = await world.machine("web", isRunning);
  await world.manager.stop();
  const [applied] = await world.apply(provider(other.running.address));
  if (!applied) throw new Error("no Provider");
  await world.store.updateStatus({ ...applied, status: { ...statusOf(applied), platformId: other.id } });
  await world.restartManager();
  await world.until("Provider", "sim", connectedTo(other.id));
  return { other, made };
}

test("a machine is not looked for on another platform than its own, whatever its Provider says", async () => {
  const { other, made } = await mixed();
  const unseen = await world.machine("web", (vm) => condition(vm, "Observed")?.reason === "OtherPlatform");
  for (const part of [made.status?.platformId ?? "", other.id]) expect(condition(unseen, "Observed")?.message).toContain(part);
  expect(unseen.status).toMatchObject({ id: made.status?.id, phase: "Running" });
  await world.store.delete("VirtualMachine", "web");
  await world.machine("web", (vm) => ready(vm)?.message.includes("was made on platform") ?? false);
  expect(await reasonsOf("VirtualMachine", "web")).not.toContain("Vanished");
  const spec = machine("web");
  await world.apply({ ...spec, metadata: { ...spec.metadata, annotations: { "remuda.dev/force-delete": "true" } } });
  await world.gone("VirtualMachine", "web");
  expect((await reasonsOf("VirtualMachine", "web")).at(-1)).toBe("ForceDeleted");
  expect(world.sim.state().machines).toHaveLength(1);
});

test("a machine follows to a platform that someone accepted in the place of its own", async () => {
  const { other } = await mixed();
  await world.machine("web", (vm) => condition(vm, "Observed")?.reason === "OtherPlatform");
  await world.apply(provider(other.running.address, { "remuda.dev/accept-platform": other.id }));
  const followed = await world.machine("web", (vm) => ready(vm)?.reason === "Vanished");
  expect(followed.status?.platformId).toBe(other.id);
});

test("a machine of before gets its platform when it is seen", async () => {
  await world.apply(...basics(world.provider.address), machine("web"));
  const made = await world.machine("web", isRunning);
  await world.manager.stop();
  const { platformId, ...former } = made.status ?? { phase: "Unknown" };
  await world.store.updateStatus({ ...((await world.store.get("VirtualMachine", "web")) ?? made), status: former });
  await world.restartManager();
  await world.machine("web", (vm) => vm.status?.platformId === platformId && platformId !== undefined);
});

test("the second of two Providers that lead to one platform says so, and neither takes the other's machines", async () => {
  await world.apply(...basics(world.provider.address));
  const id = statusOf(await world.until("Provider", "sim", isConnected)).platformId ?? "";
  const twin = { apiVersion, kind: "Provider", metadata: { name: "twin" }, spec: { address: world.provider.address } };
  await world.apply(twin, machine("web"), machine("db", { provider: "twin" }));
  const shared = (resource: Resource | undefined) => statusOf(resource).conditions?.find(({ type }) => type === "PlatformShared");
  const second = await world.until("Provider", "twin", (resource) => shared(resource) !== undefined);
  expect(shared(second)).toMatchObject({ status: "True", reason: "SamePlatform", message: expect.stringContaining("Provider sim") });
  expect(shared(second)?.message).toContain(id);
  expect(statusOf(second).phase).toBe("Connected");
  await world.machine("web", isRunning);
  await world.machine("db", isRunning);
  expect(shared(await world.store.get("Provider", "sim"))).toBeUndefined();

  await world.store.delete("VirtualMachine", "web");
  await world.gone("VirtualMachine", "web");
  await world.store.delete("Provider", "sim");
  await world.gone("Provider", "sim");
  await world.until("Provider", "twin", (resource) => shared(resource)?.status === "False");
  await world.machine("db", isRunning);
  expect(world.sim.state().machines.map(({ name }) => name)).toEqual(["db"]);
});
