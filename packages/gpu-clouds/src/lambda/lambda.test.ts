import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Cloud } from "../cloud";
import { fastClock } from "../testing/clock";
import { type LambdaDouble, serveLambda } from "../testing/doubles/lambda";
import { launchOf, refusal } from "../testing/expectations";
import { createLambda } from "./lambda";

const clock = fastClock(500);
const signal = AbortSignal.timeout(120_000);
let double: LambdaDouble;
let cloud: Cloud;
beforeEach(async () => {
  double = await serveLambda({ clock });
  cloud = createLambda({ key: double.key, baseUrl: double.url, clock });
});
afterEach(async () => {
  cloud.close?.();
  await double.close();
});
const offer = async (id: string) => (await cloud.offers(signal)).find((each) => each.id === id);

describe("Lambda", () => {
  it("offers types by region with capacity, with the price that is inside the type, and shows what no region has", async () => {
    expect(await offer("us-east-1.gpu_8x_h100_sxm5")).toMatchObject({
      gpu: { name: "H100", count: 8, memoryGib: 80 },
      pricePerHour: 23.92,
      availability: "available",
    });
    expect(await offer("none.gpu_1x_gh200")).toMatchObject({ availability: "unavailable", gpu: { name: "GH200" } });
  });

  it.each([
    [400, "instance-operations/launch/insufficient-capacity", "NO_CAPACITY"],
    [400, "global/quota-exceeded", "QUOTA_EXCEEDED"],
    [400, "global/invalid-parameters", "INVALID_SPEC"],
    [401, "global/invalid-api-key", "UNAUTHENTICATED"],
    [403, "global/account-inactive", "BILLING"],
    [404, "global/object-does-not-exist", "NOT_FOUND"],
  ])("%i %s is %s by its code, with the message kept", async (status, code, reason) => {
    const body = { error: { code, message: "the words of Lambda", suggestion: "" }, field_errors: {} };
    double.faults.add({ on: "POST /instance-operations/launch", when: "before", answer: { status, body } });
    const error = await refusal(cloud.launch(launchOf(await offer("us-east-1.gpu_1x_a10")), signal));
    expect(error).toMatchObject({ reason, code, status, mayHaveHappened: false });
    expect(error.message).toBe("lambda: the words of Lambda");
  });

  it("launches with exactly one key: the user's, which is registered once, else the account's first", async () => {
    const one = launchOf(await offer("us-east-1.gpu_1x_a10"), { sshKeys: ["ssh-ed25519 AAAAmine me@here"] });
    await cloud.launch(one, signal);
    await cloud.launch({ ...one, mark: { ...one.mark, uid: one.mark.uid.replace("5", "6") } }, signal);
    await cloud.launch({ ...one, sshKeys: [] }, signal);
    expect(double.requests.filter(({ method, path }) => method === "POST" && path === "/ssh-keys")).toHaveLength(1);
    expect(double.fleet.all()).toHaveLength(3);
  });

  it("launches 12 s apart, and asks at most once a second", async () => {
    const one = launchOf(await offer("us-east-1.gpu_1x_a10"));
    await Promise.all([cloud.launch(one, signal), cloud.launch(one, signal), cloud.list(signal), cloud.list(signal)]);
    const launches = double.requests.filter(({ path }) => path.endsWith("/launch"));
    expect((launches[1]?.at ?? 0) - (launches[0]?.at ?? 0)).toBeGreaterThan(10_000); // The way here takes a while at this speed.
  });

  it("can't stop: UNSUPPORTED, without a call", async () => {
    const before = double.requests.length;
    expect(await refusal(cloud.stop("any", signal))).toMatchObject({ reason: "UNSUPPORTED" });
    expect(double.requests).toHaveLength(before);
  });

  it("a terminate that leaves the instance out is not done", async () => {
    const id = await cloud.launch(launchOf(await offer("us-east-1.gpu_1x_a10")), signal);
    const answer = { status: 200, body: { data: { terminated_instances: [] } } };
    double.faults.add({ on: "POST /instance-operations/terminate", when: "before", answer });
    expect(await refusal(cloud.terminate(id, signal))).toMatchObject({ reason: "CONFLICT" });
    await cloud.terminate(id, signal);
  });

  it.each([
    ["unhealthy", "failed"],
    ["booting", "pending"],
    ["terminating", "terminating"],
  ])("%s is %s; preempted and terminated are gone", async (shown, status) => {
    const id = await cloud.launch(launchOf(await offer("us-east-1.gpu_1x_a10")), signal);
    double.shown.set(id, shown);
    expect(await cloud.get(id, signal)).toMatchObject({ status });
    for (const gone of ["preempted", "terminated"]) {
      double.shown.set(id, gone);
      expect(await cloud.get(id, signal)).toBeUndefined();
    }
  });

  it("an image is named by its id or its family", async () => {
    await cloud.launch(launchOf(await offer("us-east-1.gpu_1x_a10"), { image: "lambda-stack-22-04" }), signal);
    const none = cloud.launch(launchOf(await offer("us-east-1.gpu_1x_a10"), { image: "no-such-family" }), signal);
    expect(await refusal(none)).toMatchObject({ reason: "NOT_FOUND" });
  });

  it("a list whose answer is cut in half is read again, and an error when it stays so", async () => {
    double.faults.add({ on: "GET /instances", when: "after", answer: "half" });
    expect(await cloud.list(signal)).toEqual([]);
    double.faults.add({ on: "GET /instances", times: 9, when: "after", answer: "half" });
    expect(await refusal(cloud.list(signal))).toMatchObject({ reason: "UNAVAILABLE" });
  });

  it("an answer that is not known is INTERNAL and says where", async () => {
    double.faults.add({ on: "GET /instances", when: "before", answer: { status: 200, body: { data: [{ id: 5 }] } } });
    const error = await refusal(cloud.list(signal));
    expect(error).toMatchObject({ reason: "INTERNAL" });
    expect(error.message).toContain("data.0.id");
  });
});
