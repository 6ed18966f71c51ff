import { MachineState, PowerOperation, PowerState } from "@remuda/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { daemonHere } from "./testing/peers";
import { machineRequest, make, never, settle, startWorld, type World } from "./testing/world";

describe.runIf(daemonHere)("machines of a real libvirtd, judged by virsh", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  }, 180_000);
  afterAll(() => world?.stop());

  const power = async (key: { id: string; uid: string }, operation: PowerOperation, gracefulTimeoutMs = 0) =>
    settle(world.provider, await world.provider.power(key, { operation, gracefulTimeoutMs }, never));

  test("is made, stopped, started, suspended, resumed and deleted, and leaves nothing", { timeout: 120_000 }, async () => {
    const { provider, daemon } = world;
    const before = await daemon.virsh("vol-list", "default");
    const request = machineRequest("first", {
      disks: [
        { name: "root", sizeGib: 1, boot: true },
        { name: "data", sizeGib: 2 },
      ],
    });
    const key = await make(provider, request);
    expect(key.id).toBe(request.uid);
    expect(await daemon.virsh("domuuid", "first")).toBe(request.uid);
    expect(await daemon.virsh("domstate", "first")).toBe("running");
    expect(await daemon.virsh("domblkinfo", "first", "vda")).toMatch(/Capacity: +1073741824/);
    expect(await daemon.virsh("domiflist", "first")).toMatch(/network +default +virtio/);
    expect(await daemon.virsh("vol-dumpxml", `remuda-${request.uid}-root.qcow2`, "default")).toContain("guest.qcow2</path>");

    const seen = await provider.describe(key, never);
    expect(seen).toMatchObject({
      name: "first",
      uid: request.uid,
      owner: "owner-1",
      state: MachineState.READY,
      powerState: PowerState.ON,
      hardware: { cpus: 1, memoryMib: 160 },
      disks: [
        { name: "root", capacityBytes: 2 ** 30, boot: true, storage: "default" },
        { name: "data", capacityBytes: 2 ** 31, boot: false },
      ],
      interfaces: [{ name: "net0", network: "default" }],
    });

    await power(key, PowerOperation.SUSPEND);
    expect(await daemon.virsh("dominfo", "first")).toMatch(/Managed save: +yes/);
    expect((await provider.describe(key, never)).powerState).toBe(PowerState.SUSPENDED);
    await power(key, PowerOperation.ON);
    expect(await daemon.virsh("domstate", "first")).toBe("running");
    await power(key, PowerOperation.OFF);
    expect(await daemon.virsh("domstate", "first")).toBe("shut off");
    const off = await provider.describe(key, never);
    expect(off.powerState).toBe(PowerState.OFF);
    expect(off.disks.map(({ capacityBytes }) => capacityBytes)).toEqual([2 ** 30, 2 ** 31]);

    await settle(provider, await provider.delete(key, never));
    expect(await daemon.virsh("list", "--all")).toBe("");
    expect(await daemon.virsh("vol-list", "default")).toBe(before);
    await expect(provider.describe(key, never)).rejects.toMatchObject({ reason: "NOT_FOUND" });
  });
});
