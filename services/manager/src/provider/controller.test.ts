import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { ProviderError } from "@remuda/contract";
import { startProvider } from "@remuda/provider-kit";
import type { ProviderStatus, Resource, VirtualMachine } from "@remuda/resources";
import { createMemoryStore } from "@remuda/store";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createAuthority } from "../testing/certificates";
import { dialWith } from "../testing/dial";
import { apiVersion, basics, condition, createWorld, fastClock, isRunning, machine, type World, waitFor } from "../testing/world";

let authority: ReturnType<typeof createAuthority>;
beforeAll(() => {
  authority = createAuthority();
});
afterAll(() => authority.remove());

let world: World;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await world.close();
  for (const close of closers.splice(0)) await close();
});

const provider = (spec: object) => ({ apiVersion, kind: "Provider", metadata: { name: "sim" }, spec });
const statusOf = (resource: Resource) => (resource.status ?? {}) as ProviderStatus;
const inPhase = (phase: ProviderStatus["phase"]) => (resource: Resource) => statusOf(resource).phase === phase;

test("a Provider tells what it reaches", async () => {
  world = await createWorld();
  await world.apply(provider({ address: world.provider.address }));
  const connected = await world.until("Provider", "sim", inPhase("Connected"));
  expect(statusOf(connected)).toMatchObject({
    platform: "sim",
    observedGeneration: 1,
    services: expect.arrayContaining(["remuda.provider.v1.ImageService"]),
  });
});

test("one that can't be reached says where and what to check; a new address is tried at once", async () => {
  world = await createWorld();
  await world.apply(provider({ address: "127.0.0.1:1" }));
  const unreachable = await world.until("Provider", "sim", inPhase("Unreachable"));
  expect(statusOf(unreachable).conditions?.[0]?.message).toMatch(
    /can't be reached at 127\.0\.0\.1:1: .*check that the provider service runs/,
  );
  await world.apply(provider({ address: world.provider.address }));
  await world.until("Provider", "sim", inPhase("Connected"));
});

test("one bad answer of a provider that was well is looked at again before it is believed; the second counts", async () => {
  let fail = 0;
  let failed = 0;
  let checked = 0;
  const dial = dialWith((client) => ({
    validate(request, settings) {
      checked++;
      if (fail <= 0) return client.validate(request, settings);
      fail--;
      failed++;
      return Promise.reject(new ProviderError("UNAVAILABLE", "no answer"));
    },
  }));
  world = await createWorld({ manager: { dial, clock: fastClock(200) } });
  await world.apply(provider({ address: world.provider.address }));
  await world.until("Provider", "sim", inPhase("Connected"));
  const { resourceVersion } = (await world.store.get("Provider", "sim"))?.metadata ?? {};
  const stop = new AbortController();
  const phases: unknown[] = [];
  const watching = (async () => {
    for await (const event of world.store.watch({ kind: "Provider", sinceVersion: resourceVersion }, stop.signal)) {
      if (event.type !== "BOOKMARK") phases.push(statusOf(event.resource).phase);
    }
  })();
  fail = 1;
  await waitFor(
    () => failed === 1 || undefined,
    () => `failed ${failed} times`,
  );
  const then = checked;
  await waitFor(
    () => checked >= then + 2 || undefined,
    () => `checked ${checked} times`,
  );
  expect(phases).not.toContain("Unreachable");
  fail = Number.POSITIVE_INFINITY;
  const lost = await world.until("Provider", "sim", inPhase("Unreachable"));
  expect(statusOf(lost).conditions?.find(({ type }) => type === "Ready")).toMatchObject({ status: "False", reason: "UNAVAILABLE" });
  expect(failed).toBeGreaterThan(2);
  stop.abort();
  await watching;
});

test("one whose platform refuses its credentials is Invalid", async () => {
  world = await createWorld({
    sim: { faults: { errors: [{ rpc: "validate", reason: "UNAUTHENTICATED", rate: 1, message: "password expired" }] } },
  });
  await world.apply(provider({ address: world.provider.address }));
  const invalid = await world.until("Provider", "sim", inPhase("Invalid"));
  expect(statusOf(invalid).conditions?.[0]).toMatchObject({ type: "Ready", status: "False", reason: "UNAUTHENTICATED" });
  expect(statusOf(invalid).conditions?.[0]?.message).toContain("password expired");
});

test("mutual TLS comes from secret files, and is taken up when they come", async () => {
  world = await createWorld();
  const server = authority.sign("server");
  const client = authority.sign("client");
  const secure = await startProvider(world.sim, {
    name: "provider-sim",
    version: "0",
    listen: "127.0.0.1:0",
    tls: { ...server, clientCaFile: authority.caFile },
    log: "silent",
    drainTimeoutMs: 50,
  });
  closers.push(() => secure.close());
  const ref = (key: string) => ({ name: "sim-tls", key });
  await world.apply(provider({ address: secure.address, tls: { ca: ref("ca.crt"), certificate: ref("tls.crt"), key: ref("tls.key") } }));
  const invalid = await world.until("Provider", "sim", inPhase("Invalid"));
  expect(statusOf(invalid).conditions?.[0]).toMatchObject({ reason: "SecretMissing", message: expect.stringContaining("sim-tls/ca.crt") });
  mkdirSync(join(world.secretsDir, "sim-tls"));
  copyFileSync(authority.caFile, join(world.secretsDir, "sim-tls/ca.crt"));
  copyFileSync(client.keyFile, join(world.secretsDir, "sim-tls/tls.key"));
  copyFileSync(client.certFile, join(world.secretsDir, "sim-tls/tls.crt"));
  await world.until("Provider", "sim", inPhase("Connected"));
});

