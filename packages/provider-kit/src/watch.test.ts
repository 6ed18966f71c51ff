import { Client, credentials, type ServiceError, status } from "@grpc/grpc-js";
import { ProviderError, ProviderServiceService, type VirtualMachineEvent } from "@remuda/contract";
import { afterEach, expect, test, vi } from "vitest";
import { systemClock } from "./clock";
import { createGate } from "./gate";
import type { MachineEvent, Provider } from "./provider";
import type { ProviderOptions } from "./start-provider";
import { createRequest, createTestProvider, machine, type Served, serve } from "./test-provider";

let served: Served | undefined;
const stop = new AbortController();
afterEach(async () => {
  await served?.close();
  served = undefined;
});

async function watching(part: Partial<Provider> = {}, options: Partial<ProviderOptions> = {}) {
  const made = createTestProvider(part);
  const started = await serve(made.provider, { watchPollIntervalMs: 20, ...options });
  served = started;
  return { ...made, started };
}

/** The stream's events one after another, heartbeats left out. */
async function* events({ client }: Served, owner = ""): AsyncGenerator<VirtualMachineEvent["event"]> {
  for await (const message of client.watchVirtualMachines({ owner }, { signal: stop.signal })) {
    for (const { event } of message.events) if (event?.$case !== "heartbeat") yield event;
  }
}

async function take(stream: AsyncGenerator<VirtualMachineEvent["event"]>, count: number) {
  const taken: string[] = [];
  while (taken.length < count) {
    const { value, done } = await stream.next();
    if (done || !value) break;
    taken.push(value.$case === "present" ? `present ${value.value.id}` : value.$case === "gone" ? `gone ${value.value.id}` : value.$case);
  }
  return taken;
}

test("lists are compared where the platform has no events: snapshot, one bookmark, changes", async () => {
  const { machines, started } = await watching();
  machines.set("m-1", machine({ id: "m-1" }));
  const stream = events(started);
  expect(await take(stream, 2)).toEqual(["present m-1", "bookmark"]);
  machines.set("m-2", machine({ id: "m-2" }));
  expect(await take(stream, 1)).toEqual(["present m-2"]);
  machines.set("m-1", machine({ id: "m-1", name: "other" }));
  expect(await take(stream, 1)).toEqual(["present m-1"]);
  machines.delete("m-2");
  expect(await take(stream, 1)).toEqual(["gone m-2"]);
  await stream.return(undefined);
});

test("an empty platform's snapshot is a bookmark", async () => {
  const { started } = await watching();
  const stream = events(started);
  expect(await take(stream, 1)).toEqual(["bookmark"]);
  await stream.return(undefined);
});

test("one bookmark, also when a native watch says it twice; its end is UNAVAILABLE", async () => {
  const [more, end] = [createGate(), createGate()];
  const { started } = await watching({
    async *watch() {
      yield { type: "present", virtualMachine: machine({ id: "a" }) } as const;
      yield { type: "bookmark" } as const;
      await more.pass();
      yield { type: "bookmark" } as const;
      yield { type: "gone", id: "a", uid: "" } as const;
      await end.pass();
    },
  });
  const stream = events(started);
  expect(await take(stream, 2)).toEqual(["present a", "bookmark"]);
  more.open(undefined);
  expect(await take(stream, 1)).toEqual(["gone a"]);
  end.open(undefined);
  await expect(stream.next()).rejects.toMatchObject({ reason: "UNAVAILABLE", message: expect.stringContaining("watch again") });
});

test("a native watch's events arrive in order, of one owner only", async () => {
  const changes = createGate();
  const { started } = await watching({
    async *watch() {
      yield { type: "present", virtualMachine: machine({ id: "mine" }) } as const;
      yield { type: "present", virtualMachine: machine({ id: "other", owner: "else" }) } as const;
      yield { type: "bookmark" } as const;
      await changes.pass();
      yield { type: "gone", id: "other", uid: "" } as const;
      yield { type: "gone", id: "mine", uid: "" } as const;
      await new Promise(() => {});
    },
  });
  const stream = events(started, "lab");
  expect(await take(stream, 2)).toEqual(["present mine", "bookmark"]);
  changes.open(undefined);
  expect(await take(stream, 1)).toEqual(["gone mine"]);
  await stream.return(undefined);
});

test("of a machine that changes hands its old owner hears that it is gone", async () => {
  const { machines, started } = await watching();
  machines.set("m-1", machine({ id: "m-1", owner: "lab" }));
  machines.set("m-2", machine({ id: "m-2", owner: "else" }));
  const stream = events(started, "lab");
  expect(await take(stream, 2)).toEqual(["present m-1", "bookmark"]);
  machines.delete("m-2");
  machines.set("m-1", machine({ id: "m-1", owner: "else" }));
  expect(await take(stream, 1)).toEqual(["gone m-1"]);
  await stream.return(undefined);
});

test("the snapshot is younger than the call: what was made before it is in it", async () => {
  const { started } = await watching({}, { watchPollIntervalMs: 60_000 });
  const first = events(started);
  expect(await take(first, 1)).toEqual(["bookmark"]);
  await started.client.create(createRequest());
  const second = events(started);
  expect(await take(second, 2)).toEqual(["present m-1", "bookmark"]);
  await Promise.all([first.return(undefined), second.return(undefined)]);
});

