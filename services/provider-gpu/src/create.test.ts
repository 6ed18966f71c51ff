import { type CreateRequest, MarketType } from "@remuda/contract";
import { openCloud } from "@remuda/gpu-clouds";
import { fastClock, serveLambda, serveVast } from "@remuda/gpu-clouds/doubles";
import type { Provider } from "@remuda/provider-kit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createGpuProvider } from "./gpu-provider";
import { anyGpuMachine } from "./testing/requests";

const clock = fastClock(1_000);
const signal = AbortSignal.timeout(120_000);
let double: Awaited<ReturnType<typeof serveLambda>>;
let provider: Provider;

function open(name: "lambda" | "vast", url: string, key: string): Provider {
  const opened = openCloud(name, { key }, { baseUrl: url, clock });
  if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
  return createGpuProvider(opened.cloud, { clock, pollMs: 5 });
}
beforeEach(async () => {
  double = await serveLambda({ clock });
  provider = open("lambda", double.url, double.key);
});
afterEach(async () => {
  await provider.close?.();
  await double.close();
});

const wanting = (name: string, spec: Partial<NonNullable<CreateRequest["spec"]>>) => {
  const request = anyGpuMachine(name);
  return { ...request, spec: request.spec && { ...request.spec, ...spec } };
};
const gpus = (name: string, count: number, memoryMib = 0) => ({
  ...anyGpuMachine("x").spec?.hardware,
  cpus: 1,
  memoryMib: 1,
  gpus: [{ name, count, memoryMib, device: "" }],
});
const failure = (work: Promise<unknown>) =>
  work.then(
    (answer) => Promise.reject(new Error(`answered ${JSON.stringify(answer)}`)),
    (error: { reason: string; message: string; violations: { field: string }[] }) => error,
  );
const types = () => double.fleet.all().map(({ data }) => `${data.region}.${data.type}`);

describe("Create from requirements", () => {
  it("takes the cheapest offer that fits", async () => {
    await provider.create(wanting("a", { hardware: gpus("A10", 1) as never }), signal);
    expect(types()).toEqual(["us-east-1.gpu_1x_a10"]);
  });

  it("falls through the offers that fit until one starts", async () => {
    const body = { error: { code: "instance-operations/launch/insufficient-capacity", message: "Not enough capacity" } };
    double.faults.add({ on: "POST /instance-operations/launch", when: "before", answer: { status: 400, body } });
    await provider.create(wanting("a", { hardware: gpus("A10", 1) as never }), signal);
    expect(types()).toEqual(["us-west-1.gpu_1x_a10"]);
    // What has failed comes last the next time.
    await provider.create(wanting("b", { hardware: gpus("A10", 1) as never }), signal);
    expect(types()[1]).toBe("us-west-1.gpu_1x_a10");
  });

  it("tells of every offer why it did not start when none did", async () => {
    const body = { error: { code: "instance-operations/launch/insufficient-capacity", message: "Not enough capacity" } };
    double.faults.add({ on: "POST /instance-operations/launch", times: 9, when: "before", answer: { status: 400, body } });
    const error = await failure(provider.create(wanting("a", { hardware: gpus("A10", 1) as never }), signal));
    expect(error.reason).toBe("NO_CAPACITY");
    expect(error.message).toMatch(/none of 2 offers started: us-east-1.gpu_1x_a10: NO_CAPACITY .*; us-west-1.gpu_1x_a10: NO_CAPACITY/);
    expect(types()).toEqual([]);
  });

  it("does not go on to another offer when the account itself is refused", async () => {
    const body = { error: { code: "global/account-inactive", message: "Your account is inactive" } };
    double.faults.add({ on: "POST /instance-operations/launch", times: 9, when: "before", answer: { status: 403, body } });
    const error = await failure(provider.create(wanting("a", { hardware: gpus("A10", 1) as never }), signal));
    expect(error.reason).toBe("BILLING");
    expect(double.requests.filter(({ path }) => path.endsWith("/launch"))).toHaveLength(1);
  });

  it.each([
    ["GPUs that nobody has", { hardware: gpus("MI300X", 1) }, "it has 1 × A10"],
    ["more GPUs than there are", { hardware: gpus("H100", 16) }, "it has 8 × H100"],
    ["more memory in each", { hardware: gpus("A10", 1, 81_920) }, "its GPUs have 24 GiB"],
    ["a lower price", { market: { type: MarketType.ON_DEMAND, maxPricePerHour: 0.1 } }, "it costs 0.75 USD an hour, more than 0.1"],
    ["spot, which Lambda has not", { market: { type: MarketType.SPOT, maxPricePerHour: 0 } }, "on demand"],
  ])("says why nothing fits: %s", async (_what, spec, why) => {
    const error = await failure(provider.create(wanting("a", spec as never), signal));
    expect(error.reason).toBe("NO_CAPACITY");
    expect(error.message).toContain(why);
  });

  it("keeps to the region that is asked for", async () => {
    const placement = { region: "us-west-1", zone: "", cluster: "", host: "", resourcePool: "", folder: "", antiAffinityGroup: "" };
    await provider.create(wanting("a", { placement }), signal);
    expect(types()).toEqual(["us-west-1.gpu_1x_a10"]);
  });

  it("names each field that no cloud can do", async () => {
    const placement = { region: "", zone: "", cluster: "", host: "h1", resourcePool: "", folder: "", antiAffinityGroup: "web" };
    const disks = [{ name: "data", sizeGib: 10, boot: false, storage: "", bus: "", retain: false }];
    const error = await failure(provider.create(wanting("a", { placement, disks }), signal));
    expect(error.violations.map(({ field }) => field)).toEqual([
      "spec.placement.host",
      "spec.placement.anti_affinity_group",
      "spec.disks[0]",
    ]);
  });
});

