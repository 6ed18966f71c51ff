import { virtualClock } from "@remuda/reconciler/testing";
import { expect, test } from "vitest";
import { createAsked } from "./asked";

test("a change that never shows is asked for ever more seldom, at least every five minutes", async () => {
  const clock = virtualClock();
  const asked = createAsked(clock);
  const pauses: number[] = [];
  for (let i = 0; i < 7; i++) {
    asked.note("web", "power");
    pauses.push(asked.heldMs("web", "power"));
    await clock.advance(asked.heldMs("web", "power"));
    expect(asked.heldMs("web", "power")).toBe(0);
  }
  expect(pauses).toEqual([15_000, 30_000, 60_000, 120_000, 240_000, 300_000, 300_000]);
});

test("another change is not held, and is begun with a short pause", () => {
  const asked = createAsked(virtualClock());
  asked.note("web", "on");
  asked.note("web", "on");
  expect(asked.heldMs("web", "suspend")).toBe(0);
  expect(asked.heldMs("db", "on")).toBe(0);
  asked.note("web", "suspend");
  expect(asked.heldMs("web", "suspend")).toBe(15_000);
  asked.forget("web");
  expect(asked.heldMs("web", "suspend")).toBe(0);
});

test("a change with a task is waited for from the end of the task", async () => {
  const clock = virtualClock();
  const asked = createAsked(clock);
  asked.note("web", "on");
  await clock.advance(60_000);
  asked.ended("web");
  expect(asked.heldMs("web", "on")).toBe(15_000);
});
