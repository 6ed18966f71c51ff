import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Cloud } from "../cloud";
import { fastClock } from "../testing/clock";
import { serveVast, type VastDouble } from "../testing/doubles/vast";
import { launchOf, refusal } from "../testing/expectations";
import { createVast } from "./vast";

const clock = fastClock(500);
const signal = AbortSignal.timeout(120_000);
let double: VastDouble;
let cloud: Cloud;
beforeEach(async () => {
  double = await serveVast({ clock });
  cloud = createVast({ key: double.key, baseUrl: double.url, clock });
});
afterEach(async () => {
  cloud.close?.();
  await double.close();
});
const offer = async (id: string) => (await cloud.offers(signal)).find((each) => each.id === id);
const unit = (id: string) => {
  const found = double.fleet.get(id);
  if (!found) throw new Error(`no ${id}`);
  return found;
};

describe("Vast.ai", () => {
  it("normalises offers: names with spaces, memory in MB, the reliability under either name, on demand and as bids", async () => {
    expect(await offer("7001")).toMatchObject({
      gpu: { name: "RTX-4090", count: 1, memoryGib: 24 },
      pricePerHour: 0.35,
      spot: false,
      reliability: 0.99,
      cudaVersion: "12.8",
      region: "Texas, US",
    });
    expect(await offer("7001.bid")).toMatchObject({ spot: true, pricePerHour: 0.175 });
  });

  it("sends a price only with a bid: any price makes an instance interruptible", async () => {
    const fixed = await cloud.launch(launchOf(await offer("7001"), { maxPricePerHour: 5 }), signal);
    expect(await cloud.get(fixed, signal)).toMatchObject({ spot: false });
    const bid = await cloud.launch(launchOf(await offer("7002.bid")), signal);
    expect(await cloud.get(bid, signal)).toMatchObject({ spot: true });
  });

  it.each([400, 404, 410])(
    "a stale offer, answered with %i and its code in the message, is NOT_FOUND and nothing was made",
    async (status) => {
      const body = { success: false, error: "invalid", msg: "error 404/3603: no_such_ask Instance type by id 7001 is not available." };
      double.faults.add({ on: "PUT /api/v0/asks/", when: "before", answer: { status, body } });
      const error = await refusal(cloud.launch(launchOf(await offer("7001")), signal));
      expect(error).toMatchObject({ reason: "NOT_FOUND", mayHaveHappened: false });
      expect(error.message).toContain("no_such_ask");
    },
  );

  it('"not a success" together with a contract names the instance that was made all the same', async () => {
    double.lies.next = true;
    const error = await refusal(cloud.launch(launchOf(await offer("7001")), signal));
    expect(error.instanceId).toBe(double.fleet.all()[0]?.id);
  });

  it.each([
    [400, { success: false, error: "invalid_args", msg: "disk is too small" }, "INVALID_SPEC"],
    [400, { success: false, error: "invalid_price", msg: "below the minimum" }, "INVALID_SPEC"],
    [401, { success: false, error: "auth_error", msg: "Invalid user key" }, "UNAUTHENTICATED"],
    [400, { success: false, error: "insufficient_credit", msg: "Your account lacks credit" }, "BILLING"],
    [200, { success: false, error: "invalid_args", msg: "said in a success" }, "INVALID_SPEC"],
  ])("a refusal with %i %o is %s", async (status, body, reason) => {
    double.faults.add({ on: "PUT /api/v0/asks/", when: "before", answer: { status, body } });
    const error = await refusal(cloud.launch(launchOf(await offer("7001")), signal));
    expect(error).toMatchObject({ reason, mayHaveHappened: false });
    expect(error.message).toContain(body.msg);
  });

  it("a 429 in plain text without Retry-After waits for the threshold that it names, then goes on", async () => {
    const body = "API requests too frequent: endpoint threshold=4.5";
    double.faults.add({ on: "PUT /api/v0/asks/", when: "before", answer: { status: 429, body } });
    await cloud.launch(launchOf(await offer("7001")), signal);
    const [first, second] = double.requests.filter(({ path }) => path.startsWith("/api/v0/asks/"));
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(4_400);
  });

  it("a deleted instance is answered with 200 and null, which is undefined", async () => {
    expect(await cloud.get("12345", signal)).toBeUndefined();
    await cloud.terminate("12345", signal);
  });

  it("reads every page of 25", async () => {
    for (let n = 0; n < 60; n++) {
      const { data } = double.fleet.all()[0] ?? { data: undefined };
      if (data) double.fleet.add({ ...data });
      else await cloud.launch(launchOf(await offer("7001")), signal);
    }
    expect(await cloud.list(signal)).toHaveLength(60);
  });

  it("a page that fails fails the list", async () => {
    double.faults.add({ on: "GET /api/v1/instances/", times: 9, when: "before", answer: { status: 500, body: {} } });
    expect(await refusal(cloud.list(signal))).toMatchObject({ reason: "UNAVAILABLE" });
  });

  it.each([
    [{ actual_status: null }, "pending"],
    [{ actual_status: "created" }, "pending"],
    [{ actual_status: "loading" }, "pending"],
    [{ actual_status: "rebooting" }, "pending"],
    [{ actual_status: "running" }, "running"],
    [{ actual_status: "running", intended_status: "stopped" }, "stopping"],
    [{ actual_status: "stopped", intended_status: "stopped" }, "stopped"],
    [{ actual_status: "frozen", intended_status: "stopped" }, "stopped"],
    [{ actual_status: "exited", intended_status: "stopped" }, "stopped"],
    [{ actual_status: "exited" }, "failed"],
    [{ actual_status: "unknown" }, "failed"],
    [{ actual_status: "offline" }, "failed"],
  ])("%o is %s", async (shown, status) => {
    const id = await cloud.launch(launchOf(await offer("7001")), signal);
    unit(id).data.shown = shown;
    expect(await cloud.get(id, signal)).toMatchObject({ status });
  });

  it("all four states stopped of a bid is outbid", async () => {
    const id = await cloud.launch(launchOf(await offer("7001.bid")), signal);
    unit(id).data.shown = { actual_status: "stopped", intended_status: "stopped", cur_state: "stopped", next_state: "stopped" };
    const shown = await cloud.get(id, signal);
    expect(shown).toMatchObject({ status: "stopped" });
    expect(shown?.problem).toMatchObject({ reason: "NO_CAPACITY" });
  });

  it("gives keys after the launch, and once more without harm; SSH is at the port that 22 is mapped to, else at the proxy", async () => {
    const launch = launchOf(await offer("7001"), { sshKeys: ["ssh-ed25519 AAAA a@b"] });
    const id = await cloud.launch(launch, signal);
    await cloud.finish?.(id, launch, signal);
    await cloud.finish?.(id, launch, signal);
    expect(unit(id).data.keys).toEqual(["ssh-ed25519 AAAA a@b"]);
    unit(id).data.shown = { ports: {} };
    expect((await cloud.get(id, signal))?.ssh).toEqual({ host: "ssh5.vast.ai", port: 12_345 });
    unit(id).data.shown = {};
    await expect.poll(async () => (await cloud.get(id, signal))?.ssh, { timeout: 5_000 }).toMatchObject({ port: 41_022 });
  });

  it("takes a template instead of an image", async () => {
    const id = await cloud.launch(launchOf(await offer("7001"), { image: "template:4e17788f74f075dd9aab7d0d4427968f" }), signal);
    expect(unit(id).data.image).toBe("");
  });

  it("tells what credit is left", async () => expect(await cloud.account(signal)).toEqual({ id: "4711", balance: 25.5 }));
});