test("what was changed through this process is shown soon, not only by the next comparison", async () => {
  // Fifty times as fast: a comparison comes each seventy seconds.
  const clock = { ...systemClock, setTimer: (fn: () => void, ms: number) => systemClock.setTimer(fn, ms / 50) };
  const { started } = await watching({}, { watchPollIntervalMs: 3_600_000, clock });
  const stream = events(started);
  expect(await take(stream, 1)).toEqual(["bookmark"]);
  await started.client.create(createRequest());
  expect(await take(stream, 1)).toEqual(["present m-1"]);
  await stream.return(undefined);
});

test("many watchers share one poller", async () => {
  let lists = 0;
  const first = createGate();
  const { started } = await watching(
    {
      async *list() {
        lists += 1;
        await first.pass();
        yield machine();
      },
    },
    { watchPollIntervalMs: 60_000 },
  );
  const streams = Array.from({ length: 10 }, () => events(started));
  const snapshots = streams.map((stream) => take(stream, 2));
  await first.arrived;
  // Answered after the ten have come.
  await started.client.getCapabilities({});
  first.open(undefined);
  await Promise.all(snapshots);
  expect(lists).toBe(2);
  await Promise.all(streams.map((stream) => stream.return(undefined)));
});

test("a list that fails shows nothing as gone: the stream ends with its error", async () => {
  let fail = false;
  const { started } = await watching({
    async *list() {
      if (fail) throw new ProviderError("UNAVAILABLE", "the platform is away");
      yield await Promise.resolve(machine({ id: "m-1" }));
    },
  });
  const stream = events(started);
  expect(await take(stream, 2)).toEqual(["present m-1", "bookmark"]);
  fail = true;
  await expect(stream.next()).rejects.toMatchObject({ reason: "UNAVAILABLE", message: "the platform is away" });
  await expect(take(events(started), 1)).rejects.toMatchObject({ reason: "UNAVAILABLE" });
  fail = false;
  const again = events(started);
  expect(await take(again, 2)).toEqual(["present m-1", "bookmark"]);
  await again.return(undefined);
});

test("heartbeats come while nothing happens", async () => {
  const { started } = await watching({}, { watchHeartbeatMs: 20, watchPollIntervalMs: 60_000 });
  let beats = 0;
  for await (const message of started.client.watchVirtualMachines({ owner: "" })) {
    if (message.events.some(({ event }) => event?.$case === "heartbeat") && ++beats === 3) break;
  }
  expect(beats).toBe(3);
});

test("at most 500 events travel in one message", async () => {
  const { machines, started } = await watching();
  for (let index = 0; index < 1200; index++) machines.set(`m-${index}`, machine({ id: `m-${index}` }));
  const sizes: number[] = [];
  for await (const message of started.client.watchVirtualMachines({ owner: "" })) {
    sizes.push(message.events.length);
    if (message.events.some(({ event }) => event?.$case === "bookmark")) break;
  }
  expect(Math.max(...sizes)).toBe(500);
  expect(sizes.reduce((sum, size) => sum + size)).toBe(1201);
});

test("a watcher that does not read is ended with UNAVAILABLE, and another beside it sees everything", async () => {
  const go = createGate();
  const label = "x".repeat(2_000);
  const changes = 6_000;
  let seen = 0;
  async function* watch(): AsyncGenerator<MachineEvent> {
    yield { type: "bookmark" };
    await go.pass();
    for (let index = 0; index < changes; index++) {
      yield { type: "present", virtualMachine: machine({ id: `m-${index}`, labels: { label } }) };
      // As fast as the one who reads.
      while (index > seen + 50) await new Promise((resolve) => setImmediate(resolve));
    }
    await new Promise(() => {});
  }
  const { started } = await watching({ watch }, { watchMaxPending: 100 });
  const raw = new Client(started.running.address, credentials.createInsecure(), { "grpc.use_local_subchannel_pool": 1 });
  const { path, requestSerialize, responseDeserialize } = ProviderServiceService.watchVirtualMachines;
  const lazy = raw.makeServerStreamRequest(path, requestSerialize, responseDeserialize, { owner: "" });
  const ended = new Promise<ServiceError>((resolve) => lazy.on("error", resolve));
  // grpc-js holds back what comes only once it has been read from.
  lazy.once("data", () => lazy.pause());
  const eager = events(started);
  expect(await take(eager, 1)).toEqual(["bookmark"]);
  go.open(undefined);
  for (; seen < changes; seen++) await eager.next();
  lazy.resume();
  expect(await ended).toMatchObject({ code: status.UNAVAILABLE, details: "fell behind: watch again" });
  await eager.return(undefined);
  raw.close();
});

test("a provider that stops ends its watches with UNAVAILABLE", async () => {
  const { started } = await watching();
  const stream = events(started);
  await take(stream, 1);
  const next = stream.next();
  await Promise.all([expect(next).rejects.toMatchObject({ reason: "UNAVAILABLE" }), started.running.close()]);
});

test("the provider's own watch ends with its client", async () => {
  let over: AbortSignal | undefined;
  const { started } = await watching({
    async *watch(_filter, signal) {
      over = signal;
      yield { type: "bookmark" } as const;
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    },
  });
  const stream = events(started);
  await take(stream, 1);
  await stream.return(undefined);
  await vi.waitFor(() => expect(over?.aborted).toBe(true));
});
