import { GetCapabilitiesResponse, type ProviderClient, ProviderError } from "@remuda/contract";
import { virtualClock } from "@remuda/reconciler/testing";
import type { ProviderSpec } from "@remuda/resources";
import pino from "pino";
import { expect, test } from "vitest";
import { createMetrics } from "../metrics";
import { createConnection } from "./connection";

/** A connection to a provider that answers nothing by itself; the test says what checks find. */
function connected() {
  const polled: string[] = [];
  let wakes = 0;
  const client = {
    isTaskComplete: ({ taskRef }: { taskRef: string }) => {
      polled.push(taskRef);
      return new Promise(() => {});
    },
    describe: () => Promise.reject(new ProviderError("UNAVAILABLE", "away")),
    async *watchVirtualMachines() {
      await new Promise(() => {});
      yield { events: [] };
    },
    onDisconnect: () => {},
    close: () => {},
  };
  const connection = createConnection({
    provider: "sim",
    fingerprint: "",
    // The test calls nothing else.
    client: client as unknown as ProviderClient,
    spec: { address: "127.0.0.1:1", maxConcurrentCalls: 4 } as ProviderSpec,
    owner: "o",
    clock: virtualClock(),
    log: pino({ level: "silent" }),
    metrics: createMetrics(),
    onMachine: () => {},
    onMachines: () => {
      wakes++;
    },
    onView: () => {},
    onDoubt: () => {},
    onCheck: () => {},
  });
  const found = (services: string[]) => connection.beginCheck().reached(GetCapabilitiesResponse.fromPartial({ services }), "p-1");
  return { connection, found, polled, wakes: () => wakes };
}

test("machines are woken when a provider is reached, and again when it can do something else, not by each check", () => {
  const { connection, found, wakes } = connected();
  found(["a"]);
  expect([wakes(), connection.ready]).toEqual([1, true]);
  found(["a"]);
  expect(wakes()).toBe(1);
  found(["a", "b"]);
  expect([wakes(), connection.capabilities?.services]).toEqual([2, ["a", "b"]]);
  connection.close();
});

test("tasks that were followed before the provider was reached are polled when it is", () => {
  const { connection, found, polled } = connected();
  connection.tasks.track("t", () => {});
  expect(polled).toEqual([]);
  found([]);
  expect(connection.ready).toBe(true);
  return Promise.resolve().then(() => {
    expect(polled).toEqual(["t"]);
    connection.close();
  });
});

test("machines are woken once when the provider turns out to be another platform, and when it is the right one again", () => {
  const { connection, found, wakes } = connected();
  found([]);
  expect(wakes()).toBe(1);
  for (let i = 0; i < 2; i++) connection.beginCheck().otherPlatform();
  expect([wakes(), connection.ready, connection.otherPlatform]).toEqual([2, false, true]);
  found([]);
  expect([wakes(), connection.ready, connection.otherPlatform]).toEqual([3, true, false]);
  connection.close();
});

test("calls that fail in a row close the provider off", async () => {
  const { connection, found } = connected();
  found([]);
  for (let i = 0; i < 5; i++) await expect(connection.calls.describe({ id: "", uid: "u" })).rejects.toThrow("away");
  expect([connection.ready, connection.standing]).toEqual([false, "lost"]);
  connection.close();
});
