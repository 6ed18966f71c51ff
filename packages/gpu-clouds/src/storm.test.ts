import { describe, expect, it } from "vitest";
import type { Cloud } from "./cloud";
import { createDigitalOcean } from "./digitalocean/digitalocean";
import { createLambda } from "./lambda/lambda";
import type { RateRule } from "./rate-limit";
import { createTensorDock } from "./tensordock/tensordock";
import { fastClock } from "./testing/clock";
import type { Double } from "./testing/double";
import { serveDigitalOcean } from "./testing/doubles/digitalocean";
import { serveLambda } from "./testing/doubles/lambda";
import { serveTensorDock } from "./testing/doubles/tensordock";
import { serveVast } from "./testing/doubles/vast";
import { serveVultr } from "./testing/doubles/vultr";
import { createVast } from "./vast/vast";
import { createVultr } from "./vultr/vultr";

const signal = AbortSignal.timeout(120_000);
const clock = fastClock(100);

interface Storm {
  name: string;
  serve(): Promise<{ double: Double; cloud: Cloud }>;
  /** What is documented. */
  rate: RateRule;
  /** Requests that it is about. */
  concerns(method: string, path: string): boolean;
  call(cloud: Cloud): Promise<unknown>;
}

const everything = () => true;
const storms: Storm[] = [
  {
    name: "Vast.ai, delete",
    async serve() {
      const double = await serveVast({ clock });
      return { double, cloud: createVast({ key: double.key, baseUrl: double.url, clock }) };
    },
    rate: { calls: 1, perMs: 3_000 },
    concerns: (method) => method === "DELETE",
    call: (cloud) => cloud.terminate("1", signal),
  },
  {
    name: "Lambda",
    async serve() {
      const double = await serveLambda({ clock });
      return { double, cloud: createLambda({ key: double.key, baseUrl: double.url, clock }) };
    },
    rate: { calls: 1, perMs: 1_000 },
    concerns: everything,
    call: (cloud) => cloud.list(signal),
  },
  {
    name: "TensorDock",
    async serve() {
      const double = await serveTensorDock({ clock });
      return { double, cloud: createTensorDock({ token: double.key, baseUrl: double.url, clock }) };
    },
    rate: { calls: 100, perMs: 60_000 },
    concerns: everything,
    call: (cloud) => cloud.list(signal),
  },
  {
    name: "Vultr",
    async serve() {
      const double = await serveVultr({ clock });
      return { double, cloud: createVultr({ key: double.key, baseUrl: double.url, clock }) };
    },
    rate: { calls: 30, perMs: 1_000 },
    concerns: everything,
    call: (cloud) => cloud.list(signal),
  },
  {
    name: "DigitalOcean",
    async serve() {
      const double = await serveDigitalOcean({ clock });
      return { double, cloud: createDigitalOcean({ token: double.key, baseUrl: double.url, clock }) };
    },
    rate: { calls: 250, perMs: 60_000 },
    concerns: everything,
    call: (cloud) => cloud.list(signal),
  },
];

describe("under a storm of 429", () => {
  it.each(storms)(
    "$name is not asked faster than its documented rate, by whatever many callers",
    async ({ serve, rate, concerns, call }) => {
      const { double, cloud } = await serve();
      for (const method of ["GET", "DELETE"]) {
        double.faults.add({ on: `${method} /`, times: 100_000, when: "before", answer: { status: 429, body: "Too many requests" } });
      }
      const outcomes = await Promise.allSettled(Array.from({ length: Math.min(3 * rate.calls + 12, 320) }, () => call(cloud)));
      for (const outcome of outcomes) expect(outcome).toMatchObject({ status: "rejected", reason: { reason: "RATE_LIMITED" } });
      const times = double.requests.filter(({ method, path }) => concerns(method, path)).map(({ at }) => at);
      expect(times.length).toBeGreaterThan(rate.calls);
      for (let at = rate.calls; at < times.length; at++) {
        expect((times[at] ?? 0) - (times[at - rate.calls] ?? 0)).toBeGreaterThanOrEqual(rate.perMs);
      }
      cloud.close?.();
      await double.close();
    },
  );

  it("other clouds answer as fast as before", async () => {
    const [stormy, calm] = [await serveDigitalOcean({ clock }), await serveVultr({ clock })];
    const inStorm = createDigitalOcean({ token: stormy.key, baseUrl: stormy.url, clock });
    const inCalm = createVultr({ key: calm.key, baseUrl: calm.url, clock });
    const timed = async () => {
      const begun = performance.now();
      await inCalm.list(signal);
      return performance.now() - begun;
    };
    const median = async () => {
      const times: number[] = [];
      for (let n = 0; n < 15; n++) times.push(await timed());
      return times.sort((a, b) => a - b)[7] ?? 0;
    };
    await median();
    const before = await median();
    stormy.faults.add({ on: "GET /", times: 100_000, when: "before", answer: { status: 429, body: "Too many requests" } });
    const storm = Promise.allSettled(Array.from({ length: 100 }, () => inStorm.list(signal)));
    const during = await median();
    await storm;
    // Both share one processor here; waiting for each other's rate would take thousands of times as long.
    expect(during).toBeLessThan(20 * before + 50);
    for (const close of [inStorm, inCalm]) close.close?.();
    await Promise.all([stormy.close(), calm.close()]);
  });

  it("a cloud that can't answer at all is left alone after eight failures, and then one call tries", async () => {
    const double = await serveVultr({ clock });
    const cloud = createVultr({ key: double.key, baseUrl: double.url, clock });
    double.faults.add({ on: "GET /", times: 100_000, when: "before", answer: { status: 503, body: "" } });
    for (let n = 0; n < 6; n++) await cloud.list(signal).catch(() => undefined);
    const sent = double.requests.length;
    expect(sent).toBe(8);
    const error = await cloud.list(signal).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ reason: "UNAVAILABLE", code: "breaker", retryAfterMs: 10_000 });
    expect(double.requests).toHaveLength(sent);
    cloud.close?.();
    await double.close();
  });
});
