import { ProviderError } from "@remuda/contract";
import { virtualClock } from "@remuda/reconciler/testing";
import { expect, test, vi } from "vitest";
import { createLimits } from "./limits";

const nothing = () => Promise.resolve();
const long = () => new Promise<void>(() => {});

/** Limits in standing time, and when each call went out. */
function limited(rateLimit?: { qps: number; burst: number }) {
  const clock = virtualClock({ startMs: 1_700_000_000_000 });
  const limits = createLimits({ clock, maxConcurrentCalls: 4, rateLimit });
  const sent: string[] = [];
  const send = (kind: "call" | "longCall", name: string, signal?: AbortSignal) =>
    limits[kind](name, () => Promise.resolve(sent.push(name)), signal).then(nothing, nothing);
  return { clock, limits, sent, send };
}

test("a rate lets its burst out at once, and then so many a second", async () => {
  const { clock, send, sent } = limited({ qps: 5, burst: 3 });
  for (let i = 0; i < 20; i++) void send("longCall", `${i}`);
  await clock.advance(0);
  expect(sent).toHaveLength(3);
  await clock.advance(2_010);
  expect(sent).toHaveLength(13);
  await clock.advance(60_000);
  expect(sent).toEqual(Array.from({ length: 20 }, (_, i) => `${i}`));
  for (let i = 0; i < 20; i++) void send("longCall", "later");
  await clock.advance(0);
  expect(sent).toHaveLength(23);
});

test("a call goes before the polls that wait for the rate; still, polls get a share", async () => {
  const { clock, send, sent } = limited({ qps: 5, burst: 5 });
  for (let i = 0; i < 200; i++) void send("longCall", "poll");
  await clock.advance(1_000);
  const before = sent.length;
  void send("call", "Create");
  await clock.advance(210);
  expect(sent.slice(before)).toEqual(["Create"]);
  for (let i = 0; i < 40; i++) void send("call", "Power");
  await clock.advance(8_000);
  const polls = sent.slice(before + 1).filter((name) => name === "poll").length;
  expect(sent.length - before).toBeGreaterThanOrEqual(40);
  expect([4, 5]).toContain(polls);
});

test("a call that was given up while it waited for the rate takes nothing of it", async () => {
  const { clock, send, sent } = limited({ qps: 1, burst: 1 });
  await send("call", "first");
  const given = new AbortController();
  const waiting = Array.from({ length: 8 }, () => send("longCall", "given up", given.signal));
  void send("longCall", "wanted");
  given.abort();
  await Promise.all(waiting);
  await clock.advance(1_000);
  expect(sent).toEqual(["first", "wanted"]);
});

test("a date that is set back holds no call up", async () => {
  const { clock, send, sent } = limited({ qps: 10, burst: 10 });
  await send("call", "before");
  clock.setWall(0);
  await send("call", "after");
  expect(sent).toEqual(["before", "after"]);
});

test("who finds no place is woken once when one is free, and finds it then", () => {
  const { limits } = limited();
  const leaves = Array.from({ length: 8 }, (_, i) => limits.enter(`m${i}`, () => {}));
  expect(leaves.every((leave) => leave !== undefined)).toBe(true);
  const woken: string[] = [];
  expect(limits.enter("a", () => woken.push("a"))).toBeUndefined();
  expect(limits.enter("a", () => woken.push("a"))).toBeUndefined();
  expect(limits.enter("b", () => woken.push("b"))).toBeUndefined();
  leaves[0]?.();
  expect(woken).toEqual(["a"]);
  expect(limits.enter("a", () => {})).toBeDefined();
  leaves[1]?.();
  expect(woken).toEqual(["a", "b"]);
});

test("a long-poll takes no slot of calls", async () => {
  const { clock, limits, send, sent } = limited();
  for (let i = 0; i < 10; i++) void limits.longCall("poll", long);
  void send("call", "Create");
  await clock.advance(0);
  expect(sent).toEqual(["Create"]);
});

test("a provider that failed in a row is left alone, and probed after two seconds", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    const told: string[] = [];
    const limits = createLimits({
      clock: virtualClock(),
      maxConcurrentCalls: 4,
      onCall: (method, reason) => told.push(`${method} ${reason}`),
      onCircuit: (open) => told.push(open ? "open" : "closed"),
    });
    const away = () => limits.call("Describe", () => Promise.reject(new ProviderError("UNAVAILABLE", "away"))).catch(() => {});
    const call = (method: string) => limits.call(method, () => Promise.resolve(method));
    for (let i = 0; i < 5; i++) await away();
    expect(told.splice(0).sort()).toEqual([...Array(5).fill("Describe UNAVAILABLE"), "open"]);
    vi.advanceTimersByTime(1_999);
    await expect(call("Power")).rejects.toMatchObject({ reason: "UNAVAILABLE" });
    expect([told, limits.circuitOpen]).toEqual([[], true]);
    vi.advanceTimersByTime(1);
    expect(await call("Create")).toBe("Create");
    expect([told, limits.circuitOpen]).toEqual([["closed", "Create OK"], false]);
  } finally {
    vi.useRealTimers();
  }
});
