import type { VirtualMachineEvent } from "@remuda/contract";
import { afterEach, expect, test } from "vitest";
import type { Provider } from "./provider";
import type { ProviderOptions } from "./start-provider";
import { createTestProvider, machine, type Served, serve } from "./test-provider";

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
