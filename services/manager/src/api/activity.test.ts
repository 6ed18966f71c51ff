import type { JsonObject } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { ManagerService } from "@remuda/contract/manager";
import { createMemoryStore } from "@remuda/store";
import pino from "pino";
import { expect, test } from "vitest";
import { createMetrics } from "../metrics";
import { machine } from "../testing/world";
import { applyAll } from "./apply";
import { startApi } from "./server";

test("GetActivity counts machines by provider and phase, tasks in flight, and calls", async () => {
  const store = createMemoryStore();
  const metrics = createMetrics();
  const api = await startApi({ store, log: pino({ level: "silent" }), host: "127.0.0.1", port: 0, registry: metrics.registry });
  const client = createClient(ManagerService, createGrpcTransport({ baseUrl: `http://${api.address}` }));

  await applyAll(
    store,
    ["a", "b", "c", "d"].map((name) => machine(name) as JsonObject),
    false,
  );
  const set = async (name: string, status: object) => {
    const vm = await store.get("VirtualMachine", name);
    if (vm) await store.updateStatus({ ...vm, status });
  };
  await set("a", { phase: "Running" });
  await set("b", { phase: "Creating", task: { operation: "Create", ref: "t", startedAt: "" } });
  await set("c", { phase: "Creating", provider: "other", task: { operation: "Create", ref: "t", startedAt: "" }, failures: { count: 2 } });
  metrics.call("sim", "Create", "OK", 5);
  metrics.call("sim", "Create", "OK", 5);
  metrics.call("sim", "Create", "NO_CAPACITY", 5);

  const { machines, tasks, calls, startTime } = await client.getActivity({});
  expect(machines).toMatchObject([
    { provider: "sim", phase: "Running", count: 1, failing: 0 },
    { provider: "sim", phase: "Creating", count: 1, failing: 0 },
    { provider: "other", phase: "Creating", count: 1, failing: 1 },
    { provider: "sim", phase: "Pending", count: 1, failing: 0 },
  ]);
  expect(tasks).toMatchObject([
    { provider: "sim", operation: "Create", count: 1 },
    { provider: "other", operation: "Create", count: 1 },
  ]);
  expect(calls).toMatchObject([
    { provider: "sim", method: "Create", reason: "OK", count: 2n },
    { provider: "sim", method: "Create", reason: "NO_CAPACITY", count: 1n },
  ]);
  expect(startTime?.seconds).toBeGreaterThan(0n);
  await api.close();
  await store.close();
});
