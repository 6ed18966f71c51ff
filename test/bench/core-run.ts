import { setTimeout as sleep } from "node:timers/promises";
import type { JsonObject } from "@bufbuild/protobuf";
import type { CreateRequest, CreateResponse } from "@remuda/contract";
import { WatchEventType } from "@remuda/contract/manager";
import { machine, nameOf, uidOf } from "../src/installation";
import type { MeasuredInstallation } from "./installation";

/** What a number of machines came to, from the first Apply to the last one Running. */
export interface Launch {
  wallMs: number;
  managerCpuSeconds: number;
  simCpuSeconds: number;
  /** Of the measuring process, which applies and watches. */
  clientCpuSeconds: number;
  /** Changes that the manager's store took. */
  writes: number;
  /** Calls to the provider. */
  calls: number;
  /** Runs over machines. */
  reconciles: number;
}

const patienceMs = 10 * 60_000;

/** Applies machines that bear the label and watches until each was seen Running. */
export async function launch(installation: MeasuredInstallation, label: string, count: number, batch: number): Promise<Launch> {
  const names = namesOf(label, count);
  const { api } = installation;
  const before = await snapshot(installation);
  const ownCpu = process.cpuUsage();
  const start = performance.now();
  const running = seenRunning(installation, label, new Set(names));
  for (let at = 0; at < names.length; at += batch) {
    await api.apply({ resources: names.slice(at, at + batch).map((name) => labelled(machine(name), label)) }, { timeoutMs: patienceMs });
  }
  await running;
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(ownCpu);
  const after = await snapshot(installation);
  return {
    wallMs,
    clientCpuSeconds: (user + system) / 1e6,
    managerCpuSeconds: after.managerCpu - before.managerCpu,
    simCpuSeconds: after.simCpu - before.simCpu,
    writes: after.version - before.version,
    calls: after.managerCalls - before.managerCalls,
    reconciles: after.reconciles - before.reconciles,
  };
}

/** Makes machines and deletes them again, so many times: what a process does for the first time costs more. */
export async function warmUp(installation: MeasuredInstallation, rounds: number, count: number, batch: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    await launch(installation, `warm-${round}`, count, batch);
    await removeAll(installation, `warm-${round}`, count);
  }
}

async function removeAll({ api }: MeasuredInstallation, label: string, count: number): Promise<void> {
  const names = namesOf(label, count);
  const left = new Set(names);
  const kind = "VirtualMachine";
  let begun = false;
  for await (const { type, resource } of api.watch({ kind, labelSelector: `bench=${label}` }, { timeoutMs: patienceMs })) {
    if (!resource && !begun) {
      // The first bookmark: the watch has begun.
      begun = true;
      await Promise.all(names.map((name) => api.delete({ kind, name })));
    }
    if (resource && type === WatchEventType.DELETED) left.delete(nameOf(resource));
    if (left.size === 0) return;
  }
}

