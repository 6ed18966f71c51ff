import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Cloud } from "../cloud";
import { fastClock } from "../testing/clock";
import { type ScalewayDouble, serveScaleway } from "../testing/doubles/scaleway";
import { launchOf, refusal } from "../testing/expectations";
import { createScaleway } from "./scaleway";

const clock = fastClock(500);
const signal = AbortSignal.timeout(120_000);
let double: ScalewayDouble;
let cloud: Cloud;
beforeEach(async () => {
  double = await serveScaleway({ clock });
  const { key: secretKey, projectId, url: baseUrl } = double;
  cloud = createScaleway({ secretKey, projectId, zones: ["fr-par-2", "pl-waw-2"], baseUrl, clock });
});
afterEach(async () => {
  cloud.close?.();
  await double.close();
});
const offer = async (id: string) => (await cloud.offers(signal)).find((each) => each.id === id);
const until = (id: string, status: string) =>
  expect.poll(async () => (await cloud.get(id, signal))?.status ?? "gone", { timeout: 5_000, interval: 2 }).toBe(status);

describe("Scaleway", () => {
  it("offers what has GPUs in each zone, with the stock", async () => {
    expect(await offer("fr-par-2.H100-1-80G")).toMatchObject({ gpu: { name: "H100", count: 1, memoryGib: 80 }, availability: "scarce" });
    expect(await offer("pl-waw-2.L40S-8-48G")).toMatchObject({ gpu: { name: "L40S", count: 8, memoryGib: 48 }, cpus: 64, memoryGib: 768 });
    expect(await offer("fr-par-2.DEV1-S")).toBeUndefined();
  });

  it("a crash between order and power leaves a stopped server that the same order finishes, with its user data", async () => {
    const launch = launchOf(await offer("fr-par-2.L4-1-24G"), { userData: "#cloud-config\n" });
    const id = await cloud.launch(launch, signal);
    // Here the crash: nothing more came. The server is ours, and not taken for one that was stopped.
    expect(await cloud.list(signal)).toMatchObject([{ id, mark: launch.mark, status: "pending" }]);
    await cloud.finish?.(id, launch, signal);
    expect(double.fleet.get(id.split("/")[1] ?? "")?.data.userData).toBe("#cloud-config\n");
    await until(id, "running");
    await cloud.stop(id, signal);
    await until(id, "stopped");
    await cloud.finish?.(id, launch, signal);
    expect(await cloud.get(id, signal)).toMatchObject({ status: "stopped" });
  });

  it("a poweron whose answer was lost is refused the second time, for the server is starting: it is finished all the same", async () => {
    const launch = launchOf(await offer("fr-par-2.L4-1-24G"));
    const id = await cloud.launch(launch, signal);
    double.faults.add({ on: `POST /instance/v1/zones/fr-par-2/servers/${id.split("/")[1]}/action`, when: "after", answer: "cut" });
    await cloud.finish?.(id, launch, signal);
    expect(double.fleet.get(id.split("/")[1] ?? "")?.data.tags).not.toContain("remuda-unfinished");
    await until(id, "running");
  });

  it.each([
    [412, { type: "out_of_stock", message: "resource is out of stock" }, "NO_CAPACITY"],
    [403, { type: "quotas_exceeded", message: "quota exceeded", details: [{ resource: "gpu", quota: 1, current: 1 }] }, "QUOTA_EXCEEDED"],
    [403, { type: "invalid_request_error", message: "Quota exceeded for this resource." }, "QUOTA_EXCEEDED"],
    [409, { type: "transient_state", message: "busy", current_state: "starting" }, "CONFLICT"],
    [400, { type: "invalid_arguments", message: "invalid", details: [{ argument_name: "image", reason: "unknown" }] }, "INVALID_SPEC"],
    [404, { type: "not_found", message: "no such thing" }, "NOT_FOUND"],
    [401, { type: "denied_authentication", message: "denied" }, "UNAUTHENTICATED"],
    [400, { type: "precondition_failed", message: "not now" }, "CONFLICT"],
  ])("%i %o is %s, with its details kept", async (status, body, reason) => {
    const launch = launchOf(await offer("fr-par-2.L4-1-24G"));
    double.faults.add({ on: "POST /instance/v1/zones/fr-par-2/servers", when: "before", answer: { status, body } });
    const error = await refusal(cloud.launch(launch, signal));
    expect(error).toMatchObject({ reason, code: body.type });
    expect(error.message).toContain(body.message);
    if ("details" in body) expect(error.message).toContain(JSON.stringify(body.details));
    if ("current_state" in body) expect(error.message).toContain(body.current_state);
  });

  it("terminate takes the volumes of a running server with it; those of a stopped one are deleted after it", async () => {
    for (const stopped of [false, true]) {
      const launch = launchOf(await offer("fr-par-2.L4-1-24G"));
      const id = await cloud.launch(launch, signal);
      await cloud.finish?.(id, launch, signal);
      await until(id, "running");
      if (stopped) {
        await cloud.stop(id, signal);
        await until(id, "stopped");
      }
      await cloud.terminate(id, signal);
      await until(id, "gone");
      expect(double.volumes.size).toBe(0);
    }
  });

  it("what is between two states can't be deleted yet: CONFLICT", async () => {
    const launch = launchOf(await offer("fr-par-2.L4-1-24G"));
    const id = await cloud.launch(launch, signal);
    await cloud.finish?.(id, launch, signal);
    expect(await refusal(cloud.terminate(id, signal))).toMatchObject({ reason: "CONFLICT" });
  });

  it("a locked server has failed", async () => {
    const launch = launchOf(await offer("fr-par-2.L4-1-24G"));
    const id = await cloud.launch(launch, signal);
    const unit = double.fleet.get(id.split("/")[1] ?? "");
    if (unit) unit.data.locked = true;
    expect(await cloud.get(id, signal)).toMatchObject({ status: "failed" });
  });

  it("a zone that can't be listed fails the list", async () => {
    const on = "GET /instance/v1/zones/pl-waw-2/servers";
    double.faults.add({ on, times: 9, when: "before", answer: { status: 500, body: {} } });
    expect(await refusal(cloud.list(signal))).toMatchObject({ reason: "UNAVAILABLE" });
  });
});