describe("Create from an offer", () => {
  const fromOffer = (id: string) => wanting("a", { source: { $case: "offer", value: { id, image: "" } }, hardware: undefined });

  it("looks again before it launches: what is sold out by now is not ordered", async () => {
    for await (const each of provider.offers?.list({} as never, signal) ?? []) void each;
    double.stock.set("gpu_1x_h100_pcie/us-west-1", 0);
    // Past the five seconds in which an offer is new.
    await new Promise((resolve) => clock.setTimer(() => resolve(undefined), 6_000));
    const error = await failure(provider.create(fromOffer("us-west-1.gpu_1x_h100_pcie"), signal));
    expect(error.reason).toBe("NO_CAPACITY");
    expect(double.requests.some(({ path }) => path.endsWith("/launch"))).toBe(false);
  });

  it("that is not there is NO_CAPACITY and says so", async () => {
    expect((await failure(provider.create(fromOffer("mars.gpu"), signal))).message).toContain('there is no offer of "mars.gpu" now');
  });

  it("that is stale goes on to no other offer, and is shown no more", async () => {
    const vast = await serveVast({ clock });
    const other = open("vast", vast.url, vast.key);
    vast.stale.add(7001);
    expect(await failure(other.create(fromOffer("7001"), signal))).toMatchObject({ reason: "NOT_FOUND" });
    expect(vast.fleet.all()).toEqual([]);
    await other.close?.();
    await vast.close();
  });

  it("that is said to have failed together with an id is taken by that id", async () => {
    const vast = await serveVast({ clock });
    const other = open("vast", vast.url, vast.key);
    vast.lies.next = true;
    const { virtualMachine } = await other.create(fromOffer("7001"), signal);
    expect(vast.fleet.all().map(({ id }) => id)).toEqual([virtualMachine.id]);
    await other.close?.();
    await vast.close();
  });
});

describe("what happens to instances behind the provider's back", () => {
  it("one that is lost while it boots ends its task as INTERRUPTED, and the same Create makes another", async () => {
    const request = anyGpuMachine("a");
    const { virtualMachine, task } = await provider.create(request, signal);
    double.fleet.lose(virtualMachine.id);
    const state = await provider.isTaskComplete(task ?? "", 20_000, signal);
    expect(state).toMatchObject({ done: true, error: { reason: "INTERRUPTED" } });
    const again = await provider.create(request, signal);
    expect(again.virtualMachine.id).not.toBe(virtualMachine.id);
    expect(double.fleet.all()).toHaveLength(1);
  });

  it("one that the cloud gave up on fails its task; the same Create replaces it and leaves nothing of it", async () => {
    const request = anyGpuMachine("a");
    const { virtualMachine, task } = await provider.create(request, signal);
    double.fleet.breakDown(virtualMachine.id);
    expect(await provider.isTaskComplete(task ?? "", 5_000, signal)).toMatchObject({ done: true, error: { reason: "INTERNAL" } });
    await provider.create(request, signal);
    await expect.poll(() => double.fleet.all().length).toBe(1);
    expect(double.fleet.all()[0]?.id).not.toBe(virtualMachine.id);
  });

  it("one that never gets up ends its task at the backend's deadline", async () => {
    const request = anyGpuMachine("a");
    const { virtualMachine, task } = await provider.create(request, signal);
    double.shown.set(virtualMachine.id, "booting");
    expect(await provider.isTaskComplete(task ?? "", 20_000, signal)).toMatchObject({ done: true, error: { reason: "TIMEOUT" } });
  });

  it("two that bear one uid become one, and Delete leaves none", async () => {
    const request = anyGpuMachine("a");
    const { virtualMachine } = await provider.create(request, signal);
    const unit = double.fleet.get(virtualMachine.id);
    if (unit) double.fleet.add({ ...unit.data });
    await provider.create(request, signal);
    await expect.poll(() => double.fleet.all().length).toBe(1);
    const [left] = double.fleet.all();
    await provider.delete({ id: left?.id ?? "", uid: request.uid }, signal);
    await expect.poll(() => double.fleet.all().length).toBe(0);
  });

  it("another installation's are not touched, though they have the same name", async () => {
    const mine = anyGpuMachine("same");
    const theirs = { ...anyGpuMachine("same"), owner: "owner-2" };
    await provider.create(mine, signal);
    await provider.create(theirs, signal);
    const listed = [];
    for await (const machine of provider.list({ owner: "owner-1" }, signal)) listed.push(machine.uid);
    expect(listed).toEqual([mine.uid]);
  });

  it("Describe tells the price and, where the cloud says it, the balance", async () => {
    const vast = await serveVast({ clock });
    const other = open("vast", vast.url, vast.key);
    await other.validate(signal);
    const { virtualMachine } = await other.create(anyGpuMachine("a"), signal);
    const shown = await other.describe({ id: virtualMachine.id, uid: "" }, signal);
    expect(shown).toMatchObject({
      pricePerHour: 0.35,
      details: { balance_usd: 25.5, ssh_host: expect.any(String), ssh_port: expect.any(Number) },
    });
    await other.close?.();
    await vast.close();
  });
});
