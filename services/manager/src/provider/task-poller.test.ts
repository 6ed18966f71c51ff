import { type IsTaskCompleteRequest, IsTaskCompleteResponse, msFromDuration, ProviderError, toStatus } from "@remuda/contract";
import { virtualClock } from "@remuda/reconciler/testing";
import { expect, test } from "vitest";
import { fastClock, waitFor } from "../testing/world";
import { createTaskPoller } from "./task-poller";

/** Tasks that end when the test says so. */
function tasks() {
  const waiting = new Map<string, { resolve(answer: IsTaskCompleteResponse): void; reject(error: unknown): void }>();
  const asked: string[] = [];
  const waitsMs: (number | undefined)[] = [];
  const ended: string[] = [];
  return {
    asked,
    /** How long each poll was to wait. */
    waitsMs,
    /** The polls that were broken off. */
    ended,
    waiting,
    calls: {
      isTaskComplete: ({ taskRef, wait }: IsTaskCompleteRequest, signal?: AbortSignal) => {
        asked.push(taskRef);
        waitsMs.push(wait && msFromDuration(wait));
        signal?.addEventListener("abort", () => ended.push(taskRef));
        return new Promise<IsTaskCompleteResponse>((resolve, reject) => waiting.set(taskRef, { resolve, reject }));
      },
    },
    answer: (ref: string, answer: Partial<IsTaskCompleteResponse>) => waiting.get(ref)?.resolve(IsTaskCompleteResponse.fromPartial(answer)),
    fail: (ref: string, error: ProviderError) => waiting.get(ref)?.reject(error),
  };
}
const clock = fastClock(100);

test("wakes who waits when the task has ended, with its error", async () => {
  const { calls, answer } = tasks();
  const poller = createTaskPoller({ calls, clock, ready: () => true });
  let woken = 0;
  poller.track("a", () => woken++);
  answer("a", { done: true, error: toStatus(new ProviderError("NO_CAPACITY", "full")) });
  await waitFor(
    () => woken === 1 || undefined,
    () => `woken ${woken} times`,
  );
  expect(poller.outcome("a")?.error).toMatchObject({ reason: "NO_CAPACITY", message: "full" });
  poller.forget("a");
  expect(poller.outcome("a")).toBeUndefined();
  poller.close();
});

test("polls no more than it may at once, and each in its turn", async () => {
  const { calls, answer, asked, waiting } = tasks();
  const poller = createTaskPoller({ calls, clock, ready: () => true, maxPolls: 2 });
  for (const ref of ["a", "b", "c", "d"]) poller.track(ref, () => {});
  expect(asked).toEqual(["a", "b"]);
  answer("a", { done: false });
  await waitFor(
    () => asked.length === 3 || undefined,
    () => asked.join(),
  );
  expect(asked).toEqual(["a", "b", "c"]);
  poller.hurry("a");
  answer("b", { done: true });
  await waitFor(
    () => asked.length === 4 || undefined,
    () => asked.join(),
  );
  expect(asked[3]).toBe("a");
  expect(waiting.size).toBe(3);
  poller.close();
});

test("asks again after an error that may pass, and calls a ref that is refused interrupted", async () => {
  const { calls, answer, fail, asked } = tasks();
  const poller = createTaskPoller({ calls, clock, ready: () => true });
  poller.track("a", () => {});
  fail("a", new ProviderError("UNAVAILABLE", "away"));
  await waitFor(
    () => asked.length === 2 || undefined,
    () => asked.join(),
  );
  expect(poller.outcome("a")).toBeUndefined();
  fail("a", new ProviderError("NOT_FOUND", "never heard of it"));
  const outcome = await waitFor(
    () => poller.outcome("a"),
    () => "no outcome",
  );
  expect(outcome.error?.reason).toBe("INTERRUPTED");
  answer("a", {});
  poller.close();
});

test("waits until the provider is ready, and as long as the task asked for", async () => {
  const { calls, asked } = tasks();
  let ready = false;
  const poller = createTaskPoller({ calls, clock, ready: () => ready });
  poller.track("a", () => {});
  expect(asked).toEqual([]);
  ready = true;
  poller.resume();
  expect(asked).toEqual(["a"]);
  poller.track("b", () => {}, 1000);
  expect(asked).toEqual(["a"]);
  await waitFor(
    () => asked.length === 2 || undefined,
    () => asked.join(),
  );
  poller.close();
});

