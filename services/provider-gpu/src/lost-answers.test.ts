import { openCloud } from "@remuda/gpu-clouds";
import { type Fault, fastClock } from "@remuda/gpu-clouds/doubles";
import type { Provider } from "@remuda/provider-kit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createGpuProvider } from "./gpu-provider";
import { anyGpuMachine } from "./testing/requests";
import { doubles, type Subject } from "./testing/subjects";

const clock = fastClock(500);
const signal = AbortSignal.timeout(600_000);

describe.each(doubles)("an order to $name", ({ name, order, list, serve }) => {
  let subject: Subject;
  let provider: Provider;
  const open = () => {
    const opened = openCloud(name, subject.credentials, { baseUrl: subject.double.url, clock, timeoutMs: 400 });
    if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
    return createGpuProvider(opened.cloud, { clock, pollMs: 5 });
  };
  beforeEach(async () => {
    subject = await serve(clock);
    provider = open();
  });
  afterEach(async () => {
    await provider.close?.();
    await subject.double.close();
  });

  const lost: [string, Fault["answer"]][] = [
    ["whose connection breaks after it was done", "cut"],
    ["whose answer never comes", "hang"],
    ["whose answer is cut in half", "half"],
    ["that is answered with 502 though it was done", { status: 502, body: "<html>bad gateway</html>" }],
  ];
  it.each(lost)("%s is found by its mark and adopted: there is one instance, and Delete leaves none", async (_what, answer) => {
    subject.double.faults.add({ on: order, when: "after", answer });
    const request = anyGpuMachine("lost-1");
    const { virtualMachine } = await provider.create(request, signal);
    expect(await subject.count()).toBe(1);
    const again = await provider.create(request, signal);
    expect(again.virtualMachine).toMatchObject({ id: virtualMachine.id, uid: request.uid, owner: request.owner });
    expect(await subject.count()).toBe(1);
    const task = await provider.delete({ id: virtualMachine.id, uid: request.uid }, signal);
    expect(await provider.isTaskComplete(task ?? "", 20_000, signal)).toMatchObject({ done: true });
    expect(await subject.count()).toBe(0);
  });

  it("whose answer is lost while lists fail is not repeated blindly: the same Create later adopts it", async () => {
    subject.double.faults.add({ on: order, when: "after", answer: "cut" });
    // The look before the order works; those after it do not.
    subject.double.faults.add({ on: list, skip: 2, times: 40, when: "before", answer: { status: 500, body: {} } });
    const request = anyGpuMachine("lost-2");
    const outcome = await provider.create(request, signal).then(
      () => "answered",
      (error: { retryable?: boolean }) => error.retryable,
    );
    // Where the order itself may be repeated with its token, it is answered in the end.
    expect([true, "answered"]).toContain(outcome);
    expect(await subject.count()).toBe(1);
    subject.double.faults.clear();
    await provider.close?.();
    provider = open();
    const { virtualMachine } = await provider.create(request, signal);
    expect(virtualMachine.uid).toBe(request.uid);
    expect(await subject.count()).toBe(1);
  });

  it("that was never taken is made once by the same Create", async () => {
    subject.double.faults.add({ on: order, when: "before", answer: "cut" });
    const request = anyGpuMachine("lost-3");
    await provider.create(request, signal).catch((error: { retryable: boolean }) => expect(error.retryable).toBe(true));
    await provider.create(request, signal);
    expect(await subject.count()).toBe(1);
  });
});
