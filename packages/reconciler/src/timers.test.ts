import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { systemClock } from "./clock";
import { virtualClock } from "./testing";
import { createTimers, type Timers } from "./timers";

it("fires in the order of time, then of setting, and drops what was deleted", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 30 }), fc.boolean()), { maxLength: 80 }),
      async (sets) => {
        const clock = virtualClock();
        const fired: number[] = [];
        const timers = createTimers<number>(clock, (key) => fired.push(key));
        const model = new Map<number, { at: number; order: number }>();
        for (const [order, [key, ms, remove]] of sets.entries()) {
          if (remove) {
            timers.delete(key);
            model.delete(key);
          } else {
            timers.set(key, ms);
            const before = model.get(key);
            if (!before || ms < before.at) model.set(key, { at: ms, order });
          }
        }
        expect(timers.size).toBe(model.size);
        expect(clock.pending).toBe(model.size > 0 ? 1 : 0);
        await clock.runUntilIdle();
        const expected = [...model].sort(([, a], [, b]) => a.at - b.at || a.order - b.order).map(([key]) => key);
        expect(fired).toEqual(expected);
      },
    ),
  );
});

/** Bytes that are in use once what nobody has any more is gone. */
function usedBytes(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().heapUsed;
}

it.each<[string, (timers: Timers<string>, i: number) => void]>([
  [
    "were set and deleted",
    (timers, i) => {
      timers.set("k", 1_000 + i);
      timers.delete("k");
    },
  ],
  ["were set ever earlier", (timers, i) => timers.set("k", 2_000_000 - i)],
])("keeps no trace of times that %s half a million times", (_, change) => {
  const clock = virtualClock();
  const timers = createTimers<string>(clock, () => {});
  timers.set("keep", 5);
  const before = usedBytes();
  for (let i = 0; i < 500_000; i++) change(timers, i);
  expect(usedBytes() - before).toBeLessThan(8 << 20);
  expect(clock.pending).toBe(1);
});

it("fires at its time though the wall clock is set meanwhile", async () => {
  const clock = virtualClock({ startMs: 1_000_000_000 });
  const fired: string[] = [];
  const timers = createTimers<string>(clock, (key) => fired.push(key));
  timers.set("back", 300);
  clock.setWall(0);
  await clock.advance(299);
  expect(fired).toEqual([]);
  await clock.advance(1);
  expect(fired).toEqual(["back"]);
  timers.set("forward", 300);
  clock.setWall(2_000_000_000);
  timers.set("other", 100);
  await clock.advance(299);
  expect(fired).toEqual(["back", "other"]);
});

it("fires a key that is set anew at its new time alone, whatever times it had before", async () => {
  const clock = virtualClock();
  const firedAt: number[] = [];
  const timers = createTimers<string>(clock, (key) => {
    firedAt.push(clock.now());
    if (firedAt.length === 1) timers.set(key, 200);
  });
  timers.set("a", 100);
  timers.set("a", 50);
  await clock.advance(1_000);
  expect(firedAt).toEqual([50, 250]);
});

it("systemClock measures durations by what no one can set", () => {
  vi.useFakeTimers({ toFake: ["Date"], now: 1_000_000 });
  try {
    const beganMs = systemClock.monotonicMs();
    vi.setSystemTime(0);
    expect(systemClock.now()).toBe(0);
    expect(systemClock.monotonicMs()).toBeGreaterThanOrEqual(beganMs);
    expect(systemClock.monotonicMs() - beganMs).toBeLessThan(60_000);
  } finally {
    vi.useRealTimers();
  }
});
