import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningProvider, startProvider } from "@remuda/provider-kit";
import { createSimulator, type Simulator, type SimulatorOptions } from "@remuda/provider-sim";
import { type Clock, systemClock } from "@remuda/reconciler";
import type { Resource, VirtualMachine } from "@remuda/resources";
import { createMemoryStore, type ResourceStore } from "@remuda/store";
import pino from "pino";
import { applyAll } from "../api/apply";
import { type CreateManagerOptions, createManager, type Manager } from "../manager";

/** Time that goes by faster, so that back-offs and grace periods are short. */
export const fastClock = (factor: number): Clock => ({
  now: () => startMs + (Date.now() - startMs) * factor,
  monotonicMs: () => performance.now() * factor,
  setTimer: (fn, ms) => systemClock.setTimer(fn, ms / factor),
  random: systemClock.random,
});
const startMs = Date.now();

const log = pino({ level: process.env.TEST_LOG ?? "silent" });

/** A manager over a store in memory, and a simulated platform behind real gRPC. */
export interface World {
  store: ResourceStore;
  secretsDir: string;
  sim: Simulator;
  readonly manager: Manager;
  readonly provider: RunningProvider;
  apply(...resources: object[]): Promise<Resource[]>;
  /** Waits until the resource looks so; fails with what it looks like instead. */
  until(kind: string, name: string, what: (resource: Resource) => boolean, ms?: number): Promise<Resource>;
  machine(name: string, what: (vm: VirtualMachine) => boolean, ms?: number): Promise<VirtualMachine>;
  gone(kind: string, name: string, ms?: number): Promise<void>;
  /** Stops the manager and starts another over the same store. */
  restartManager(options?: Partial<CreateManagerOptions>): Promise<void>;
  stopProvider(): Promise<void>;
  /** At the same address as before. */
  startProvider(): Promise<void>;
  close(): Promise<void>;
}

export async function createWorld({
  sim: simOptions = {},
  manager: managerOptions = {},
  store = createMemoryStore(),
}: {
  sim?: SimulatorOptions;
  manager?: Partial<CreateManagerOptions>;
  store?: ResourceStore;
} = {}): Promise<World> {
  const secretsDir = mkdtempSync(join(tmpdir(), "remuda-secrets-"));
  const sim = createSimulator({ latencyMs: 20, guestShutdownMs: 20, ...simOptions });
  const serve = (listen: string) =>
    startProvider(sim, { name: "provider-sim", version: "0", listen, log: "silent", watchHeartbeatMs: 500, drainTimeoutMs: 50 });
  let provider = await serve("127.0.0.1:0");
  const start = (options: Partial<CreateManagerOptions>) => createManager({ store, secretsDir, log, clock: fastClock(20), ...options });
  let manager = await start(managerOptions);

  const until: World["until"] = (kind, name, what, ms = 10_000) => {
    let last: Resource | undefined;
    return waitFor(
      async () => {
        last = await store.get(kind, name);
        return last && what(last) ? last : undefined;
      },
      () => `${kind} ${name} is ${JSON.stringify(last, undefined, 1)}`,
      ms,
    );
  };
  return {
    store,
    secretsDir,
    sim,
    get manager() {
      return manager;
    },
    get provider() {
      return provider;
    },
    async apply(...resources) {
      const applied = await applyAll(store, JSON.parse(JSON.stringify(resources)), false);
      return applied.map(({ resource }) => resource);
    },
    until,
    machine: async (name, what, ms) => (await until("VirtualMachine", name, (r) => what(r as VirtualMachine), ms)) as VirtualMachine,
    async gone(kind, name, ms = 10_000) {
      let last: Resource | undefined;
      await waitFor(
        async () => {
          last = await store.get(kind, name);
          return last === undefined || undefined;
        },
        () => `${kind} ${name} is still there: ${JSON.stringify(last, undefined, 1)}`,
        ms,
      );
    },
    async restartManager(options = managerOptions) {
      await manager.stop();
      manager = await start(options);
    },
    stopProvider: () => provider.close(),
    async startProvider() {
      provider = await serve(provider.address);
    },
    async close() {
      await manager.stop();
      await provider.close();
      await sim.settled();
      await store.close();
      rmSync(secretsDir, { recursive: true, force: true });
    },
  };
}

/** Looks again after each short while until there is an answer; fails when the time has passed. */
export async function waitFor<T>(look: () => Promise<T | undefined> | T | undefined, describe: () => string, ms = 10_000): Promise<T> {
  const endAtMs = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > endAtMs) throw new Error(`after ${ms} ms: ${describe()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const apiVersion = "remuda.dev/v1alpha1";

/** A provider, a class, an image and a network that machines can use. */
export const basics = (address: string) => [
  { apiVersion, kind: "Provider", metadata: { name: "sim" }, spec: { address } },
  { apiVersion, kind: "VMClass", metadata: { name: "small" }, spec: { cpus: 1, memoryMiB: 512 } },
  { apiVersion, kind: "VMImage", metadata: { name: "ubuntu" }, spec: { source: { existing: "ubuntu-24.04" } } },
  { apiVersion, kind: "VMNetwork", metadata: { name: "lan" }, spec: { network: "default" } },
];

export const machine = (name: string, spec: object = {}) => ({
  apiVersion,
  kind: "VirtualMachine",
  metadata: { name },
  spec: { provider: "sim", class: "small", image: "ubuntu", interfaces: [{ name: "eth0", network: "lan" }], ...spec },
});

export const isRunning = (vm: VirtualMachine) => vm.status?.phase === "Running" && ready(vm)?.status === "True";
export const ready = (vm: VirtualMachine) => condition(vm, "Ready");
export const condition = (vm: VirtualMachine, type: string) => vm.status?.conditions?.find((c) => c.type === type);
