import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { systemClock } from "./clock";
import { virtualClock } from "./testing";
import { createTimers } from "./timers";

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

it("keeps no trace of keys that were set and deleted a million times", () => {
  const clock = virtualClock();
  const timers = createTimers<string>(clock, () => {});
  timers.set("keep", 5);
  for (let i = 0; i < 1_000_000; i++) {
    timers.set("k", 1_000 + i);
    timers.delete("k");
  }
  expect([timers.size, clock.pending]).toEqual([1, 1]);
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
