import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../clock";
import type { CloudOffer, Launch } from "../cloud";
import { CloudError } from "../error";
import { startMoto } from "../testing/moto";
import { ec2Refusal, type MotoProxy, serveMotoProxy } from "../testing/moto-proxy";
import { createAws, type HandlerName, handlerNames } from "./aws";

const moto = await startMoto();
if (!moto) {
  if (process.env.REMUDA_REQUIRE_PEERS?.split(",").includes("moto_server"))
    throw new Error("moto_server is required here and isn't on the PATH");
  console.warn("moto_server isn't on the PATH: the tests of AWS are skipped");
}
const signal = AbortSignal.timeout(600_000);
const credentials = { accessKeyId: "AKIATEST", secretAccessKey: "secret-test" };
const image = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";
const iamFleetRole = "arn:aws:iam::123456789012:role/fleet";

let proxy: MotoProxy;
let offers: CloudOffer[];
const open = (...handlers: HandlerName[]) =>
  createAws({ region: "us-east-1", credentials, handlers, image, iamFleetRole, baseUrl: proxy.url });

function launchOf(changes: Partial<Launch> & { spot?: boolean } = {}): Launch {
  const offer = offers.find(({ instanceType, spot }) => instanceType === "g5.xlarge" && spot === (changes.spot ?? false));
  if (!offer) throw new Error("moto knows no g5.xlarge");
  const mark = { owner: "tests", uid: randomUUID(), name: "machine-1" };
  return { mark, offer, image: "", userData: "", sshKeys: [], diskGib: 0, maxPricePerHour: 0, options: {}, ...changes };
}
const reasonOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CloudError)) throw new Error(`expected a CloudError, got ${error}`);
  return error;
};