const retry = (retryAfterMs: number) => () => Promise.reject(new ProviderError("INTERNAL", "no", { retryAfterMs }));

test.each([
  ["answers at once that it goes on", () => Promise.resolve(IsTaskCompleteResponse.fromPartial({ done: false }))],
  ["asks to be tried again at once", retry(0)],
])("a provider that %s is polled ever more seldom", async (_, isTaskComplete) => {
  const clock = virtualClock();
  let polls = 0;
  const counted = () => {
    if (++polls > 100) throw new Error("polls without end");
    return isTaskComplete();
  };
  const poller = createTaskPoller({ calls: { isTaskComplete: counted }, clock, ready: () => true });
  poller.track("a", () => {});
  await clock.advance(1_000);
  expect(polls).toBeLessThanOrEqual(4);
  await clock.advance(60_000);
  expect(polls).toBeGreaterThan(25);
  expect(polls).toBeLessThanOrEqual(35);
  poller.close();
});

test("a provider that asks to wait for years is asked again in minutes", async () => {
  const clock = virtualClock();
  let polls = 0;
  const isTaskComplete = () => {
    polls++;
    return retry(1e12)();
  };
  const poller = createTaskPoller({ calls: { isTaskComplete }, clock, ready: () => true });
  poller.track("a", () => {}, 1e12);
  await clock.advance(300_000);
  expect(polls).toBe(1);
  await clock.advance(300_000);
  expect(polls).toBe(2);
  poller.close();
});

test("a task that is forgotten is polled no longer, and another takes its place", () => {
  const { calls, asked, ended } = tasks();
  const poller = createTaskPoller({ calls, clock: virtualClock(), ready: () => true, maxPolls: 1 });
  poller.track("a", () => {});
  poller.track("b", () => {});
  expect(asked).toEqual(["a"]);
  poller.forget("a");
  expect([ended, poller.size]).toEqual([["a"], 1]);
  poller.close();
  expect(poller.size).toBe(0);
});

test("a task that is forgotten by whom its progress wakes is polled no longer", async () => {
  const clock = virtualClock();
  const { calls, asked, answer } = tasks();
  const poller = createTaskPoller({ calls, clock, ready: () => true });
  let woken = 0;
  poller.track("a", () => {
    woken++;
    poller.forget("a");
  });
  await clock.advance(2_000);
  answer("a", { done: false, progressPercent: 50 });
  await clock.advance(60_000);
  expect([woken, asked, poller.size]).toEqual([1, ["a"], 0]);
  poller.close();
});

test("the answer to a task that was forgotten says nothing about the same task followed anew", async () => {
  const clock = virtualClock();
  const { calls, asked, waiting } = tasks();
  const poller = createTaskPoller({ calls, clock, ready: () => true });
  const woken: string[] = [];
  poller.track("a", () => woken.push("old"));
  const old = waiting.get("a");
  poller.forget("a");
  poller.track("a", () => woken.push("new"));
  expect(asked).toEqual(["a", "a"]);
  old?.resolve(IsTaskCompleteResponse.fromPartial({ done: true }));
  await clock.advance(60_000);
  expect([woken, poller.outcome("a"), asked]).toEqual([[], undefined, ["a", "a"]]);
  waiting.get("a")?.resolve(IsTaskCompleteResponse.fromPartial({ done: true }));
  await clock.advance(0);
  expect([woken, poller.outcome("a")]).toEqual([["new"], {}]);
  poller.close();
});

test("few tasks are polled shortly, more each by a long poll, and those beyond the bound in short turns", () => {
  const { calls, waitsMs } = tasks();
  const followed = (count: number) => {
    const poller = createTaskPoller({ calls, clock: virtualClock(), ready: () => true });
    for (let i = 0; i < count; i++) poller.track(`t${i}`, () => {});
    poller.hurry("t0");
    poller.close();
    return waitsMs.splice(0).at(-1);
  };
  expect([followed(1), followed(100), followed(128)]).toEqual([2_000, 10_000, 12_800]);
  const poller = createTaskPoller({ calls, clock: virtualClock(), ready: () => ready });
  let ready = false;
  for (let i = 0; i < 129; i++) poller.track(`t${i}`, () => {});
  ready = true;
  poller.resume();
  expect([waitsMs.length, new Set(waitsMs)]).toEqual([128, new Set([1_000])]);
  poller.close();
});
