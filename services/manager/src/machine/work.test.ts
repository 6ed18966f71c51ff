import { ProviderError } from "@remuda/contract";
import { virtualClock } from "@remuda/reconciler/testing";
import type { VirtualMachine } from "@remuda/resources";
import { expect, test } from "vitest";
import { createPhase } from "../testing/phase";
import { beginWork, noteFailure, retryInMs, save, setMachineCondition } from "./work";

// Only what noteFailure reads.
const vm = { metadata: { name: "web", generation: 1 }, spec: { provider: "p" } } as unknown as VirtualMachine;

test("a provider can put off the next try by five minutes, not by years", () => {
  const clock = virtualClock();
  const work = beginWork(vm);
  const year = new ProviderError("NO_CAPACITY", "full", { retryAfterMs: 365 * 86_400_000 });
  expect(noteFailure(work, clock, year)).toEqual({ requeueAfterMs: 300_000 });
  expect(work.status.failures?.nextTryAt).toBe(new Date(300_000).toISOString());
  const minute = new ProviderError("NO_CAPACITY", "full", { retryAfterMs: 60_000 });
  expect(noteFailure(beginWork(vm), clock, minute)).toEqual({ requeueAfterMs: 60_000 });
});

test("failures are counted anew for each generation of the spec", () => {
  const clock = virtualClock();
  const work = beginWork(vm);
  const full = new ProviderError("NO_CAPACITY", "full");
  noteFailure(work, clock, full);
  noteFailure(work, clock, full);
  expect(work.status.failures?.count).toBe(2);
  work.vm = { ...vm, metadata: { ...vm.metadata, generation: 2 } };
  expect(retryInMs(work, clock)).toBe(0);
  noteFailure(work, clock, full);
  expect(work.status.failures).toMatchObject({ count: 1, generation: 2 });
});

test("a clock that is set back puts no try off by more than the longest pause", () => {
  const clock = virtualClock({ startMs: Date.UTC(2026, 0, 2) });
  const work = beginWork(vm);
  noteFailure(work, clock, new ProviderError("NO_CAPACITY", "full", { retryAfterMs: 60_000 }));
  clock.setWall(Date.UTC(2026, 0, 2) - 180_000);
  expect(retryInMs(work, clock)).toBe(240_000);
  clock.setWall(Date.UTC(2026, 0, 1));
  expect(retryInMs(work, clock)).toBe(0);
});

test("a status is saved over what others changed meanwhile, or not at all where it must be what was read", async () => {
  const { store, clock, begin } = await createPhase();
  const work = await begin();
  await store.update({ ...work.vm, metadata: { ...work.vm.metadata, labels: { team: "a" } } });
  setMachineCondition(work, clock, "Ready", "False", "Testing", "a test");
  await expect(save(store, work, "same")).rejects.toMatchObject({ reason: "Conflict" });
  await save(store, work);
  expect(await store.get("VirtualMachine", "web")).toMatchObject({
    metadata: { labels: { team: "a" } },
    status: { conditions: [{ reason: "Testing" }] },
  });
});
