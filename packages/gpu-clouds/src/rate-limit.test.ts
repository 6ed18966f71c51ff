import { describe, expect, it } from "vitest";
import { pause } from "./clock";
import { CloudError } from "./error";
import { createRateLimit } from "./rate-limit";
import { fastClock } from "./testing/clock";

const signal = AbortSignal.timeout(60_000);

describe("a rate limit", () => {
  it("keeps the interval of an endpoint without holding up others", async () => {
    const clock = fastClock(100);
    const limit = createRateLimit([{ endpoint: "launch", calls: 1, perMs: 12_000 }], clock);
    const times: number[] = [];
    const others: number[] = [];
    const begun = clock.now();
    const take = async (endpoint: string, into: number[]) => {
      const answered = await limit.take(endpoint, signal);
      answered();
      into.push(clock.now() - begun);
    };
    await Promise.all([take("launch", times), take("launch", times), take("launch", times), take("list", others), take("list", others)]);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(12_000);
    expect((times[2] ?? 0) - (times[1] ?? 0)).toBeGreaterThanOrEqual(12_000);
    expect(Math.max(...others)).toBeLessThan(12_000);
  });

  it("counts an endpoint's calls for the whole too", async () => {
    const clock = fastClock(100);
    const limit = createRateLimit(
      [
        { calls: 1, perMs: 1_000 },
        { endpoint: "launch", calls: 1, perMs: 3_000 },
      ],
      clock,
    );
    const times: number[] = [];
    await Promise.all(
      ["launch", "list", "launch", "list", "list"].map(async (endpoint) => {
        const answered = await limit.take(endpoint, signal);
        answered();
        times.push(clock.now());
      }),
    );
    times.sort((a, b) => a - b);
    for (const [index, time] of times.entries()) if (index > 0) expect(time - (times[index - 1] ?? 0)).toBeGreaterThanOrEqual(990);
  });

  it("lets a burst through, and no more than that in any stretch of time", async () => {
    const clock = fastClock(100);
    const limit = createRateLimit([{ calls: 5, perMs: 10_000 }], clock);
    const times: number[] = [];
    await Promise.all(
      Array.from({ length: 12 }, async () => {
        const answered = await limit.take("any", signal);
        answered();
        times.push(clock.now());
      }),
    );
    for (let at = 5; at < times.length; at++) expect((times[at] ?? 0) - (times[at - 5] ?? 0)).toBeGreaterThanOrEqual(9_990);
  });

  it("counts from the answer on: a call that took long is not followed at once", async () => {
    const clock = fastClock(100);
    const limit = createRateLimit([{ endpoint: "launch", calls: 1, perMs: 2_000 }], clock);
    const answered = await limit.take("launch", signal);
    const next = limit.take("launch", signal).then(() => clock.now());
    await pause(clock, 5_000, signal);
    const at = clock.now();
    answered();
    expect((await next) - at).toBeGreaterThanOrEqual(2_000);
  });

  it("refuses what would wait too long, and says how long", async () => {
    const limit = createRateLimit([{ endpoint: "launch", calls: 1, perMs: 30_000 }], fastClock(1));
    (await limit.take("launch", signal))();
    const waiting = new AbortController();
    const second = limit.take("launch", waiting.signal).catch(() => undefined);
    const error = await limit.take("launch", signal).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CloudError);
    expect(error).toMatchObject({ reason: "RATE_LIMITED", status: undefined });
    expect((error as CloudError).retryAfterMs).toBeGreaterThan(45_000);
    waiting.abort();
    await second;
  });
});
