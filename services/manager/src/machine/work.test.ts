import { ProviderError } from "@remuda/contract";
import { virtualClock } from "@remuda/reconciler/testing";
import type { VirtualMachine } from "@remuda/resources";
import { expect, test } from "vitest";
import { beginWork, noteFailure } from "./work";

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
