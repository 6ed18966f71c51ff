import { ProviderError } from "@remuda/contract";
import { afterEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { createGate } from "./gate";
import { pollUntilDone } from "./poll-until-done";
import type { Provider, TaskState } from "./provider";
import { createTaskRefs, untraceable } from "./task-refs";
import { createRequest, createTestProvider, machine, type Served, serve } from "./test-provider";

let served: Served | undefined;
afterEach(async () => {
  await served?.close();
  served = undefined;
});

async function serving(isTaskComplete: Provider["isTaskComplete"], part: Partial<Provider> = {}) {
  served = await serve(createTestProvider({ isTaskComplete, ...part }).provider);
  return served;
}
const ask = (seconds: number) => ({ taskRef: "t", wait: seconds === 0 ? undefined : { seconds, nanos: 0 } });

test("a task's ref, progress and end travel", async () => {
  const states: TaskState[] = [
    { done: false, progressPercent: 41.7, stage: "copying disk", virtualMachineId: "m-1" },
    { done: true, error: new ProviderError("NO_CAPACITY", "full", { retryAfterMs: 10 }) },
    { done: true, virtualMachineId: "m-1" },
  ];
  const { client } = await serving(() => Promise.resolve(states.shift() ?? { done: true }), {
    create: () => Promise.resolve({ virtualMachine: machine(), task: "t" }),
  });
  expect((await client.create(createRequest())).task).toMatchObject({ ref: "t" });
  expect(await client.isTaskComplete(ask(0))).toMatchObject({
    done: false,
    progressPercent: 41,
    stage: "copying disk",
    virtualMachineId: "m-1",
  });
  expect(await client.isTaskComplete(ask(0))).toMatchObject({ done: true, error: { code: 8, message: "full" } });
  expect(await client.isTaskComplete(ask(0))).toMatchObject({ done: true, error: undefined, progressPercent: 100 });
});

test("the wait is capped at five minutes", async () => {
  const waits: number[] = [];
  const { client } = await serving((_ref, waitMs) => {
    waits.push(waitMs);
    return Promise.resolve({ done: true });
  });
  await client.isTaskComplete(ask(0));
  await client.isTaskComplete(ask(7));
  await client.isTaskComplete(ask(86_400));
  expect(waits).toEqual([0, 7_000, 300_000]);
});

test("a provider that stops answers its long-polls at once, with the state as it is", async () => {
  const polling = createGate<TaskState>();
  let aborted = false;
  const { client, running } = await serving((_ref, waitMs, signal) => {
    signal.addEventListener("abort", () => {
      aborted = true;
    });
    return waitMs === 0 ? Promise.resolve({ done: false, progressPercent: 60 }) : polling.pass();
  });
  const answer = client.isTaskComplete(ask(240));
  await polling.arrived;
  await running.close();
  expect(await answer).toMatchObject({ done: false, progressPercent: 60 });
  expect(aborted).toBe(true);
});

test("CancelTask is UNSUPPORTED where the provider can't", async () => {
  const { client } = await serving(() => Promise.resolve({ done: true }));
  await expect(client.cancelTask({ taskRef: "t" })).rejects.toMatchObject({ reason: "UNSUPPORTED" });
});

const refs = createTaskRefs(z.object({ operation: z.enum(["create", "delete"]), id: z.string() }));

test("a task ref holds its payload as text that is safe in a URL", () => {
  const ref = refs.encode({ operation: "create", id: "dc/vm-1?ü" });
  expect(ref).toMatch(/^[A-Za-z0-9_-]+$/);
  expect(refs.decode(ref)).toEqual({ operation: "create", id: "dc/vm-1?ü" });
});

test.each(["", "x", "%%%", Buffer.from("null").toString("base64url"), Buffer.from('{"operation":"drop","id":"1"}').toString("base64url")])(
  "%j is no task ref",
  (ref) => {
    expect(refs.decode(ref)).toBeUndefined();
  },
);

test("a task that can't be traced is done, INTERRUPTED, retryable", () => {
  expect(untraceable("the platform forgot it")).toMatchObject({ done: true, error: { reason: "INTERRUPTED", retryable: true } });
});

/** A clock whose timers fire at once and move its time. */
function quickClock() {
  let now = 0;
  return {
    now: () => now,
    setTimer(fn: () => void, ms: number) {
      now += ms;
      setImmediate(fn);
      return () => {};
    },
    random: () => 0,
  };
}

test("pollUntilDone looks once without a wait, else until it is done or the time has passed", async () => {
  const { signal } = new AbortController();
  const check = vi.fn(() => Promise.resolve<TaskState>({ done: false }));
  expect(await pollUntilDone(0, check, { signal, clock: quickClock() })).toEqual({ done: false });
  expect(check).toHaveBeenCalledTimes(1);
  check.mockClear();
  await pollUntilDone(2_500, check, { signal, clock: quickClock() });
  expect(check).toHaveBeenCalledTimes(4);
  check.mockResolvedValueOnce({ done: false }).mockResolvedValueOnce({ done: true });
  expect(await pollUntilDone(60_000, check, { signal, clock: quickClock() })).toEqual({ done: true });
});

test("pollUntilDone ends in time though the date is set back meanwhile", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: 1_000_000_000 });
  try {
    const check = vi.fn(() => {
      if (check.mock.calls.length > 20) throw new Error("looks without end");
      vi.setSystemTime(0);
      return Promise.resolve<TaskState>({ done: false });
    });
    expect(await pollUntilDone(30, check, { signal: new AbortController().signal, intervalMs: 10 })).toEqual({ done: false });
  } finally {
    vi.useRealTimers();
  }
});

test("pollUntilDone ends with the signal", async () => {
  const controller = new AbortController();
  const check = () => {
    controller.abort(new ProviderError("INTERRUPTED", "hung up"));
    return Promise.resolve<TaskState>({ done: false });
  };
  await expect(pollUntilDone(60_000, check, { signal: controller.signal })).rejects.toMatchObject({ reason: "INTERRUPTED" });
});
