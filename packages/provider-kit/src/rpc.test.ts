import { PowerOperation, ProviderError } from "@remuda/contract";
import { pino } from "pino";
import { afterEach, expect, test, vi } from "vitest";
import { createGate } from "./gate";
import type { Provider } from "./provider";
import type { ProviderOptions } from "./start-provider";
import { createRequest, createTestProvider, type Served, serve, spec, uid } from "./test-provider";

let served: Served | undefined;
afterEach(async () => {
  await served?.close();
  served = undefined;
});

async function serving(part: Partial<Provider> = {}, options: Partial<ProviderOptions> = {}) {
  const lines: string[] = [];
  const log = pino({ level: "debug" }, { write: (line: string) => void lines.push(line) });
  served = await serve(createTestProvider(part).provider, { log, ...options });
  const find = (method: string) => lines.map((line) => JSON.parse(line) as Record<string, unknown>).find((line) => line.method === method);
  return { client: served.client, running: served.running, lines, find };
}

const on = { operation: PowerOperation.ON, gracefulTimeout: undefined };

test("a call more than the rate allows is RATE_LIMITED and says when to come again; health is exempt", async () => {
  const { client } = await serving({}, { limits: { qps: 0.5, burst: 3 } });
  for (let i = 0; i < 3; i++) await client.getCapabilities({});
  const refused = await client.getCapabilities({}).catch((error: unknown) => error);
  expect(refused).toMatchObject({ reason: "RATE_LIMITED" });
  const { retryAfterMs } = refused as ProviderError;
  expect(retryAfterMs).toBeGreaterThan(1000);
  expect(retryAfterMs).toBeLessThanOrEqual(2000);
});

test("tokens come back with time, up to the burst", async () => {
  let now = 1_000_000;
  const clock = { now: () => now, setTimer: () => () => {}, random: () => 0 };
  const { client } = await serving({}, { limits: { qps: 1, burst: 2 }, clock });
  const calls = async () => {
    let passed = 0;
    for (let i = 0; i < 5; i++)
      passed += await client.getCapabilities({}).then(
        () => 1,
        () => 0,
      );
    return passed;
  };
  expect(await calls()).toBe(2);
  now += 1_000;
  expect(await calls()).toBe(1);
  now += 3_600_000;
  expect(await calls()).toBe(2);
});

test("calls beyond the concurrency limit wait in order, and those beyond the line are RATE_LIMITED; a long-poll takes no slot", async () => {
  const gates = [createGate(), createGate(), createGate(), createGate(), createGate()];
  const begun: string[] = [];
  const { client } = await serving(
    {
      async power({ id }) {
        begun.push(id);
        await gates[Number(id)]?.pass();
        return undefined;
      },
      isTaskComplete: (_ref, waitMs) => Promise.resolve({ done: waitMs > 0 }),
    },
    { limits: { maxConcurrentCalls: 1 } },
  );
  const calls = [0, 1, 2, 3, 4].map((id) => client.power({ id: String(id), uid: uid(), ...on }));
  await gates[0]?.arrived;
  expect(await client.isTaskComplete({ taskRef: "t", wait: { seconds: 1, nanos: 0 } })).toMatchObject({ done: true });
  expect(begun).toEqual(["0"]);
  await expect(client.power({ id: "5", uid: uid(), ...on })).rejects.toMatchObject({
    reason: "RATE_LIMITED",
    retryAfterMs: expect.any(Number),
  });
  for (const gate of gates) gate.open(undefined);
  await Promise.all(calls);
  expect(begun).toEqual(["0", "1", "2", "3", "4"]);
});

test("who hangs up while waiting gives up the place, and nothing is begun for it", async () => {
  const first = createGate();
  const power = vi.fn(async ({ id }: { id: string }) => {
    if (id === "first") await first.pass();
    return undefined;
  });
  const { client, find } = await serving({ power }, { limits: { maxConcurrentCalls: 1 } });
  const slow = client.power({ id: "first", uid: uid(), ...on });
  await first.arrived;
  const controller = new AbortController();
  // Answered after what was sent before it, and takes no slot.
  const roundTrip = () => client.isTaskComplete({ taskRef: "t", wait: { seconds: 1, nanos: 0 } });
  const waiting = client.power({ id: "second", uid: uid(), ...on }, { signal: controller.signal });
  const third = client.power({ id: "third", uid: uid(), ...on });
  await roundTrip();
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ reason: "INTERRUPTED" });
  await vi.waitFor(() => expect(find("Power")).toMatchObject({ id: "second", msg: "call cancelled by the client" }));
  first.open(undefined);
  await Promise.all([slow, third]);
  expect(power.mock.calls.map(([{ id }]) => id)).toEqual(["first", "third"]);
});

