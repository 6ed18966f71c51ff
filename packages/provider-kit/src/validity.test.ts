import { ProviderError } from "@remuda/contract";
import { pino } from "pino";
import { expect, test, vi } from "vitest";
import { createValidity } from "./validity";

const answer = { platform: "test", platformVersion: "", account: "", warnings: [], platformId: "test-1" };

test.each([
  [30_000, 2_000],
  [500, 500],
])("a platform that is asked every %i ms is asked again after %i while it fails", async (intervalMs, retryMs) => {
  let works = true;
  const pauses: { ms: number; end(): void }[] = [];
  const clock = {
    now: () => 0,
    random: () => 0,
    setTimer(end: () => void, ms: number) {
      // The limit of a Validate is no pause.
      if (ms !== 15_000) pauses.push({ ms, end });
      return () => {};
    },
  };
  const validate = () => (works ? Promise.resolve(answer) : Promise.reject(new ProviderError("UNAVAILABLE", "no answer")));
  const stop = new AbortController();
  const validity = createValidity({ provider: { validate }, intervalMs, clock, log: pino({ level: "silent" }), told: () => {} });
  const running = validity.run(stop.signal);
  for (const [turn, next] of [true, false, false, true].entries()) {
    works = next;
    if (turn > 0) pauses[turn - 1]?.end();
    await vi.waitFor(() => expect(pauses).toHaveLength(turn + 1));
  }
  stop.abort();
  await running;
  expect(pauses.map(({ ms }) => ms)).toEqual([intervalMs, retryMs, retryMs, intervalMs]);
});
