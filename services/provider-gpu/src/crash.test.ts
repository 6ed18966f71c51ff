import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { ChannelCredentials } from "@grpc/grpc-js";
import { createProviderClient, ListVirtualMachinesRequest } from "@remuda/contract";
import { type CloudName, systemClock } from "@remuda/gpu-clouds";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleMain, startProcess } from "./testing/process";
import { anyGpuMachine } from "./testing/requests";
import { awsSubject, doubles } from "./testing/subjects";

const aws = await awsSubject();
let program = "";
beforeAll(async () => {
  program = await bundleMain();
});
afterAll(() => rmSync(dirname(program), { recursive: true, force: true }));

const variables = (cloud: CloudName, credentials: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(credentials).map(([field, value]) => [
      `REMUDA_${cloud}_${field.replace(/[A-Z]/g, (letter) => `_${letter}`)}`.toUpperCase(),
      value,
    ]),
  );

describe.each([...doubles, ...(aws ? [aws] : [])])("kill -9 between order and answer, with $name", ({ name, order, serve }) => {
  it("leaves an instance that the same Create adopts, and no second one", { timeout: 120_000 }, async () => {
    const { double, credentials, count } = await serve(systemClock);
    const environment = variables(name, credentials);
    const start = () => startProcess(program, ["--backend", name, "--endpoint", double.url, "--log-level", "debug"], environment);
    const dial = (address: string) => createProviderClient({ address, credentials: ChannelCredentials.createInsecure() });
    const request = anyGpuMachine("crash-1");
    double.faults.add({ on: order, when: "after", answer: "hang" });

    const first = await start();
    const before = dial(first.address);
    const lost = before.create(request).catch(() => undefined);
    await expect.poll(count, { timeout: 60_000, interval: 50 }).toBe(1);
    await first.kill();
    await lost;
    before.close();

    const second = await start();
    const client = dial(second.address);
    const { virtualMachine } = await client.create(request, { deadlineMs: 60_000 });
    expect(virtualMachine).toMatchObject({ uid: request.uid, owner: request.owner });
    expect(await count()).toBe(1);
    const listed = await client.listVirtualMachines(ListVirtualMachinesRequest.create({ owner: request.owner }));
    expect(listed.virtualMachines.map(({ id }) => id)).toEqual([virtualMachine?.id]);
    client.close();
    await second.kill();
    // Where the credentials are is of no interest to a log.
    const secrets = Object.entries(credentials).filter(
      ([field]) => /key|token/i.test(field) && field !== "sshKey" && field !== "accessKeyId",
    );
    for (const [, secret] of secrets) expect(first.log() + second.log()).not.toContain(secret);
    await double.close();
  });
});
