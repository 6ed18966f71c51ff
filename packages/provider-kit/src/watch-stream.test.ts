import type { WatchVirtualMachinesResponse } from "@remuda/contract";
import { expect, test } from "vitest";
import type { Clock } from "./clock";
import type { OpenCall } from "./rpc";
import { machine } from "./test-provider";
import { createWatchStream, type WatchCall } from "./watch-stream";

/** Time that stands still until the test moves it. */
function standingClock() {
  let now = 0;
  const timers = new Map<object, { at: number; fn: () => void }>();
  const clock: Clock = {
    now: () => now,
    random: () => 0,
    setTimer(fn, ms) {
      const key = {};
      timers.set(key, { at: now + ms, fn });
      return () => timers.delete(key);
    },
  };
  const advance = (ms: number) => {
    const until = now + ms;
    for (;;) {
      const [due] = [...timers].filter(([, { at }]) => at <= until).sort(([, a], [, b]) => a.at - b.at);
      if (!due) break;
      timers.delete(due[0]);
      now = due[1].at;
      due[1].fn();
    }
    now = until;
  };
  return { clock, advance };
}

/** A watch whose client takes what it is sent when the test says so. */
function watched() {
  const { clock, advance } = standingClock();
  const unsent: (() => void)[] = [];
  let heartbeats = 0;
  const ends: unknown[] = [];
  const call = {
    request: { owner: "" },
    write({ events }: WatchVirtualMachinesResponse, sent: () => void) {
      if (events[0]?.event?.$case === "heartbeat") heartbeats++;
      unsent.push(sent);
      return true;
    },
    emit: () => true,
  };
  const opened = { signal: new AbortController().signal, end: (error?: unknown) => void ends.push(error) };
  // The stream uses nothing else of the two.
  const stream = createWatchStream(call as unknown as WatchCall, opened as unknown as OpenCall, clock, {
    heartbeatMs: 1_000,
    maxPending: 1_000,
  });
  const say = async (id: string) => {
    stream.present(machine({ id }));
    await new Promise((resolve) => setImmediate(resolve));
  };
  const take = () => {
    for (const sent of unsent.splice(0)) sent();
  };
  return { stream, advance, say, take, ends, heartbeats: () => heartbeats };
}

test("a watcher that takes nothing for three heartbeats is ended, though little waits for it", async () => {
  const { stream, advance, say, ends } = watched();
  stream.bookmark();
  for (const id of ["a", "b", "c", "d", "e"]) await say(id);
  advance(3_000);
  expect(stream.over.aborted).toBe(false);
  advance(1_000);
  expect(stream.over.aborted).toBe(true);
  expect(ends).toMatchObject([{ reason: "UNAVAILABLE", message: "fell behind: watch again" }]);
});

test("a watcher that is slow, but takes what it is sent, stays", async () => {
  const { stream, advance, say, take, heartbeats } = watched();
  stream.bookmark();
  for (let i = 0; i < 10; i++) {
    for (const id of ["a", "b", "c", "d", "e"]) await say(`${id}${i}`);
    advance(2_900);
    take();
    await new Promise((resolve) => setImmediate(resolve));
    take();
  }
  expect(stream.over.aborted).toBe(false);
  take();
  const before = heartbeats();
  advance(1_000);
  expect(heartbeats()).toBeGreaterThan(before);
});
