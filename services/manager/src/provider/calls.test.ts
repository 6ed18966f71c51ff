import { type ProviderClient, VirtualMachine } from "@remuda/contract";
import { systemClock } from "@remuda/reconciler";
import { describe, expect, test } from "vitest";
import { limitCalls } from "./calls";
import { createLimits } from "./limits";

const owner = "here";
const ours = VirtualMachine.fromPartial({ id: "vm-1", uid: "u-1", owner, name: "web" });
const strangers = [
  { what: "another uid", machine: VirtualMachine.fromPartial({ ...ours, uid: "u-2" }) },
  { what: "another owner", machine: VirtualMachine.fromPartial({ ...ours, owner: "there" }) },
  { what: "no id", machine: VirtualMachine.fromPartial({ ...ours, id: "" }) },
  { what: "nothing", machine: undefined },
];

/** Calls of a provider that answers this about every machine. */
function callsOf(virtualMachine: VirtualMachine | undefined) {
  const answers = {
    create: () => Promise.resolve({ virtualMachine, task: undefined }),
    describe: () => Promise.resolve({ virtualMachine }),
    isTaskComplete: () => Promise.resolve({ stage: "copying\u0000disk" }),
    validate: () => Promise.resolve({ platform: "x\u009by", platformVersion: "", account: "", warnings: ["full\ndisk"] }),
    listVirtualMachines: () => Promise.resolve({ virtualMachines: virtualMachine ? [virtualMachine] : [], nextPageToken: "" }),
    async *watchVirtualMachines() {
      await Promise.resolve();
      const present = virtualMachine ? [{ event: { $case: "present" as const, value: virtualMachine } }] : [];
      yield { events: [...present, { event: { $case: "bookmark" as const, value: {} } }] };
    },
  };
  // The test calls nothing else.
  const client = answers as unknown as ProviderClient;
  return limitCalls(client, createLimits({ clock: systemClock, maxConcurrentCalls: 1 }), owner, {
    platformId: undefined,
    onOther: () => {},
  });
}

describe("what a provider answers about a machine", () => {
  test.each(strangers)("is refused when it is about $what", async ({ machine }) => {
    const calls = callsOf(machine);
    await expect(calls.describe({ id: "vm-1", uid: "u-1" })).rejects.toMatchObject({ reason: "INTERNAL" });
    await expect(calls.create({ uid: "u-1", owner, spec: undefined })).rejects.toMatchObject({ reason: "INTERNAL" });
  });

  test("is taken when it is about the machine that was asked for", async () => {
    await expect(callsOf(ours).describe({ id: "vm-1", uid: "u-1" })).resolves.toEqual({ virtualMachine: ours });
  });

  test("leaves out other owners' machines, though they were asked not to come", async () => {
    const calls = callsOf(VirtualMachine.fromPartial({ ...ours, owner: "there" }));
    await expect(calls.listVirtualMachines({ owner, pageSize: 0, pageToken: "" })).resolves.toMatchObject({ virtualMachines: [] });
    const cases: unknown[] = [];
    for await (const { events } of calls.watchVirtualMachines({ owner })) cases.push(...events.map(({ event }) => event?.$case));
    expect(cases).toEqual(["bookmark"]);
  });

  test("has no control characters where people read it", async () => {
    const esc = "\u001b[2J\u0007\u202e\r\nbad";
    const calls = callsOf(
      VirtualMachine.fromPartial({ ...ours, placement: { host: esc }, problem: { message: esc }, interfaces: [{ addresses: [esc] }] }),
    );
    const { virtualMachine } = await calls.describe({ id: "vm-1", uid: "u-1" });
    const told = [virtualMachine?.placement?.host, virtualMachine?.problem?.message, virtualMachine?.interfaces[0]?.addresses[0]];
    expect(told).toEqual([" [2J bad", " [2J bad", " [2J bad"]);
    expect((await calls.isTaskComplete({ taskRef: "t", wait: undefined })).stage).toBe("copying disk");
    expect(await calls.validate({})).toMatchObject({ platform: "x y", warnings: ["full disk"] });
  });

  test("is cut to what a status can hold", async () => {
    const huge = "x".repeat(3 << 20);
    const nic = { name: huge, network: huge, macAddress: huge, addresses: Array.from({ length: 1000 }, () => huge) };
    const calls = callsOf(
      VirtualMachine.fromPartial({
        ...ours,
        name: huge,
        interfaces: Array.from({ length: 100 }, () => nic),
        disks: [{ id: huge, name: huge }],
      }),
    );
    const { virtualMachine } = await calls.describe({ id: "vm-1", uid: "u-1" });
    expect(JSON.stringify(virtualMachine).length).toBeLessThan(1 << 20);
    expect(virtualMachine?.interfaces[0]?.addresses[0]).toHaveLength(64);
  });
});