test("the client's cancel and its deadline reach the provider as an aborted signal", async () => {
  const signals: AbortSignal[] = [];
  const { client, find } = await serving({
    describe: (_key, signal) =>
      new Promise((_resolve, reject) => {
        signals.push(signal);
        signal.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
      }),
  });
  const controller = new AbortController();
  const cancelled = client.describe({ id: "m", uid: "" }, { signal: controller.signal });
  await vi.waitFor(() => expect(signals).toHaveLength(1));
  controller.abort();
  await expect(cancelled).rejects.toMatchObject({ reason: "INTERRUPTED" });
  await vi.waitFor(() => expect(signals[0]?.aborted).toBe(true));
  await vi.waitFor(() => expect(find("Describe")).toMatchObject({ level: 20, msg: "call cancelled by the client" }));
  await expect(client.describe({ id: "m", uid: "" }, { deadlineMs: 50 })).rejects.toMatchObject({ reason: "TIMEOUT" });
  await vi.waitFor(() => expect(signals[1]?.aborted).toBe(true));
});

test("a ProviderError arrives whole; anything else is INTERNAL with its message, and its cause stays in the log", async () => {
  const { client, find } = await serving({
    power: () => Promise.reject(new ProviderError("NO_CAPACITY", "no host fits", { retryAfterMs: 1500, metadata: { host: "h1" } })),
    delete: () => Promise.reject(new Error("it broke", { cause: new Error("the socket closed") })),
  });
  await expect(client.power({ id: "m", uid: uid(), ...on })).rejects.toMatchObject({
    reason: "NO_CAPACITY",
    message: "no host fits",
    retryAfterMs: 1500,
    metadata: { host: "h1" },
  });
  const internal = await client.delete({ id: "m", uid: uid() }).catch((error: unknown) => error);
  expect(internal).toMatchObject({ reason: "INTERNAL", message: "it broke", metadata: {} });
  expect(find("Power")).toMatchObject({ level: 30, reason: "NO_CAPACITY", id: "m" });
  expect(find("Delete")).toMatchObject({ level: 50, reason: "INTERNAL", stack: expect.stringContaining("the socket closed") });
});

test("an error whose message ends within a character arrives all the same", async () => {
  const { client } = await serving({ validate: () => Promise.reject(new ProviderError("UNAVAILABLE", `half of \ud83d`)) });
  await expect(client.validate({})).rejects.toMatchObject({ reason: "UNAVAILABLE", message: "half of \ufffd" });
});

test("one line for each call, with the caller's request id; mutations at info, the rest at debug", async () => {
  const { client, find, lines } = await serving();
  const request = createRequest();
  await client.create(request, { requestId: "req-7" });
  await client.getCapabilities({});
  await client.validate({}, { requestId: "x".repeat(1000) });
  expect(find("Validate")?.requestId).toBe("x".repeat(128));
  expect(find("Create")).toMatchObject({ level: 30, requestId: "req-7", uid: request.uid, ms: expect.any(Number) });
  expect(find("GetCapabilities")).toMatchObject({ level: 20, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  expect(lines.filter((line) => line.includes('"method":"Create"'))).toHaveLength(1);
});

test("no secret stands in the log, not even when the platform's error repeats it", async () => {
  const secret = "s3cr3t-user-data";
  const { client, lines } = await serving({
    create({ spec: wanted }) {
      const platform = Object.assign(new Error(`bad request: ${wanted?.cloudInit?.userData}`), { config: { data: secret } });
      return Promise.reject(new ProviderError("INTERNAL", `refused: ${secret}`, { cause: platform, metadata: { data: secret } }));
    },
  });
  const cloudInit = { userData: secret, networkConfig: "n3twork-secret", sshAuthorizedKeys: [], hostname: "" };
  await expect(client.create(createRequest({ spec: spec({ cloudInit }) }))).rejects.toMatchObject({ reason: "INTERNAL" });
  const text = lines.join("");
  expect(text).toContain("bad request: [redacted]");
  expect(text).not.toContain(secret);
});

test("metrics count calls by method, code and reason", async () => {
  const { client, running } = await serving({}, { httpListen: "127.0.0.1:0" });
  await client.create(createRequest());
  await client.create(createRequest({ owner: "NO" })).catch(() => {});
  const text = await (await fetch(`http://${running.httpAddress}/metrics`)).text();
  expect(text).toContain('remuda_provider_rpc_total{method="Create",code="OK",reason=""} 1');
  expect(text).toContain('remuda_provider_rpc_total{method="Create",code="INVALID_ARGUMENT",reason="INVALID_SPEC"} 1');
  expect(text).toContain('remuda_provider_rpc_duration_seconds_count{method="Create"} 2');
  expect(text).toContain('remuda_provider_rpc_in_flight{method="Create"} 0');
});
