import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { ManagerService } from "@remuda/contract/manager";
import { type RunningProvider, startProvider } from "@remuda/provider-kit";
import { createSimulator, type Simulator } from "@remuda/provider-sim";
import type { ResourceStore } from "@remuda/store";
import pino from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readConfig } from "../config";
import { run } from "../run";
import { type ReceivedSpan, startCollector } from "../testing/collector";
import { apiVersion, basics, isRunning, machine, waitFor } from "../testing/world";

let folder: string;
let collector: Awaited<ReturnType<typeof startCollector>>;
let sim: Simulator;
const stops: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "remuda-tracing-"));
  collector = await startCollector();
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  await collector.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(otlpEndpoint: string) {
  sim = createSimulator({ latencyMs: 5, guestShutdownMs: 5 });
  const provider: RunningProvider = await startProvider(sim, {
    name: "provider-sim",
    version: "0",
    listen: "127.0.0.1:0",
    log: "silent",
    drainTimeoutMs: 50,
    otlpEndpoint,
  });
  let store: ResourceStore | undefined;
  let port = "";
  const write = (line: string) => {
    port ||= /"address":"127.0.0.1:(\d+)"/.exec(line)?.[1] ?? "";
  };
  const log = pino({ level: "info" }, { write });
  const config = readConfig(["--listen", "127.0.0.1:0", "--data-dir", folder], { OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint });
  const stopManager = await run(config, log, (opened) => {
    store = opened;
  });
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= stopManager().then(() => provider.close());
    return stopped;
  };
  stops.push(stop);
  const api = createClient(ManagerService, createGrpcTransport({ baseUrl: `http://127.0.0.1:${port}` }));
  const apply = (...resources: object[]) => api.apply({ resources: JSON.parse(JSON.stringify(resources)) });
  const until = (name: string, what: (vm: Parameters<typeof isRunning>[0] | undefined) => boolean) =>
    waitFor(
      async () => what((await store?.get("VirtualMachine", name)) as Parameters<typeof isRunning>[0] | undefined) || undefined,
      () => `VirtualMachine ${name} is not as expected`,
    );
  await apply(...basics(provider.address));
  return { api, apply, until, stop };
}

const path = (span: ReceivedSpan): string[] => {
  const parent = collector.spans.find((s) => s.spanId === span.parentSpanId && s.traceId === span.traceId);
  return [...(parent ? path(parent) : span.parentSpanId ? ["?"] : []), `${span.service} ${span.name}`];
};
const pathsTo = (service: string, name: string) => collector.spans.filter((s) => s.service === service && s.name === name).map(path);

test("one trace leads from Apply over the reconcile and the call to the provider's own span", async () => {
  const { api, apply, until, stop } = await start(collector.endpoint);
  await apply({ ...machine("web"), spec: { ...machine("web").spec, cloudInit: { userData: "#cloud-config\npassword: hush" } } });
  await until("web", (vm) => vm !== undefined && isRunning(vm));
  await api.delete({ kind: "vm", name: "web" });
  await until("web", (vm) => vm === undefined);
  await stop();

  const led = (request: string, call: string) => [
    `remuda-manager ${request}`,
    "remuda-manager reconcile VirtualMachine",
    `remuda-manager ${call}`,
    `provider-sim ${call}`,
  ];
  expect(pathsTo("provider-sim", "Create")).toEqual([led("Apply", "Create")]);
  expect(pathsTo("provider-sim", "Delete")).toContainEqual(led("Delete", "Delete"));
  for (const polled of pathsTo("provider-sim", "IsTaskComplete")) expect(polled[0]).toMatch(/manager (Apply|Delete)$/);
  expect(pathsTo("provider-sim", "IsTaskComplete")).not.toEqual([]);

  const reconciles = collector.spans.filter((s) => s.name === "reconcile VirtualMachine");
  const [uid] = new Set(reconciles.map((s) => s.attributes["remuda.uid"]));
  expect(reconciles.map((s) => s.attributes)).toContainEqual(
    expect.objectContaining({
      "remuda.kind": "VirtualMachine",
      "remuda.name": "web",
      "remuda.phase": "Creating",
      "remuda.outcome": "done",
    }),
  );
  expect(reconciles.map((s) => s.attributes["remuda.outcome"])).toContain("gone");
  const created = collector.spans.find((s) => s.service === "provider-sim" && s.name === "Create");
  expect(created).toMatchObject({ kind: 2, failed: false, attributes: { "rpc.method": "Create", "remuda.uid": uid } });
  expect(collector.bodies.join()).not.toContain("hush");
  expect(collector.bodies.every((body) => body.startsWith("/v1/traces\n"))).toBe(true);
});

test("what is refused, and what fails on the way, is told by its reason alone; a caller's own trace goes on", async () => {
  const { api, apply, until, stop } = await start(collector.endpoint);
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  const wrong = { apiVersion, kind: "VMClass", metadata: { name: "hush" }, spec: { cpus: "many" } };
  await expect(
    api.apply({ resources: JSON.parse(JSON.stringify([wrong])) }, { headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` } }),
  ).rejects.toThrow();
  const errors = [{ rpc: "create", reason: "NO_CAPACITY", rate: 1, message: "hush, the host of others is full" }];
  sim.faults.replace({ ...sim.faults.current(), errors } as Parameters<typeof sim.faults.replace>[0]);
  await apply(machine("web"));
  await until("web", (vm) => vm?.status?.failures !== undefined);
  await stop();

  const refused = collector.spans.filter((s) => s.name === "Apply" && s.failed);
  expect(refused).toMatchObject([{ traceId, parentSpanId: "b7ad6b7169203331", attributes: { "error.type": "InvalidArgument" } }]);
  const failed = collector.spans.filter((s) => s.name === "Create");
  expect(failed.length).toBeGreaterThanOrEqual(2);
  for (const span of failed) expect(span).toMatchObject({ failed: true, attributes: { "error.type": "NO_CAPACITY" } });
  expect(collector.bodies.join()).not.toContain("hush");
});

test("a collector that is away disturbs nothing, and keeps nobody from ending in time", async () => {
  await collector.close();
  const { apply, until, stop } = await start(collector.endpoint);
  await apply(machine("web"));
  await until("web", (vm) => vm !== undefined && isRunning(vm));
  const beganMs = Date.now();
  await stop();
  expect(Date.now() - beganMs).toBeLessThan(6_000);
});