/** The names of so many machines. */
export const namesOf = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(6, "0")}`);

const labelled = (resource: JsonObject, label: string): JsonObject => ({
  ...resource,
  metadata: { ...(resource.metadata as JsonObject), labels: { bench: label } },
});

/** The label keeps machines that are there already out of the watch. */
async function seenRunning({ api }: MeasuredInstallation, label: string, waited: Set<string>): Promise<void> {
  const query = { kind: "VirtualMachine", fieldSelector: "status.phase=Running", labelSelector: `bench=${label}` };
  const total = waited.size;
  try {
    for await (const { resource } of api.watch(query, { timeoutMs: patienceMs })) {
      if (resource) waited.delete(nameOf(resource));
      if (waited.size === 0) return;
    }
  } catch (cause) {
    throw new Error(`${total - waited.size} of ${total} machines got Running`, { cause });
  }
}

export interface Rest {
  seconds: number;
  managerCpuSeconds: number;
  simCpuSeconds: number;
  /** Calls that concern machines, counted by the manager and by the simulator. */
  managerCalls: number;
  simCalls: number;
}

/** Waits until nothing is written any more, then looks on. */
export async function rest(installation: MeasuredInstallation, seconds: number): Promise<Rest> {
  await quiet(installation);
  const before = await snapshot(installation);
  const start = performance.now();
  await sleep(seconds * 1000);
  const after = await snapshot(installation);
  return {
    seconds: (performance.now() - start) / 1000,
    managerCpuSeconds: after.managerCpu - before.managerCpu,
    simCpuSeconds: after.simCpu - before.simCpu,
    managerCalls: after.managerCalls - before.managerCalls,
    simCalls: after.simCalls - before.simCalls,
  };
}

const quietMs = 3_000;

async function quiet({ api }: MeasuredInstallation): Promise<void> {
  for (let before = ""; ; ) {
    const { resourceVersion } = await api.getInfo({});
    if (resourceVersion === before) return;
    before = resourceVersion;
    await sleep(quietMs);
  }
}

/** Asked for each provider, whatever number of machines there is. */
const perProvider = new Set(["Validate", "GetCapabilities"]);

async function snapshot({ manager, sim, api }: MeasuredInstallation) {
  const [ofManager, ofSim, { resourceVersion }] = await Promise.all([manager.metrics(), sim.metrics(), api.getInfo({})]);
  const calls = (metrics: ReadonlyMap<string, number>, name: string) => {
    let sum = 0;
    for (const [key, value] of metrics) {
      const method = /method="([^"]+)"/.exec(key)?.[1];
      if (key.startsWith(`${name}{`) && method !== undefined && !perProvider.has(method)) sum += value;
    }
    return sum;
  };
  return {
    managerCpu: ofManager.get("process_cpu_seconds_total") ?? Number.NaN,
    simCpu: ofSim.get("process_cpu_seconds_total") ?? Number.NaN,
    managerCalls: calls(ofManager, "remuda_provider_calls_total"),
    simCalls: calls(ofSim, "remuda_provider_rpc_total"),
    version: Number(resourceVersion),
    reconciles: ofManager.get('remuda_reconciles_total{controller="machine",result="ok"}') ?? 0,
  };
}

/** Milliseconds from the stop of each machine's guest until its status says Off; the manager starts it again each time. */
export async function powerChanges(installation: MeasuredInstallation, names: readonly string[]): Promise<number[]> {
  const { api, stopGuest } = installation;
  const took: number[] = [];
  for (const name of names) {
    const ending = new AbortController();
    let stoppedAt: number | undefined;
    for await (const { resource } of api.watch({ kind: "VirtualMachine", name }, { signal: ending.signal, timeoutMs: 60_000 })) {
      if (!resource) {
        // The bookmark: the watch has begun. What comes from now on is measured.
        const { resource: current } = await api.get({ kind: "VirtualMachine", name });
        const id = statusOf(current ?? {}).id;
        if (typeof id !== "string") throw new Error(`${name} has no id`);
        stoppedAt = performance.now();
        await stopGuest(id);
      } else if (stoppedAt !== undefined && statusOf(resource).powerState === "Off") {
        took.push(performance.now() - stoppedAt);
        break;
      }
    }
    ending.abort();
  }
  return took;
}

const statusOf = (resource: JsonObject): JsonObject => (resource.status ?? {}) as JsonObject;

export interface Sample {
  request: CreateRequest;
  response: CreateResponse;
  /** A machine as it was stored, write by write. */
  bodies: string[];
  /** What was told of it until it ran. */
  events: string[];
}

/** Makes one machine more and writes down what went over the wire and into the store for it. */
export async function sample({ api, provider }: MeasuredInstallation, name: string): Promise<Sample> {
  const bodies: string[] = [];
  const begun = api.watch({ kind: "VirtualMachine", name }, { timeoutMs: 60_000 });
  for await (const { resource } of begun) {
    if (!resource) {
      await api.apply({ resources: [machine(name)] });
      continue;
    }
    bodies.push(JSON.stringify(resource));
    if (statusOf(resource).phase !== "Running") continue;
    const uid = uidOf(resource);
    const { virtualMachine } = await provider.describe({ id: "", uid });
    if (!virtualMachine) throw new Error(`the platform does not show ${name}`);
    const { events } = await api.listEvents({ kind: "VirtualMachine", name });
    const told = events.map(({ firstTime: _, lastTime: __, $typeName: ___, ...event }) => JSON.stringify({ ...event, ...eventTimes }));
    return { request: requestFor(name, uid, virtualMachine.owner), response: { virtualMachine, task: undefined }, bodies, events: told };
  }
  throw new Error(`${name} did not get Running`);
}

/** As long as those that are stored with an event. */
const eventTimes = { id: 10_000, firstTime: "2026-01-01T00:00:00.000Z", lastTime: "2026-01-01T00:00:00.000Z" };

/** The Create that the manager sends for the bench's machines. */
const requestFor = (name: string, uid: string, owner: string): CreateRequest => ({
  uid,
  owner,
  spec: {
    name,
    hardware: {
      cpus: 1,
      coresPerSocket: 0,
      memoryMib: 512,
      firmware: 0,
      secureBoot: false,
      tpm: false,
      nestedVirtualization: false,
      hotAdd: undefined,
      gpus: [],
    },
    source: { $case: "image", value: "debian-12" },
    disks: [],
    interfaces: [{ name: "eth0", network: "default", macAddress: "", model: "", vlan: 0, addresses: [], gateway: "", nameservers: [] }],
    cloudInit: undefined,
    placement: undefined,
    labels: {},
    market: undefined,
    powerState: 1,
    options: undefined,
  },
});
