import { describe, expect, it } from "vitest";
import { createBackoff, createQueue, type Result, runReconciler } from "./index";
import { virtualClock } from "./testing";

function start(reconcile: (key: string, signal: AbortSignal) => Promise<Result>, concurrency = 4) {
  const clock = virtualClock();
  const queue = createQueue({ clock });
  const end = new AbortController();
  const errors: { key: string; retryInMs: number; failures: number }[] = [];
  const results: { key: string; outcome: string; durationMs: number }[] = [];
  let ended = false;
  const running = runReconciler(
    {
      name: "test",
      reconcile,
      queue,
      concurrency,
      clock,
      onError: (_, { key, retryInMs, failures }) => errors.push({ key, retryInMs, failures }),
      onResult: ({ key, outcome, durationMs }) => results.push({ key, outcome, durationMs }),
    },
    end.signal,
  ).then(() => {
    ended = true;
  });
  return { clock, queue, end, errors, results, running, hasEnded: () => ended };
}

describe("runReconciler", () => {
  it("comes again after requeueAfterMs, and tells how long it took", async () => {
    const at: number[] = [];
    const test = start(async () => {
      at.push(test.clock.now());
      await new Promise<void>((resolve) => test.clock.setTimer(resolve, 10));
      return at.length < 3 ? { requeueAfterMs: 1000 } : {};
    });
    test.queue.add("a");
    await test.clock.runUntilIdle();
    expect(at).toEqual([0, 1010, 2020]);
    expect(test.results).toEqual(Array(3).fill({ key: "a", outcome: "success", durationMs: 10 }));
  });

  it("tries again after ever longer waits with jitter, up to the ceiling, and begins anew after a success", async () => {
    let fail = true;
    const test = start(() => (fail ? Promise.reject(new Error("no")) : Promise.resolve({})));
    test.queue.add("a");
    while (test.errors.length < 20) await test.clock.advance(60_000);
    const waits = test.errors.map((e) => e.retryInMs);
    waits.forEach((wait, i) => {
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThanOrEqual(Math.min(300_000, 200 * 2 ** i));
    });
    expect(Math.max(...waits)).toBeGreaterThan(60_000);
    expect(new Set(waits).size).toBeGreaterThan(15);
    expect(test.errors.at(-1)?.failures).toBe(test.errors.length);
    fail = false;
    await test.clock.advance(300_000);
    expect(test.results.at(-1)?.outcome).toBe("success");
    fail = true;
    test.queue.add("a");
    await test.clock.advance(0);
    expect(test.errors.at(-1)).toMatchObject({ failures: 1 });
  });

  it("tries what fails and wakes itself with it ever more seldom, and what was woken by others within ten seconds", async () => {
    const at: number[] = [];
    const test = start((key) => {
      at.push(test.clock.now());
      if (at.length < 1_000) test.queue.add(key);
      return Promise.reject(new Error("no"));
    });
    test.queue.add("a");
    await test.clock.advance(3_600_000);
    // Held back for 10 s at the longest, since it is woken each time.
    expect(at.length).toBeGreaterThan(360);
    expect(at.length).toBeLessThan(450);
    const failures = at.length;
    for (let ms = 0; ms < 60_000; ms += 10) {
      test.queue.add("a");
      await test.clock.advance(10);
    }
    expect(at.length - failures).toBeLessThan(20);
  });

  it("outlives errors of reconcile and of its own hooks, thrown at once or later", async () => {
    const clock = virtualClock();
    const queue = createQueue({ clock });
    const end = new AbortController();
    let runs = 0;
    const throwing = () => {
      throw new Error("hook");
    };
    const running = runReconciler(
      {
        name: "test",
        queue,
        clock,
        concurrency: 1,
        reconcile: () => {
          if (runs++ === 0) throw new Error("at once");
          return Promise.resolve({});
        },
        onError: throwing,
        onResult: throwing,
      },
      end.signal,
    );
    queue.add("a");
    await clock.runUntilIdle();
    queue.add("b");
    await clock.runUntilIdle();
    expect(runs).toBe(3);
    expect(queue).toMatchObject({ running: 0, depth: 0 });
    end.abort();
    await running;
  });

  it("works at most `concurrency` keys at once, and never one twice at once", async () => {
    const active = new Set<string>();
    let most = 0;
    let runs = 0;
    const test = start(async (key) => {
      expect(active.has(key)).toBe(false);
      active.add(key);
      runs++;
      most = Math.max(most, active.size);
      await new Promise<void>((resolve) => test.clock.setTimer(resolve, 5));
      active.delete(key);
      return {};
    }, 3);
    for (let i = 0; i < 50; i++) {
      test.queue.add(`k${i % 10}`);
      await test.clock.advance(1);
    }
    await test.clock.runUntilIdle();
    expect(most).toBe(3);
    expect(runs).toBeGreaterThanOrEqual(20);
    expect(test.errors).toEqual([]);
  });

  it("ends with the signal after what is under way, and takes nothing new", async () => {
    const begun: string[] = [];
    let finish = () => {};
    const test = start(async (key) => {
      begun.push(key);
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return {};
    }, 1);
    test.queue.add("a");
    test.queue.add("b");
    await test.clock.advance(0);
    test.end.abort();
    await test.clock.advance(0);
    expect(test.hasEnded()).toBe(false);
    finish();
    await test.running;
    expect(begun).toEqual(["a"]);
  });

  it("does not count what the end of the signal broke off as a failure", async () => {
    const test = start((_, signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted")))));
    test.queue.add("a");
    await test.clock.advance(0);
    test.end.abort();
    await test.running;
    expect(test.errors).toEqual([]);
    expect(test.queue.delayed).toBe(0);
  });
});

it("createBackoff counts each key by itself and keeps nothing of those that were reset", () => {
  const backoff = createBackoff({ random: () => 0.999_999 });
  expect(Array.from({ length: 13 }, () => backoff.next("a"))).toEqual([
    200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 51_200, 102_400, 204_800, 300_000, 300_000,
  ]);
  expect(backoff.next("b")).toBe(200);
  backoff.reset("a");
  expect([backoff.failures("a"), backoff.failures("b"), backoff.next("a")]).toEqual([0, 1, 200]);
});
