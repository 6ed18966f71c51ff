import { writeFile } from "node:fs/promises";
import { PowerState } from "@remuda/contract";
import { until } from "@remuda/libvirt-client/testing";
import type { Provider } from "@remuda/provider-kit";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { daemonHere } from "./testing/peers";
import { machineRequest, make, never, settle, startWorld, type World } from "./testing/world";

describe.runIf(daemonHere)("what a crash leaves", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  }, 180_000);
  afterAll(() => world?.stop());
  afterEach(async () => {
    expect(await world.daemon.virsh("list", "--all")).toBe("");
    expect(await world.daemon.virsh("vol-list", "default")).toMatch(/^ *guest\.qcow2 [^\n]*$/);
  });

  const off = { powerState: PowerState.OFF };

  /** As the manager does it: the same Create, and the same Delete, until it is done. */
  async function again<T>(work: (provider: Provider) => Promise<T>): Promise<T> {
    let done: { value: T } | undefined;
    await until("it is done", async () => {
      done = await work(world.provider).then(
        (value) => ({ value }),
        () => undefined,
      );
      return done !== undefined;
    });
    if (!done) throw new Error("not done");
    return done.value;
  }

  for (const afterMs of [0, 5, 20, 60]) {
    test(`libvirtd killed ${afterMs} ms after a Create began: the same Create makes one machine, with all of its disks`, {
      timeout: 60_000,
    }, async () => {
      const { daemon, provider } = world;
      const request = machineRequest(`crash-${afterMs}`, {
        ...off,
        cloudInit: { userData: "#!/bin/sh\n" },
        disks: [{ name: "data", sizeGib: 1 }],
      });
      const lost = make(provider, request).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      await daemon.kill();
      await daemon.start();
      await lost;
      const key = await again((now) => make(now, request));
      expect((await daemon.virsh("list", "--all", "--name")).trim()).toBe(`crash-${afterMs}`);
      expect((await daemon.virsh("vol-list", "default")).match(/remuda-/g)).toHaveLength(6);
      await again(async (now) => settle(now, await now.delete(key, never)));
    });
  }

  test("a Create whose provider ended is INTERRUPTED, and the same Create of another process goes on with it", {
    timeout: 60_000,
  }, async () => {
    const request = machineRequest("left", { ...off, disks: [{ name: "data", sizeGib: 1 }] });
    const { task } = await world.provider.create(request, never);
    await world.reopen();
    const state = await world.provider.isTaskComplete(task ?? "", 30_000, never);
    expect(state).toMatchObject({ done: true });
    const key = await make(world.provider, request);
    expect((await world.daemon.virsh("list", "--all", "--name")).trim()).toBe("left");
    await settle(world.provider, await world.provider.delete(key, never));
  });

  test("a Delete whose libvirtd was killed goes on where it was, and a machine that runs survives the daemon", {
    timeout: 60_000,
  }, async () => {
    const { daemon, provider } = world;
    const key = await make(provider, machineRequest("gone"));
    const qemus = async () => (await daemon.processes()).filter(({ command }) => command[0]?.includes("qemu-system")).length;
    await daemon.kill();
    expect(await qemus()).toBe(1);
    await daemon.start();
    await until(
      "it is seen to run",
      async () => (await provider.describe(key, never).catch(() => undefined))?.powerState === PowerState.ON,
    );
    const task = await provider.delete(key, never);
    await daemon.kill();
    await daemon.start();
    await settle(provider, task).catch(() => undefined);
    await again(async (now) => settle(now, await now.delete(key, never)));
    expect(await qemus()).toBe(0);
  });
});

describe.runIf(daemonHere)("what belongs to somebody else", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  }, 180_000);
  afterAll(() => world?.stop());

  test("a volume with the name that a disk would have is refused and left as it was", async () => {
    const { daemon, provider } = world;
    const request = machineRequest("unlucky", { powerState: PowerState.OFF });
    const name = `remuda-${request.uid}-root.qcow2`;
    await daemon.virsh("vol-create-as", "default", name, "3M", "--format", "raw");
    const before = await daemon.virsh("vol-info", name, "--pool", "default");
    await expect(provider.create(request, never)).rejects.toMatchObject({ reason: "ALREADY_EXISTS" });
    expect(await daemon.virsh("list", "--all")).toBe("");
    await provider.delete({ id: request.uid, uid: request.uid }, never);
    expect(await daemon.virsh("vol-info", name, "--pool", "default")).toBe(before);
    await daemon.virsh("vol-delete", name, "--pool", "default");
  });

  test("a domain with the name or the UUID of a machine is refused and left as it was", async () => {
    const { daemon, provider } = world;
    const key = await make(provider, machineRequest("template", { powerState: PowerState.OFF }));
    const foreign = (await daemon.virsh("dumpxml", "template")).replace(/<metadata>[\s\S]*<\/metadata>/, "");
    await settle(provider, await provider.delete(key, never));
    await writeFile(`${daemon.folder}/foreign.xml`, foreign);
    await daemon.virsh("define", `${daemon.folder}/foreign.xml`);
    const before = await daemon.virsh("dumpxml", "template");

    await expect(provider.create(machineRequest("template"), never)).rejects.toMatchObject({ reason: "ALREADY_EXISTS" });
    await expect(provider.create(machineRequest("other", {}, key.uid), never)).rejects.toMatchObject({ reason: "ALREADY_EXISTS" });
    await expect(provider.delete(key, never)).rejects.toMatchObject({ reason: "FORBIDDEN" });
    await expect(provider.power(key, { operation: 1, gracefulTimeoutMs: 0 }, never)).rejects.toMatchObject({ reason: "FORBIDDEN" });
    expect(await daemon.virsh("dumpxml", "template")).toBe(before);
    await daemon.virsh("undefine", "template");
  });
});
