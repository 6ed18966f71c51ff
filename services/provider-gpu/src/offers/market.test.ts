import { type Clock, type Cloud, CloudError, type CloudOffer } from "@remuda/gpu-clouds";
import { describe, expect, it } from "vitest";
import { createMarket } from "./market";

const signal = AbortSignal.timeout(60_000);

function handClock() {
  let time = 0;
  const clock: Clock = { now: () => time, date: () => time, setTimer: () => () => undefined, random: () => 0 };
  return {
    clock,
    pass(ms: number) {
      time += ms;
    },
  };
}

const offer = (id: string, changes: Partial<CloudOffer> = {}): CloudOffer => ({
  id,
  cloud: "lambda",
  region: "us-east-1",
  zone: "",
  instanceType: id,
  gpu: { name: "H100", count: 1, memoryGib: 80 },
  cpus: 26,
  memoryGib: 200,
  diskGib: 1024,
  pricePerHour: 2.49,
  spot: false,
  availability: "available",
  raw: undefined,
  ...changes,
});

/** A cloud that counts how often it is asked, and answers when it is told to. */
function countingCloud(offers: () => CloudOffer[]) {
  let asked = 0;
  let held: (() => void)[] | undefined;
  const cloud = {
    name: "lambda",
    async offers() {
      asked += 1;
      if (held) await new Promise<void>((resolve) => held?.push(resolve));
      return offers();
    },
  } as unknown as Cloud; // The market asks a cloud for nothing else.
  return {
    cloud,
    asked: () => asked,
    hold() {
      held = [];
    },
    release() {
      for (const go of held ?? []) go();
      held = undefined;
    },
  };
}
const ids = async (market: ReturnType<typeof createMarket>) => [...(await market.offers({}, signal))].map((seen) => seen.offer.id);

describe("a market", () => {
  it("asks the cloud once in a period, however many ask it at once", async () => {
    const { clock, pass } = handClock();
    const { cloud, asked } = countingCloud(() => [offer("a")]);
    const market = createMarket(cloud, clock);
    await Promise.all(Array.from({ length: 200 }, () => market.offers({}, signal)));
    pass(59_000);
    await Promise.all(Array.from({ length: 200 }, () => market.offers({}, signal)));
    expect(asked()).toBe(1);
  });

  it("shows what is stale at once while it asks again, and the new ones to who comes next", async () => {
    const { clock, pass } = handClock();
    let now = [offer("old")];
    const { cloud, asked, hold, release } = countingCloud(() => now);
    const market = createMarket(cloud, clock);
    await market.offers({}, signal);
    pass(61_000);
    now = [offer("new")];
    hold();
    const shown = await Promise.all(Array.from({ length: 50 }, () => ids(market)));
    expect(new Set(shown.flat())).toEqual(new Set(["old"]));
    expect(asked()).toBe(2);
    release();
    await expect.poll(() => ids(market)).toEqual(["new"]);
    expect(asked()).toBe(2);
  });

  it("goes on showing what it knows while the cloud fails, and fails once that is 15 minutes old", async () => {
    const { clock, pass } = handClock();
    let broken = false;
    const { cloud } = countingCloud(() => {
      if (broken) throw new CloudError("UNAVAILABLE", "down");
      return [offer("a")];
    });
    const market = createMarket(cloud, clock);
    await market.offers({}, signal);
    broken = true;
    pass(10 * 60_000);
    const [seen] = await market.offers({}, signal);
    expect(seen).toMatchObject({ ageMs: 600_000 });
    expect(seen?.confidence).toBeCloseTo(0.5);
    pass(6 * 60_000);
    await expect(market.offers({}, signal)).rejects.toMatchObject({ reason: "UNAVAILABLE" });
  });

  it("a failed launch halves the confidence, and is forgotten as time passes", async () => {
    const { clock, pass } = handClock();
    const { cloud } = countingCloud(() => [offer("a"), offer("b", { availability: "scarce", reliability: 0.9 })]);
    const market = createMarket(cloud, clock);
    const confidence = async () => Object.fromEntries((await market.recheck(signal)).map((seen) => [seen.offer.id, seen.confidence]));
    expect(await confidence()).toEqual({ a: 1, b: 0.54 });
    market.failed("a");
    market.failed("a");
    expect(await confidence()).toMatchObject({ a: 0.25, b: 0.54 });
    pass(60 * 60_000);
    const { a = 0 } = await confidence();
    expect(a).toBeGreaterThan(0.9);
  });

  it("a launch sees offers that are at most five seconds old", async () => {
    const { clock, pass } = handClock();
    const { cloud, asked } = countingCloud(() => [offer("a")]);
    const market = createMarket(cloud, clock);
    await market.offers({}, signal);
    pass(4_000);
    await market.recheck(signal);
    expect(asked()).toBe(1);
    pass(2_000);
    await market.recheck(signal);
    expect(asked()).toBe(2);
  });

  it("an offer that is gone is shown no more", async () => {
    const { clock } = handClock();
    const { cloud } = countingCloud(() => [offer("a"), offer("b")]);
    const market = createMarket(cloud, clock);
    await market.offers({}, signal);
    market.gone("a");
    expect(await ids(market)).toEqual(["b"]);
  });
});
