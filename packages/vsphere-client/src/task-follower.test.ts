import { setMaxListeners } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createVsphereClient, type VsphereClient } from "./client";
import { find } from "./find";
import { readObject } from "./retrieve";
import { type MoRef, moRef } from "./schema";
import { createTaskFollower } from "./task-follower";
import { hasVcsim, startVcsim, type Vcsim } from "./testing/vcsim";

const signal = AbortSignal.timeout(60_000);
setMaxListeners(0, signal);

describe.runIf(hasVcsim)("following tasks", () => {
  let vcsim: Vcsim;
  let client: VsphereClient;
  let template: MoRef;
  let folder: MoRef;
  let reads = 0;
  beforeAll(async () => {
    vcsim = await startVcsim({ args: ["-method-delay", "CloneVm:200"] });
    const plain = createVsphereClient(vcsim);
    client = {
      ...plain,
      call: (target, method, params, stop, options) => {
        if (method === "RetrievePropertiesEx") reads++;
        return plain.call(target, method, params, stop, options);
      },
    };
    template = await find(client, "DC0_H0_VM0", { type: "VirtualMachine" }, signal);
    const datacenter = await find(client, "DC0", { type: "Datacenter" }, signal);
    folder = (await readObject(client, "Datacenter", datacenter, ["vmFolder"], signal))?.vmFolder ?? template;
  });
  afterAll(async () => {
    await client?.close(signal);
    await vcsim?.stop();
  });

  const clone = (name: string) =>
    client.call(
      template,
      "CloneVM_Task",
      {
        folder,
        name,
        spec: {
          _typeName: "VirtualMachineCloneSpec",
          location: { _typeName: "VirtualMachineRelocateSpec" },
          template: false,
          powerOn: false,
        },
      },
      signal,
    );

  test("ten tasks end each in its own way, and cost few calls together", async () => {
    const follower = createTaskFollower(client);
    const tasks = await Promise.all(Array.from({ length: 9 }, (_, index) => clone(`many-${index}`)));
    reads = 0;
    const ended = await Promise.all(
      [...tasks, await clone("DC0_H0_VM0"), moRef("Task", "task-4711")].map((task) => follower.ended(task, signal)),
    );
    expect(ended.map(({ state }) => state)).toEqual([...Array(9).fill("done"), "failed", "purged"]);
    expect(reads).toBeLessThan(40);
    const after = reads;
    expect((await follower.ended(await clone("later"), signal)).state).toBe("done");
    expect(reads).toBeGreaterThan(after);
  });

  test("one after the other, however soon, is followed", async () => {
    const follower = createTaskFollower(client);
    const running = await clone("again");
    for (let i = 0; i < 20; i++) expect((await follower.ended(moRef("Task", `task-gone-${i}`), signal)).state).toBe("purged");
    expect((await follower.ended(running, signal)).state).toBe("done");
  });

  test("who gives up is told at once, and the others go on", async () => {
    const follower = createTaskFollower(client);
    const giveUp = new AbortController();
    const [one, other] = [await clone("one"), await clone("other")];
    const lost = follower.ended(one, giveUp.signal);
    const kept = follower.ended(other, signal);
    giveUp.abort(new Error("enough"));
    await expect(lost).rejects.toThrow("enough");
    expect((await kept).state).toBe("done");
  });
});
