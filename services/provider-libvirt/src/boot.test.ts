import { createHash } from "node:crypto";
import { PowerOperation, PowerState } from "@remuda/contract";
import { connect, type Libvirt } from "@remuda/libvirt-client";
import { until } from "@remuda/libvirt-client/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { daemonHere } from "./testing/peers";
import { machineRequest, make, never, qemuUri, settle, startWorld, type World } from "./testing/world";

describe.runIf(daemonHere)("a machine whose guest boots", () => {
  let world: World;
  let virt: Libvirt;
  beforeAll(async () => {
    world = await startWorld();
    virt = await connect(qemuUri(world.daemon));
  }, 180_000);
  afterAll(async () => {
    await virt?.close();
    await world?.stop();
  });

  /** What the guest tells on its serial console. */
  async function listen(uuid: string): Promise<() => string> {
    const { dom } = await virt.call("domainLookupByUuid", { uuid });
    const stream = await virt.openDuplex("domainOpenConsole", { dom, devName: null, flags: 0 });
    let said = "";
    stream.setEncoding("utf8").on("data", (text) => {
      said += text;
    });
    stream.on("error", () => undefined);
    return () => said;
  }

  /** With memory: afterwards it runs on from there. Without: it is off, with the disks of then. */
  async function takeAndRevert(key: { id: string; uid: string }): Promise<void> {
    const { daemon, provider } = world;
    const { snapshots } = provider;
    if (!snapshots) throw new Error("no snapshots");
    for (const [name, memory] of [
      ["warm", true],
      ["cold", false],
    ] as const) {
      const request = { virtualMachineId: key.id, uid: key.uid, name, description: "of a test", memory, quiesce: false };
      await settle(provider, (await snapshots.create(request, never)).task);
    }
    expect((await daemon.virsh("snapshot-list", "fixed", "--name")).split("\n").sort()).toEqual(["cold", "warm"]);
    expect(await snapshots.list(key.id, never)).toMatchObject([
      { id: "warm", memory: true, parentId: "", current: false },
      { id: "cold", memory: false, parentId: "warm", current: true, description: "of a test" },
    ]);
    await settle(provider, await snapshots.revert(key, "cold", never));
    expect(await daemon.virsh("domstate", "fixed")).toBe("shut off");
    await settle(provider, await snapshots.revert(key, "warm", never));
    expect(await daemon.virsh("domstate", "fixed")).toBe("running");
    expect((await provider.describe(key, never)).uid).toBe(key.uid);
    await settle(provider, await snapshots.delete(key, "warm", never));
    expect(await daemon.virsh("snapshot-list", "fixed", "--name")).toBe("cold");
  }

  test("reads its seed, grows, gets and gives back a disk and an interface, and stops when asked", { timeout: 180_000 }, async () => {
    const { provider, daemon } = world;
    const userData = "#!/bin/sh\necho guest: hello from user-data\n";
    const request = machineRequest("talker", {
      hardware: { cpus: 1, memoryMib: 160, hotAdd: { maxCpus: 2, maxMemoryMib: 192 } },
      interfaces: [{ name: "net0", network: "default" }],
      cloudInit: { userData, hostname: "talker-1", sshAuthorizedKeys: ["ssh-ed25519 AAAA test"] },
    });
    const key = await make(provider, request);
    const said = await listen(key.id);
    await until("the guest is up", () => said().includes("guest: up"), 90_000);
    expect(said()).toContain(`guest: instance ${request.uid} hostname talker-1`);
    expect(said()).toContain(`sha256 ${createHash("sha256").update(userData).digest("hex")}`);
    expect(said()).toContain("guest: hello from user-data");
    await until("the agent tells the guest's address", async () => {
      const { guestAgent, interfaces } = await provider.describe(key, never);
      return (
        guestAgent?.running === true &&
        guestAgent.hostname === "talker-1" &&
        interfaces[0]?.addresses[0]?.startsWith("192.168.122.") === true
      );
    });

    const spec = request.spec;
    if (!spec) throw new Error("no spec");
    const larger = {
      ...spec,
      hardware: spec.hardware && { ...spec.hardware, cpus: 2, memoryMib: 192 },
      disks: [{ name: "data", sizeGib: 1, boot: false, storage: "", bus: "", retain: false }],
      interfaces: [...spec.interfaces, { ...spec.interfaces[0], name: "net1" } as (typeof spec.interfaces)[number]],
    };
    const grown = await provider.reconfigure(key, { spec: larger, allowRestart: false }, never);
    expect(grown.restartRequired).toEqual([]);
    await settle(provider, grown.task);
    await until("the guest sees it all", () => /guest: cpus 2 memory_mib \d+ nics 2 disks_mib .*vdb=1024/.test(said()), 30_000);
    expect(await daemon.virsh("domblklist", "talker")).toContain(`remuda-${request.uid}-data.qcow2`);
    expect(await daemon.virsh("domblklist", "talker", "--inactive")).toContain(`remuda-${request.uid}-data.qcow2`);

    const wider = { ...larger, disks: larger.disks.map((disk) => ({ ...disk, sizeGib: 2 })) };
    await settle(provider, (await provider.reconfigure(key, { spec: wider, allowRestart: false }, never)).task);
    await until("the guest sees a larger disk", () => said().includes("vdb=2048"), 30_000);

    const smaller = { ...larger, disks: [], interfaces: spec.interfaces };
    await settle(provider, (await provider.reconfigure(key, { spec: smaller, allowRestart: false }, never)).task);
    expect(await daemon.virsh("domblklist", "talker")).not.toContain("data");
    expect(await daemon.virsh("vol-list", "default")).not.toContain("data");
    expect((await daemon.virsh("domiflist", "talker")).split("\n")).toHaveLength(1);

    const warm = { virtualMachineId: key.id, uid: key.uid, name: "warm", description: "", memory: true, quiesce: false };
    await expect(provider.snapshots?.create(warm, never)).rejects.toMatchObject({ reason: "CONFLICT" });
    const asked = await provider.power(key, { operation: PowerOperation.SHUTDOWN, gracefulTimeoutMs: 60_000 }, never);
    await settle(provider, asked);
    expect(await daemon.virsh("domstate", "talker", "--reason")).toBe("shut off (shutdown)");
    expect((await provider.describe(key, never)).powerState).toBe(PowerState.OFF);
    await settle(provider, await provider.delete(key, never));
    expect(await daemon.virsh("vol-list", "default")).not.toContain(request.uid);
  });

  test("takes the static address of its interface, and goes back to snapshots of itself", { timeout: 120_000 }, async () => {
    const request = machineRequest("fixed", {
      interfaces: [{ name: "net0", network: "default", addresses: ["192.168.122.77/24"], gateway: "192.168.122.1" }],
    });
    const key = await make(world.provider, request);
    const said = await listen(key.id);
    await until("the guest has it", () => said().includes("guest: address 192.168.122.77/24"), 90_000);
    await takeAndRevert(key);
    await settle(world.provider, await world.provider.delete(key, never));
  });
});