test("an image is brought to the provider once, when a machine wants it there", async () => {
  world = await createWorld();
  const image = {
    apiVersion,
    kind: "VMImage",
    metadata: { name: "custom" },
    spec: { source: { url: "https://images.invalid/custom.qcow2" } },
  };
  await world.apply(...basics(world.provider.address), image);
  const names = Array.from({ length: 5 }, (_, i) => `m${i}`);
  await world.apply(...names.map((name) => machine(name, { image: "custom" })));
  for (const name of names) await world.machine(name, isRunning);
  const ready = await world.store.get("VMImage", "custom");
  expect(ready?.status).toMatchObject({ providers: [{ provider: "sim", ready: true }], conditions: [{ type: "Ready", status: "True" }] });
});

test("an image that the provider does not have is named by the machine; a new source wakes it", async () => {
  world = await createWorld();
  const image = (existing: string) => ({ apiVersion, kind: "VMImage", metadata: { name: "custom" }, spec: { source: { existing } } });
  await world.apply(...basics(world.provider.address), image("no-such-image"), machine("web", { image: "custom" }));
  const waiting = await world.machine("web", (vm) => condition(vm, "Resolved")?.reason === "ImageFailed");
  expect(condition(waiting, "Resolved")?.message).toContain("VMImage custom on provider sim: NOT_FOUND");
  await world.apply(image("ubuntu-24.04"));
  await world.machine("web", isRunning);
});

const conditionsOf = (resource: Resource | undefined) =>
  Object.fromEntries((resource && statusOf(resource).conditions)?.map(({ type, status, reason }) => [type, `${status} ${reason}`]) ?? []);

test("what a former process said of a Provider is taken back before anything is connected", async () => {
  world = await createWorld();
  await world.apply(...basics(world.provider.address), machine("web"));
  await world.machine("web", isRunning);
  await world.until("Provider", "sim", (p) => conditionsOf(p).Observed === "True Observed");
  await world.restartManager({ dial: dialWith(() => ({ validate: () => new Promise(() => {}) })) });
  const after = await world.store.get("Provider", "sim");
  expect(conditionsOf(after)).toMatchObject({ Ready: "Unknown Connecting", Observed: "Unknown Connecting" });
  expect(after?.status).toMatchObject({ phase: "Connecting", observedGeneration: 1, platformId: expect.any(String) });
  await world.restartManager({});
  await world.until("Provider", "sim", (p) => conditionsOf(p).Ready === "True Connected" && conditionsOf(p).Observed === "True Observed");
});

test("a Provider is Observed only when its machines' status tells what was missed", async () => {
  world = await createWorld();
  await world.apply(...basics(world.provider.address), machine("web"), machine("db"));
  const { status } = await world.machine("web", isRunning);
  await world.machine("db", isRunning);
  await world.manager.stop();
  world.sim.incidents.vanish(status?.id ?? "");
  world.sim.faults.replace({ ...world.sim.faults.current(), slow: [{ rpc: "describe", rate: 1, minMs: 200, maxMs: 200 }] });
  await world.restartManager();
  await world.until("Provider", "sim", (p) => conditionsOf(p).Observed === "True Observed");
  const web = (await world.store.get("VirtualMachine", "web")) as VirtualMachine;
  expect(condition(web, "Ready")?.reason).toBe("Vanished");
});

test("a Provider whose machines are not seen any more says since when", async () => {
  world = await createWorld();
  await world.apply(provider({ address: world.provider.address }));
  await world.until("Provider", "sim", (p) => conditionsOf(p).Observed === "True Observed");
  await world.stopProvider();
  const lost = await world.until("Provider", "sim", (p) => conditionsOf(p).Observed === "Unknown Lost");
  expect(statusOf(lost).conditions?.find(({ type }) => type === "Observed")?.message).toMatch(/nothing since \d{4}-/);
  await world.startProvider();
  await world.until("Provider", "sim", (p) => conditionsOf(p).Observed === "True Observed");
});

test("how many machines there are is left out until they were seen since the manager started", async () => {
  let show = () => {};
  const shown = new Promise<void>((done) => {
    show = done;
  });
  const late = dialWith((client) => ({
    async *watchVirtualMachines(...args) {
      await shown;
      yield* client.watchVirtualMachines(...args);
    },
  }));
  world = await createWorld();
  await world.apply(...basics(world.provider.address), machine("web"));
  await world.machine("web", isRunning);
  const counted = (provider: Resource) => statusOf(provider).machines === 1;
  await world.until("Provider", "sim", counted);
  await world.restartManager({ dial: late });
  const connected = await world.until("Provider", "sim", inPhase("Connected"));
  expect(connected.status).not.toHaveProperty("machines");
  show();
  await world.until("Provider", "sim", counted);
});

test("how many machines there are is told in a second, without a check, and by few writes however many come", async () => {
  const store = createMemoryStore();
  const { updateStatus } = store;
  let writes = 0;
  store.updateStatus = (resource) => {
    if (resource.kind === "Provider") writes++;
    return updateStatus(resource);
  };
  let checks = 0;
  const dial = dialWith((client) => ({
    validate: (...args) => {
      checks++;
      return client.validate(...args);
    },
  }));
  world = await createWorld({ store, sim: { latencyMs: 0 }, manager: { dial, clock: fastClock(1) } });
  await world.apply(provider({ address: world.provider.address }));
  await world.until("Provider", "sim", (p) => conditionsOf(p).Observed === "True Observed" && statusOf(p).machines === 0);
  const before = { writes, checks };
  const names = Array.from({ length: 60 }, (_, i) => `m${i}`);
  await world.apply(...basics(world.provider.address), ...names.map((name) => machine(name)));
  await world.until("Provider", "sim", (p) => statusOf(p).machines === names.length);
  expect(checks).toBe(before.checks);
  expect(writes - before.writes).toBeLessThan(10);
});