describe.runIf(moto)("AWS against moto", { timeout: 120_000 }, () => {
  beforeAll(async () => {
    proxy = await serveMotoProxy(moto?.url ?? "", systemClock);
    offers = await open("run").offers(signal);
  }, 120_000);
  beforeEach(() => proxy.faults.clear());
  afterAll(async () => {
    await proxy.close();
    await moto?.stop();
  });

  it("offers types with GPUs, on demand and as spot, with normalised names and memory", () => {
    const [offer] = offers.filter(({ id }) => id === "us-east-1.g5.xlarge");
    expect(offer).toMatchObject({
      gpu: { name: "A10G", count: 1, memoryGib: 24 },
      cpus: 4,
      memoryGib: 16,
      pricePerHour: 1.006,
      spot: false,
    });
    expect(offers.some(({ id, spot, pricePerHour }) => id === "us-east-1.g5.xlarge.spot" && spot && pricePerHour > 0)).toBe(true);
    expect(offers.every(({ gpu }) => gpu !== undefined)).toBe(true);
  });

  describe.each(handlerNames)("%s", (handler) => {
    it("launches, shows and releases an instance, and leaves no order and no template", async () => {
      const cloud = open(handler);
      const launch = launchOf();
      const id = await cloud.launch(launch, signal);
      expect(await cloud.get(id, signal)).toMatchObject({ id, mark: launch.mark, status: "running", instanceType: "g5.xlarge", cpus: 4 });
      const own = async () => (await cloud.list(signal)).filter(({ mark }) => mark?.uid === launch.mark.uid).map((each) => each.id);
      expect(await own()).toEqual([id]);
      await cloud.terminate(id, signal);
      expect(await own()).toEqual([]);
      expect(await cloud.get(id, signal)).toBeUndefined();
      expect(proxy.requests.map(({ path }) => path)).toContain("/DeleteLaunchTemplate");
      await cloud.terminate(id, signal);
    });
  });

  it("lowers the target of a fleet that maintains it before the fleet is deleted", async () => {
    const cloud = open("fleet-maintain");
    const id = await cloud.launch(launchOf(), signal);
    const before = proxy.requests.length;
    await cloud.terminate(id, signal);
    const order = proxy.requests.slice(before).map(({ path }) => path);
    expect(order.indexOf("/ModifyFleet")).toBeGreaterThan(-1);
    expect(order.indexOf("/ModifyFleet")).toBeLessThan(order.indexOf("/DeleteFleets"));
  });

  it("RunInstances goes on to the next zone where one has no capacity, and tells why of each when none has", async () => {
    const cloud = open("run");
    const none = ec2Refusal(400, "InsufficientInstanceCapacity", "We currently do not have sufficient g5.xlarge capacity");
    proxy.faults.add({ on: "POST /RunInstances", when: "before", answer: none });
    const launch = launchOf();
    const id = await cloud.launch(launch, signal);
    await cloud.terminate(id, signal);
    proxy.faults.add({ on: "POST /RunInstances", times: 50, when: "before", answer: none });
    const error = await reasonOf(cloud.launch(launchOf(), signal));
    expect(error).toMatchObject({ reason: "NO_CAPACITY", code: "InsufficientInstanceCapacity", mayHaveHappened: false });
    expect(error.message).toMatch(/us-east-1a g5.xlarge: .*us-east-1b g5.xlarge: /);
  });

  it("reads both instances and errors of an instant fleet: partial is told as partial", async () => {
    proxy.partial.codes = ["InsufficientInstanceCapacity", "UnfulfillableCapacity"];
    const cloud = open("fleet-instant");
    const delivery = await cloud.launchMany(launchOf(), 3, signal);
    expect(delivery).toMatchObject({
      partial: true,
      errors: [{ code: "InsufficientInstanceCapacity", override: "us-east-1b g5.xlarge" }, {}],
    });
    expect(delivery.instanceIds).toHaveLength(1);
    const whole = await cloud.launchMany(launchOf(), 2, signal);
    expect(whole).toMatchObject({ partial: false, errors: [] });
    expect(whole.instanceIds).toHaveLength(2);
  });

  it("falls through the preferred handlers", async () => {
    proxy.faults.add({ on: "POST /RunInstances", times: 50, when: "before", answer: ec2Refusal(400, "InsufficientInstanceCapacity") });
    const cloud = open("run", "fleet-instant");
    const launch = launchOf();
    const id = await cloud.launch(launch, signal);
    expect((await cloud.list(signal)).filter(({ mark }) => mark?.uid === launch.mark.uid).map((each) => each.id)).toEqual([id]);
    await cloud.terminate(id, signal);
  });

  it("takes the handler that a machine names, and no other", async () => {
    const error = await reasonOf(open("run").launch(launchOf({ options: { handler: "magic" } }), signal));
    expect(error).toMatchObject({ reason: "INVALID_SPEC", field: "spec.options.handler" });
  });

  it("buys spot with a highest price", async () => {
    const cloud = open("run");
    const id = await cloud.launch(launchOf({ spot: true, maxPricePerHour: 0.9 }), signal);
    expect(await cloud.get(id, signal)).toMatchObject({ spot: true });
    await cloud.terminate(id, signal);
  });

  it.each([
    ["InsufficientReservedInstanceCapacity", 400, "NO_CAPACITY"],
    ["InsufficientHostCapacity", 400, "NO_CAPACITY"],
    ["SpotMaxPriceTooLow", 400, "NO_CAPACITY"],
    ["UnfulfillableCapacity", 400, "NO_CAPACITY"],
    ["Unsupported", 400, "NO_CAPACITY"],
    ["MaxSpotInstanceCountExceeded", 400, "QUOTA_EXCEEDED"],
    ["VcpuLimitExceeded", 400, "QUOTA_EXCEEDED"],
    ["InstanceLimitExceeded", 400, "QUOTA_EXCEEDED"],
    ["AuthFailure", 401, "UNAUTHENTICATED"],
    ["ExpiredToken", 400, "UNAUTHENTICATED"],
    ["UnauthorizedOperation", 403, "FORBIDDEN"],
    ["InvalidParameterValue", 400, "INVALID_SPEC"],
  ])("%s (HTTP %i) is %s, with the cloud's words kept", async (code, status, reason) => {
    proxy.faults.add({ on: "POST /RunInstances", times: 50, when: "before", answer: ec2Refusal(status, code, "the words of EC2") });
    const error = await reasonOf(open("run").launch(launchOf(), signal));
    expect(error).toMatchObject({ reason, code, mayHaveHappened: false });
    expect(error.message).toContain("the words of EC2");
  });

  it.each(["RequestLimitExceeded", "Throttling"])("waits and tries again when it is told %s, for nothing was done", async (code) => {
    proxy.faults.add({ on: "POST /RunInstances", when: "before", answer: ec2Refusal(503, code) });
    const cloud = open("run");
    await cloud.terminate(await cloud.launch(launchOf(), signal), signal);
  });

  it.each(["cut", "half", { status: 500, body: "" }] as const)(
    "an order whose answer is lost (%o) may have happened, is not repeated, and is found by its mark",
    async (answer) => {
      proxy.faults.add({ on: "POST /RunInstances", when: "after", answer });
      const cloud = open("run");
      const launch = launchOf();
      expect(await reasonOf(cloud.launch(launch, signal))).toMatchObject({ mayHaveHappened: true });
      const found = (await cloud.list(signal)).filter(({ mark }) => mark?.uid === launch.mark.uid);
      expect(found).toHaveLength(1);
      await cloud.terminate(found[0]?.id ?? "", signal);
    },
  );

  it("an instance that is not known is undefined; a listing that fails is an error", async () => {
    const cloud = open("run");
    expect(await cloud.get("i-0123456789abcdef0", signal)).toBeUndefined();
    proxy.faults.add({ on: "POST /DescribeInstances", when: "before", answer: ec2Refusal(403, "UnauthorizedOperation") });
    expect(await reasonOf(cloud.list(signal))).toMatchObject({ reason: "FORBIDDEN" });
  });

  it("an image's SSM path is looked up, and what is neither that nor an AMI is refused", async () => {
    expect(await reasonOf(open("run").launch(launchOf({ image: "ubuntu" }), signal))).toMatchObject({
      reason: "INVALID_SPEC",
      field: "spec.image",
    });
    expect(await reasonOf(open("run").launch(launchOf({ image: "/no/such" }), signal))).toMatchObject({ reason: "NOT_FOUND" });
  });
});
