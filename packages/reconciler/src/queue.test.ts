import { getEventListeners } from "node:events";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createQueue } from "./index";
import { virtualClock } from "./testing";

const open = (concurrency?: number) => {
  const clock = virtualClock();
  const queue = createQueue({ clock, concurrency });
  const end = new AbortController();
  return { clock, queue, end, take: () => queue.take(end.signal) };
};

describe("createQueue", () => {
  it("gives keys first in, first out, and each once", async () => {
    const { queue, take } = open();
    for (const key of ["a", "b", "a", "c", "b"]) queue.add(key);
    expect(queue.depth).toBe(3);
    expect([await take(), await take(), await take()]).toEqual(["a", "b", "c"]);
    expect(queue).toMatchObject({ depth: 0, running: 3 });
  });

  it("keeps a key that is added while it is worked on until it is given back", async () => {
    const { queue, take, clock } = open();
    queue.add("a");
    await take();
    queue.add("a");
    queue.add("a");
    let second: string | undefined;
    void take().then((key) => {
      second = key;
    });
    await clock.advance(0);
    expect(second).toBeUndefined();
    queue.done("a");
    await clock.advance(0);
    expect(second).toBe("a");
    queue.done("a");
    expect(queue).toMatchObject({ depth: 0, running: 0 });
  });

  it("gives a delayed key at its earliest time, once, and with one timer of the clock", async () => {
    const { queue, clock } = open();
    queue.addAfter("a", 500);
    queue.addAfter("b", 200);
    queue.addAfter("a", 300);
    queue.addAfter("a", 900);
    expect([queue.delayed, clock.pending]).toEqual([2, 1]);
    await clock.advance(299);
    expect([queue.depth, queue.delayed]).toEqual([1, 1]);
    await clock.advance(1);
    expect([queue.depth, queue.delayed, clock.pending]).toEqual([2, 0, 0]);
    await clock.advance(1000);
    expect(queue.depth).toBe(2);
  });

  it("gives a key that waits for a worker once, also if it is to come later as well", async () => {
    const { queue, clock, take } = open();
    queue.add("a");
    queue.addAfter("a", 100);
    expect(queue.delayed).toBe(0);
    expect(await take()).toBe("a");
    queue.done("a");
    await clock.advance(1000);
    expect(queue.depth).toBe(0);
  });

  it("gives a key that is held back when its time has come, whoever added it meanwhile", async () => {
    const { queue, clock, take } = open();
    queue.add("a");
    await take();
    queue.add("a");
    queue.holdBack("a", 100);
    queue.done("a");
    queue.add("a");
    queue.addAfter("a", 20);
    queue.add("b");
    await clock.advance(99);
    expect([queue.depth, queue.delayed]).toEqual([1, 1]);
    await clock.advance(1);
    expect([await take(), await take()]).toEqual(["b", "a"]);
    queue.done("a");
    queue.add("a");
    expect(await take()).toBe("a");
  });

  it("gives a key once it is held back no more, also where it was given before its time", async () => {
    const { queue, take } = open();
    queue.add("a");
    queue.holdBack("a", 100);
    expect(await take()).toBe("a");
    queue.add("a");
    queue.addAfter("a", 50);
    expect(queue.delayed).toBe(0);
    queue.done("a");
    expect(await take()).toBe("a");
  });

  it("leaves no listener on the signal of a taker that was served", async () => {
    const { queue, end, take } = open();
    for (const key of ["a", "b", "c"]) {
      const waiting = [take(), take()];
      expect(getEventListeners(end.signal, "abort")).toHaveLength(1);
      queue.add(key);
      queue.add(`${key}2`);
      await Promise.all(waiting);
      expect(getEventListeners(end.signal, "abort")).toHaveLength(0);
    }
  });

  it("forgets the delay of a key that is added now", async () => {
    const { queue, clock, take } = open();
    queue.addAfter("a", 100);
    queue.add("a");
    await take();
    queue.done("a");
    await clock.advance(1000);
    expect(queue).toMatchObject({ depth: 0, delayed: 0 });
  });

  it("ends takers with their signal and when it is closed", async () => {
    const { queue, end, take } = open();
    const waiting = take();
    end.abort();
    expect(await waiting).toBeUndefined();
    const other = queue.take(new AbortController().signal);
    queue.add("a");
    expect(await other).toBe("a");
    const last = queue.take(new AbortController().signal);
    queue.addAfter("b", 10);
    queue.close();
    expect(await last).toBeUndefined();
    queue.add("c");
    expect(queue).toMatchObject({ depth: 0, delayed: 0 });
  });

  it("gives no more keys at once than its concurrency", async () => {
    const { queue, take, clock } = open(2);
    const got: (string | undefined)[] = [];
    for (const key of ["a", "b", "c"]) {
      queue.add(key);
      void take().then((k) => got.push(k));
    }
    await clock.advance(0);
    expect(got).toEqual(["a", "b"]);
    queue.done("a");
    await clock.advance(0);
    expect(got).toEqual(["a", "b", "c"]);
  });

  it("waits for times beyond what one timer can hold", async () => {
    const { queue, clock } = open();
    const day = 24 * 60 * 60_000;
    queue.addAfter("a", 60 * day);
    await clock.advance(59 * day);
    expect(queue.depth).toBe(0);
    await clock.advance(day);
    expect(queue.depth).toBe(1);
  });

  it("never loses a key, never gives one twice at once, and is empty at the end, whatever comes", async () => {
    const key = fc.constantFrom("a", "b", "c", "d");
    const action = fc.oneof(
      fc.record({ type: fc.constant("add" as const), key }),
      fc.record({ type: fc.constant("addAfter" as const), key, ms: fc.integer({ min: 0, max: 50 }) }),
      fc.record({ type: fc.constant("advance" as const), ms: fc.integer({ min: 0, max: 30 }) }),
      fc.record({ type: fc.constant("done" as const), key }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 60 }), async (actions) => {
        const { queue, clock, end } = open();
        const running = new Set<string>();
        // Since when each key has wanted a run that has not begun.
        const dueAt = new Map<string, number>();
        const want = (k: string, at: number) => dueAt.set(k, Math.min(at, dueAt.get(k) ?? Number.POSITIVE_INFINITY));
        const work = async () => {
          for (let k = await queue.take(end.signal); k !== undefined; k = await queue.take(end.signal)) {
            expect(running.has(k)).toBe(false);
            expect(dueAt.get(k)).toBeLessThanOrEqual(clock.now());
            running.add(k);
            dueAt.delete(k);
          }
        };
        const worker = work();
        for (const a of actions) {
          if (a.type === "add") {
            want(a.key, clock.now());
            queue.add(a.key);
          } else if (a.type === "addAfter") {
            want(a.key, clock.now() + a.ms);
            queue.addAfter(a.key, a.ms);
          } else if (a.type === "done") {
            running.delete(a.key);
            queue.done(a.key);
          }
          await clock.advance(a.type === "advance" ? a.ms : 0);
          for (const [k, at] of dueAt) expect(at > clock.now() || running.has(k)).toBe(true);
        }
        for (let round = 0; round < 3; round++) {
          for (const k of [...running]) {
            running.delete(k);
            queue.done(k);
          }
          await clock.advance(100);
        }
        expect(dueAt.size).toBe(0);
        for (const k of running) queue.done(k);
        expect(queue).toMatchObject({ depth: 0, delayed: 0, running: 0 });
        expect(clock.pending).toBe(0);
        end.abort();
        await worker;
      }),
      { numRuns: 150 },
    );
  });
});
