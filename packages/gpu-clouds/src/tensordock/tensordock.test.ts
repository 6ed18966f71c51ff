import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Cloud } from "../cloud";
import { fastClock } from "../testing/clock";
import { serveTensorDock, type TensorDockDouble } from "../testing/doubles/tensordock";
import { launchOf, refusal } from "../testing/expectations";
import { createTensorDock } from "./tensordock";

const clock = fastClock(500);
const signal = AbortSignal.timeout(120_000);
const sshKey = "ssh-ed25519 AAAAkey a@b";
let double: TensorDockDouble;
let cloud: Cloud;
beforeEach(async () => {
  double = await serveTensorDock({ clock });
  cloud = createTensorDock({ token: double.key, apiKey: "query-key-1", apiToken: "query-token-1", sshKey, baseUrl: double.url, clock });
});
afterEach(async () => {
  cloud.close?.();
  await double.close();
});
const offers = () => cloud.offers(signal);

describe("TensorDock", () => {
  it("an offer's price holds what the GPU's price leaves out: processors, memory and disk", async () => {
    const [offer] = await offers();
    expect(offer).toMatchObject({ gpu: { name: "RTX-4090", count: 1, memoryGib: 24 }, cpus: 8, memoryGib: 32, availability: "unknown" });
    expect(offer?.pricePerHour).toBeCloseTo(0.35 + 8 * 0.003 + 32 * 0.002 + 100 * 0.00005, 4);
  });

  it("offers 1, 2, 4 … GPUs up to what a host has", async () => {
    const h100 = (await offers()).filter(({ gpu }) => gpu?.name === "H100");
    expect(h100.map(({ gpu }) => gpu?.count)).toEqual([1, 2, 4, 8]);
  });

  it.each([
    ["No available nodes found", "NO_CAPACITY"],
    ["Insufficient capacity at this location", "NO_CAPACITY"],
    ["No available public IP", "NO_CAPACITY"],
    ["Sold out", "NO_CAPACITY"],
    ["Hostnode unavailable", "NO_CAPACITY"],
    ["Quota exceeded", "QUOTA_EXCEEDED"],
    ["You have reached the maximum number of instances", "QUOTA_EXCEEDED"],
    ["Insufficient funds", "BILLING"],
    ["Something is wrong with the request", "INVALID_SPEC"],
  ])('an error in HTTP 200, "%s", is %s', async (error, reason) => {
    double.faults.add({ on: "POST /instances", when: "before", answer: { status: 200, body: { status: 400, error } } });
    const [offer] = await offers();
    const told = await refusal(cloud.launch(launchOf(offer), signal));
    expect(told).toMatchObject({ reason, status: 400, mayHaveHappened: false });
    expect(told.message).toContain(error);
  });

  it("a status above 500 in HTTP 200 may have happened", async () => {
    double.faults.add({ on: "POST /instances", when: "before", answer: { status: 200, body: { status: 500, error: "internal" } } });
    const [offer] = await offers();
    expect(await refusal(cloud.launch(launchOf(offer), signal))).toMatchObject({ reason: "UNAVAILABLE", mayHaveHappened: true });
  });

  it("validation errors come as an array, and each field is told", async () => {
    const [offer] = await offers();
    const error = await refusal(cloud.launch(launchOf(offer, { image: "windows95" }), signal));
    expect(error).toMatchObject({ reason: "INVALID_SPEC" });
    expect(error.message).toContain("data.attributes.image: Invalid image");
  });

  it("orders at least 100 GB of disk, forwards port 22, and puts the keys in by command for root and user", async () => {
    const [offer] = await offers();
    const id = await cloud.launch(launchOf(offer, { diskGib: 20, userData: "#!/bin/sh\ntrue\n" }), signal);
    const { data } = double.fleet.get(id) ?? {};
    expect(data?.resources).toMatchObject({ storage_gb: 100 });
    expect(data?.forwards).toMatchObject([{ internal_port: 22 }]);
    const commands = data?.runcmd as string[];
    expect(commands).toHaveLength(3);
    expect(commands[0]).toContain("| sh");
    expect(commands[1]).toContain("su - user");
    const script = Buffer.from(/echo (\S+)/.exec(commands[0] ?? "")?.[1] ?? "", "base64").toString();
    expect(script).toContain(sshKey);
  });

  it("wants a key: without one anywhere it says which field", async () => {
    const bare = createTensorDock({ token: double.key, baseUrl: double.url, clock });
    const [offer] = await bare.offers(signal);
    expect(await refusal(bare.launch(launchOf(offer), signal))).toMatchObject({ field: "spec.cloud_init.ssh_authorized_keys" });
  });

  it("reads answers with and without their wrapping, and states in mixed case", async () => {
    const [offer] = await offers();
    double.unwrapped.on = true;
    const launch = launchOf(offer);
    const id = await cloud.launch(launch, signal);
    expect(await cloud.get(id, signal)).toMatchObject({ id, mark: launch.mark, status: "pending" });
    expect(await cloud.list(signal)).toHaveLength(1);
    double.unwrapped.on = false;
    expect(await cloud.list(signal)).toHaveLength(1);
    await expect.poll(async () => (await cloud.get(id, signal))?.status, { timeout: 5_000 }).toBe("running");
    await cloud.stop(id, signal);
    await expect.poll(async () => (await cloud.get(id, signal))?.status, { timeout: 5_000 }).toBe("stopped");
  });

  it("says running before there is an address", async () => {
    const [offer] = await offers();
    const id = await cloud.launch(launchOf(offer), signal);
    await expect
      .poll(
        async () => {
          const shown = await cloud.get(id, signal);
          return shown?.status === "running" ? shown.addresses.length : undefined;
        },
        { timeout: 5_000, interval: 1 },
      )
      .toBe(0);
    await expect.poll(async () => (await cloud.get(id, signal))?.addresses.length, { timeout: 5_000 }).toBe(1);
  });

  it("asks for locations with the key in the query where it has one, and no error repeats it", async () => {
    double.faults.add({ on: "GET /locations", times: 9, when: "before", answer: { status: 500, body: "query-token-1 is broken" } });
    const error = await refusal(offers());
    expect(error.message).toContain("[redacted] is broken");
    expect(`${error.stack}`).not.toContain("query-token-1");
  });

  it("deleting what is gone is done", () => cloud.terminate("no-such-id", signal));
});
