import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Cloud } from "../cloud";
import { fastClock } from "../testing/clock";
import { type DigitalOceanDouble, serveDigitalOcean } from "../testing/doubles/digitalocean";
import { launchOf, refusal } from "../testing/expectations";
import { createDigitalOcean } from "./digitalocean";

const clock = fastClock(500);
const signal = AbortSignal.timeout(120_000);
let double: DigitalOceanDouble;
let cloud: Cloud;
beforeEach(async () => {
  double = await serveDigitalOcean({ clock });
  cloud = createDigitalOcean({ token: double.key, baseUrl: double.url, clock });
});
afterEach(async () => {
  cloud.close?.();
  await double.close();
});
const offer = async (id: string) => (await cloud.offers(signal)).find((each) => each.id === id);
const smallest = "tor1.gpu-4000adax1-20gb";

describe("DigitalOcean", () => {
  it("offers sizes with GPUs alone; memory that is told for all GPUs together is divided", async () => {
    const offers = await cloud.offers(signal);
    expect(offers.find(({ id }) => id === "nyc2.gpu-h100x8-640gb")).toMatchObject({ gpu: { name: "H100", count: 8, memoryGib: 80 } });
    expect(offers.find(({ id }) => id === smallest)).toMatchObject({ gpu: { name: "RTX-4000-ADA", count: 1, memoryGib: 20 } });
    expect(offers.every(({ gpu }) => gpu !== undefined)).toBe(true);
  });

  it("a create is only accepted: what the action says in the end decides", async () => {
    double.errored.next = 1;
    const id = await cloud.launch(launchOf(await offer(smallest)), signal);
    const shown = await cloud.get(id, signal);
    expect(shown).toMatchObject({ status: "failed" });
    expect(shown?.problem).toMatchObject({ reason: "NO_CAPACITY" });
    const fine = await cloud.launch(launchOf(await offer(smallest)), signal);
    expect(await cloud.get(fine, signal)).toMatchObject({ status: "pending" });
  });

  it.each([
    [422, "unprocessable_entity", "This size is unavailable in this region.", "NO_CAPACITY"],
    [422, "unprocessable_entity", "The specified region is not available", "NO_CAPACITY"],
    [422, "unprocessable_entity", "Your account has reached its droplet limit", "QUOTA_EXCEEDED"],
    [422, "unprocessable_entity", "You specified an invalid image for Droplet creation.", "INVALID_SPEC"],
    [401, "unauthorized", "Unable to authenticate you", "UNAUTHENTICATED"],
    [403, "forbidden", "You do not have access", "FORBIDDEN"],
    [404, "not_found", "could not be found", "NOT_FOUND"],
  ])('%i %s "%s" is %s', async (status, id, message, reason) => {
    const launch = launchOf(await offer(smallest));
    double.faults.add({ on: "POST /droplets", when: "before", answer: { status, body: { id, message, request_id: "r" } } });
    const error = await refusal(cloud.launch(launch, signal));
    expect(error).toMatchObject({ reason, code: id, status });
    expect(error.message).toContain(message);
  });

  it("a burst that is refused waits as long as retry-after says", async () => {
    const answer = { status: 429, headers: { "retry-after": "3" }, body: { id: "too_many_requests", message: "API Rate limit exceeded." } };
    double.faults.add({ on: "GET /sizes", when: "before", answer });
    await cloud.offers(signal);
    const [first, second] = double.requests.filter(({ path }) => path === "/sizes");
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(2_900);
  });

  it("an hour's rate that is used up is told with the moment when it begins again, not waited for", async () => {
    const reset = String(Math.ceil(clock.date() / 1000) + 1_800);
    const headers = { "ratelimit-remaining": "0", "ratelimit-reset": reset };
    double.faults.add({
      on: "GET /sizes",
      when: "before",
      answer: { status: 429, headers, body: { id: "too_many_requests", message: "no" } },
    });
    const error = await refusal(cloud.offers(signal));
    expect(error).toMatchObject({ reason: "RATE_LIMITED" });
    expect(error.retryAfterMs).toBeGreaterThan(1_700_000);
  });

  it("reads every page", async () => {
    const launch = launchOf(await offer(smallest));
    for (let n = 0; n < 5; n++) await cloud.launch(launch, signal);
    double.pageSize.most = 2;
    expect(await cloud.list(signal)).toHaveLength(5);
    double.faults.add({ on: "GET /droplets", skip: 1, times: 9, when: "before", answer: "cut" });
    expect(await refusal(cloud.list(signal))).toMatchObject({ reason: "UNAVAILABLE" });
  });
});
