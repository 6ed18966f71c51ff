import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Cloud } from "../cloud";
import { fastClock } from "../testing/clock";
import { type GceDouble, serveGce } from "../testing/doubles/gce";
import { launchOf, refusal } from "../testing/expectations";
import { createGce } from "./gce";

const clock = fastClock(500);
const signal = AbortSignal.timeout(120_000);
let double: GceDouble;
let cloud: Cloud;
beforeEach(async () => {
  double = await serveGce({ clock });
  const accessToken = () => Promise.resolve(double.key);
  cloud = createGce({ project: double.project, accessToken, baseUrl: double.url, clock });
});
afterEach(async () => {
  cloud.close?.();
  await double.close();
});
const offer = async (id: string) => (await cloud.offers(signal)).find((each) => each.id === id);
const orderOf = (index = 0) => double.fleet.all()[index]?.data.order;
const root = "/compute/v1/projects/remuda-test";

describe("Compute Engine", () => {
  it("offers built-in GPUs by type and attached ones by number, in each zone, on demand and as spot", async () => {
    expect(await offer("us-central1-a.a3-highgpu-8g")).toMatchObject({ gpu: { name: "H100", count: 8, memoryGib: 80 }, spot: false });
    expect(await offer("us-central1-a.a2-highgpu-1g.spot")).toMatchObject({ gpu: { name: "A100", count: 1, memoryGib: 40 }, spot: true });
    expect(await offer("europe-west4-b.n1-standard-8+2xnvidia-tesla-t4")).toMatchObject({
      gpu: { name: "T4", count: 2 },
      region: "europe-west4",
    });
  });

  it("a type with GPUs takes no guestAccelerators; n1 gets them; nothing may be migrated live", async () => {
    await cloud.launch(launchOf(await offer("us-central1-a.g2-standard-8")), signal);
    expect(orderOf()).toMatchObject({ scheduling: { onHostMaintenance: "TERMINATE" } });
    expect(orderOf()).not.toHaveProperty("guestAccelerators");
    const other = launchOf(await offer("us-central1-b.n1-standard-8+1xnvidia-tesla-t4.spot"));
    const id = await cloud.launch({ ...other, mark: { ...other.mark, name: "other" } }, signal);
    expect(orderOf(1)).toMatchObject({ guestAccelerators: [{ acceleratorCount: 1 }], scheduling: { provisioningModel: "SPOT" } });
    expect(await cloud.get(id, signal)).toMatchObject({ spot: true, gpu: { name: "T4", count: 1 } });
  });

  it.each([
    ["ZONE_RESOURCE_POOL_EXHAUSTED", "NO_CAPACITY"],
    ["ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS", "NO_CAPACITY"],
    ["QUOTA_EXCEEDED", "QUOTA_EXCEEDED"],
    ["RESOURCE_NOT_READY", "CONFLICT"],
  ])("%s arrives with the operation, after the order was accepted, and is %s", async (code, reason) => {
    const launch = launchOf(await offer("us-central1-a.g2-standard-8"));
    double.failing.set("us-central1-a", code);
    const error = await refusal(cloud.launch(launch, signal));
    expect(error).toMatchObject({ reason, code });
    expect(error.message).toContain(`said ${code}`);
    expect(double.fleet.all()).toEqual([]);
  });

  it.each([
    [401, "authError", "UNAUTHENTICATED"],
    [403, "forbidden", "FORBIDDEN"],
    [403, "quotaExceeded", "QUOTA_EXCEEDED"],
    [400, "invalid", "INVALID_SPEC"],
    [404, "notFound", "NOT_FOUND"],
  ])("%i %s is %s", async (status, code, reason) => {
    const launch = launchOf(await offer("us-central1-a.g2-standard-8"));
    const body = { error: { code: status, message: "the words of Google", errors: [{ reason: code }] } };
    double.faults.add({ on: `POST ${root}/zones/`, when: "before", answer: { status, body } });
    const error = await refusal(cloud.launch(launch, signal));
    expect(error).toMatchObject({ reason, code });
    expect(error.message).toContain("the words of Google");
  });

  it("a rate limit in a 403 is waited for", async () => {
    const body = { error: { code: 403, message: "slow down", errors: [{ reason: "rateLimitExceeded" }] } };
    double.faults.add({ on: `GET ${root}/aggregated/instances`, when: "before", answer: { status: 403, body } });
    expect(await cloud.list(signal)).toEqual([]);
  });

  it("the same order again, whose answer was lost, answers the operation that was begun: requestId", async () => {
    const launch = launchOf(await offer("us-central1-a.g2-standard-8"));
    double.faults.add({ on: `POST ${root}/zones/`, when: "after", answer: "cut" });
    await cloud.launch(launch, signal);
    expect(double.fleet.all()).toHaveLength(1);
  });

  it("names are at most 63 letters, the same for the same machine, and others for another installation", async () => {
    const at = launchOf(await offer("us-central1-a.g2-standard-8"));
    const long = { ...at, mark: { ...at.mark, name: `9-${"x".repeat(61)}` } };
    const id = await cloud.launch(long, signal);
    expect(id.split("/")[1]).toMatch(/^[a-z][a-z0-9-]{0,62}$/);
    const theirs = await cloud.launch({ ...long, mark: { ...long.mark, owner: "others" } }, signal);
    expect(theirs).not.toBe(id);
    expect(await cloud.get(id, signal)).toMatchObject({ mark: long.mark });
  });

  it("a start script, user data and keys go their own ways", async () => {
    const at = launchOf(await offer("us-central1-a.g2-standard-8"), { sshKeys: ["ssh-ed25519 AAAA a@b"] });
    await cloud.launch({ ...at, userData: "#!/bin/sh\n" }, signal);
    await cloud.launch({ ...at, userData: "#cloud-config\n", mark: { ...at.mark, owner: "others" } }, signal);
    const keys = { key: "ssh-keys", value: "ubuntu:ssh-ed25519 AAAA a@b" };
    expect(orderOf(0)).toMatchObject({ metadata: { items: [{ key: "startup-script", value: "#!/bin/sh\n" }, keys] } });
    expect(orderOf(1)).toMatchObject({ metadata: { items: [{ key: "user-data", value: "#cloud-config\n" }, keys] } });
  });

  it("a zone that a list can't reach fails it", async () => {
    await cloud.launch(launchOf(await offer("us-central1-a.g2-standard-8")), signal);
    double.unreachable.add("us-central1-a");
    expect(await refusal(cloud.list(signal))).toMatchObject({ reason: "UNAVAILABLE" });
  });

  it("a token that can't be had is UNAUTHENTICATED, without what the library holds", async () => {
    const accessToken = () => Promise.reject(Object.assign(new Error("invalid_grant"), { config: { data: "private" } }));
    const broken = createGce({ project: double.project, accessToken, baseUrl: double.url, clock });
    const error = await refusal(broken.list(signal));
    expect(error).toMatchObject({ reason: "UNAUTHENTICATED" });
    expect(error.cause).toBeUndefined();
  });
});
