import { createHash } from "node:crypto";
import { ConsoleType, PowerOperation, PowerState, PrepareImageRequest } from "@remuda/contract";
import { describe, expect, it } from "vitest";
import { writeQcow2 } from "./qcow2";
import { machineRequest, machineSpec } from "./testing/requests";
import { never, type Simulation, simulate } from "./testing/simulate";

const off = { operation: PowerOperation.OFF, gracefulTimeoutMs: 0 };
type Key = { id: string; uid: string };

async function snapshot({ simulator, finish }: Simulation, key: Key, name: string, memory = false) {
  const request = { virtualMachineId: key.id, uid: key.uid, name, description: "", memory, quiesce: false };
  const taken = await simulator.snapshots.create(request, never);
  finish();
  return taken.snapshot.id;
}

async function read(data: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of data) parts.push(part);
  return Buffer.concat(parts);
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1000) yield await Promise.resolve(bytes.subarray(at, at + 1000));
}

describe("snapshots", () => {
  it("form a tree whose children move up when their parent is deleted", async () => {
    const simulation = simulate();
    const { simulator, make, finish } = simulation;
    const { key } = await make("m");
    const [a, b] = [await snapshot(simulation, key, "a"), await snapshot(simulation, key, "b")];
    await simulator.snapshots.revert(key, a, never);
    finish();
    const c = await snapshot(simulation, key, "c");
    const tree = async () =>
      (await simulator.snapshots.list(key.id, never)).map(({ id, parentId, current }) => ({ id, parentId, current }));
    expect(await tree()).toEqual([
      { id: a, parentId: "", current: false },
      { id: b, parentId: a, current: false },
      { id: c, parentId: a, current: true },
    ]);
    expect(await snapshot(simulation, key, "c")).toBe(c);
    await simulator.snapshots.delete(key, a, never);
    finish();
    expect((await tree()).map(({ parentId }) => parentId)).toEqual(["", ""]);
    expect(await simulator.snapshots.delete(key, a, never)).toBeUndefined();
  });

  it("bring hardware and disks back; with memory the machine runs afterwards, without it is off", async () => {
    const simulation = simulate();
    const { simulator, make, finish } = simulation;
    const { key } = await make("m", { disks: [{ name: "root", sizeGib: 4, boot: true }] });
    const [disk, memory] = [await snapshot(simulation, key, "disk"), await snapshot(simulation, key, "memory", true)];
    const spec = machineSpec("m", {
      hardware: { cpus: 8, memoryMib: 4096 },
      disks: [
        { name: "root", sizeGib: 4, boot: true },
        { name: "more", sizeGib: 5 },
      ],
    });
    await simulator.reconfigure(key, { spec, allowRestart: true }, never);
    finish();
    expect((await simulator.describe(key, never)).disks).toHaveLength(2);
    await simulator.snapshots.revert(key, disk, never);
    finish();
    expect(await simulator.describe(key, never)).toMatchObject({
      powerState: PowerState.OFF,
      hardware: { cpus: 2 },
      disks: [{ name: "root" }],
    });
    await simulator.snapshots.revert(key, memory, never);
    finish();
    expect((await simulator.describe(key, never)).powerState).toBe(PowerState.ON);
    await simulator.power(key, off, never);
    finish();
    await expect(snapshot(simulation, key, "late", true)).rejects.toMatchObject({ reason: "CONFLICT" });
    const grown = machineSpec("m", { disks: [{ name: "root", sizeGib: 9, boot: true }] });
    await expect(simulator.reconfigure(key, { spec: grown, allowRestart: true }, never)).rejects.toMatchObject({ reason: "CONFLICT" });
  });
});

describe("clones", () => {
  it("take hardware and disks from their origin, and linked ones hold it and their snapshot fast", async () => {
    const simulation = simulate();
    const { simulator, make, finish } = simulation;
    const origin = await make("origin", {
      disks: [
        { name: "root", sizeGib: 10, boot: true },
        { name: "data", sizeGib: 3 },
      ],
    });
    const base = await snapshot(simulation, origin.key, "base");
    const from = (linked: boolean) => ({ $case: "virtualMachine" as const, value: { id: origin.key.id, snapshotId: base, linked } });
    const full = await make("full", { source: from(false) });
    expect(full.machine.disks.map(({ capacityBytes, usedBytes }) => [capacityBytes / 2 ** 30, usedBytes / 2 ** 30])).toEqual([
      [10, 10],
      [3, 3],
    ]);
    const linked = await make("linked", { source: from(true) });
    expect(linked.machine.disks.map(({ usedBytes }) => usedBytes / 2 ** 30)).toEqual([1, 1]);
    expect(linked.machine.placement?.host).toBe(origin.machine.placement?.host);

    await expect(simulator.delete(origin.key, never)).rejects.toMatchObject({ reason: "CONFLICT" });
    await expect(simulator.snapshots.delete(origin.key, base, never)).rejects.toMatchObject({ reason: "CONFLICT" });
    await simulator.delete(linked.key, never);
    finish();
    await simulator.delete(origin.key, never);
    finish();
    expect(simulator.state().machines.map(({ name }) => name)).toEqual(["full"]);
  });
});

describe("disks", () => {
  const header = (bytes: Uint8Array, fields = {}) => ({
    uid: "00000000-0000-4000-8000-0000000000aa",
    owner: "owner-1",
    name: "brought",
    format: "qcow2",
    totalBytes: bytes.length,
    checksum: `sha256:${createHash("sha256").update(bytes).digest("hex")}`,
    storage: "",
    ...fields,
  });
  const bytes = writeQcow2(3, Buffer.from("remuda ".repeat(1000)));

  it("come out as they went in, through a machine that boots from them", async () => {
    const { simulator, make, finish } = simulate();
    const disk = await simulator.disks.import(header(bytes), pieces(bytes), never);
    expect((await simulator.disks.import(header(bytes), pieces(bytes), never)).id).toBe(disk.id);
    const { key, machine } = await make("m", { source: { $case: "disk", value: disk.id } });
    expect(machine.disks).toMatchObject([{ id: disk.id, boot: true, capacityBytes: 3 * 2 ** 30 }]);
    expect(await simulator.disks.get(disk.id, never)).toMatchObject({ virtualMachineId: key.id });
    const ask = { id: disk.id, format: "", offset: 7 };
    await expect(simulator.disks.export(ask, never)).rejects.toMatchObject({ reason: "CONFLICT" });
    await simulator.power(key, off, never);
    finish();
    const { totalBytes, data } = await simulator.disks.export(ask, never);
    expect(totalBytes).toBe(bytes.length);
    expect(await read(data)).toEqual(bytes.subarray(7));
    await expect(simulator.create(machineRequest("second", { source: { $case: "disk", value: disk.id } }), never)).rejects.toMatchObject({
      reason: "CONFLICT",
    });
  });

  it("are not made from bytes that break off, are too many, or have another checksum", async () => {
    const { simulator } = simulate();
    const attempt = (fields: object) => simulator.disks.import(header(bytes, fields), pieces(bytes), never);
    await expect(attempt({ totalBytes: bytes.length + 1 })).rejects.toMatchObject({ reason: "INTERRUPTED" });
    const junk = Buffer.alloc(5000, "x");
    await expect(simulator.disks.import(header(junk), pieces(junk), never)).rejects.toMatchObject({ reason: "INVALID_SPEC" });
    await expect(attempt({ totalBytes: 10 })).rejects.toMatchObject({ reason: "INVALID_SPEC" });
    await expect(attempt({ checksum: `sha256:${"0".repeat(64)}` })).rejects.toMatchObject({ reason: "INVALID_SPEC" });
    expect(simulator.state().freeDisks).toEqual([]);
  });

  it("outlive their machine if they are to be kept, and become another's first disk with their content", async () => {
    const { simulator, make, finish } = simulate();
    const imported = await simulator.disks.import(header(bytes), pieces(bytes), never);
    const first = await make("first", {
      source: { $case: "disk", value: imported.id },
      disks: [
        { name: "root", sizeGib: 3, boot: true, retain: true },
        { name: "dropped", sizeGib: 1 },
        { name: "kept", sizeGib: 2, retain: true },
      ],
    });
    const kept = first.machine.disks[2]?.id ?? "";
    await simulator.delete(first.key, never);
    finish();
    expect(simulator.state().freeDisks.map(({ disk }) => disk.id)).toEqual([imported.id, kept]);
    const { disk, virtualMachineId } = await simulator.disks.get(kept, never);
    expect([disk.capacityBytes, virtualMachineId]).toEqual([2 * 2 ** 30, undefined]);
    const second = await make("second", { source: { $case: "disk", value: imported.id } });
    expect(second.machine.placement?.host).toBe(first.machine.placement?.host);
    await simulator.power(second.key, off, never);
    finish();
    const { data } = await simulator.disks.export({ id: imported.id, format: "", offset: 0 }, never);
    expect(await read(data)).toEqual(bytes);
    await simulator.delete(second.key, never);
    finish();
    expect(simulator.state().freeDisks.map(({ disk }) => disk.id)).toEqual([kept]);
  });

  it("stay as they were when there is no room for the machine that was to have them", async () => {
    const { simulator, make } = simulate();
    const { id } = await simulator.disks.import(header(bytes), pieces(bytes), never);
    const before = simulator.state().freeDisks;
    const source = { $case: "disk" as const, value: id };
    const large = machineRequest("large", { source, hardware: { cpus: 2, memoryMib: 2 ** 40 } });
    await expect(simulator.create(large, never)).rejects.toMatchObject({ reason: "NO_CAPACITY" });
    expect(simulator.state().freeDisks).toEqual(before);
    await make("small", { source });
  });

  it("are deleted by their own uid alone, and not while a machine has them", async () => {
    const { simulator, make } = simulate();
    const imported = header(bytes);
    const { id } = await simulator.disks.import(imported, pieces(bytes), never);
    const remove = (uid: string) => simulator.disks.delete({ id, uid }, never);
    for (const uid of ["", "00000000-0000-4000-8000-00000000f00d"])
      await expect(remove(uid)).rejects.toMatchObject({ reason: "FORBIDDEN" });
    expect(simulator.state().freeDisks).toHaveLength(1);
    await remove(imported.uid);
    expect(simulator.state().freeDisks).toEqual([]);
    await remove(imported.uid);
    const { machine } = await make("m");
    const owned = simulator.disks.delete({ id: machine.disks[0]?.id ?? "", uid: "" }, never);
    await expect(owned).rejects.toMatchObject({ reason: "CONFLICT" });
  });
});

describe("images that are deleted", () => {
  it("were brought and are ready; the platform's own stay", async () => {
    const { simulator, finish } = simulate();
    const source = { $case: "url" as const, value: "https://images.example/mine.img" };
    await simulator.images.prepare(PrepareImageRequest.fromPartial({ name: "mine", source }), never);
    await expect(simulator.images.delete("mine", never)).rejects.toMatchObject({ reason: "CONFLICT" });
    finish();
    await simulator.images.delete("mine", never);
    await simulator.images.delete("mine", never);
    const existing = (value: string) => PrepareImageRequest.fromPartial({ name: "x", source: { $case: "existing", value } });
    await expect(simulator.images.prepare(existing("mine"), never)).rejects.toMatchObject({ reason: "NOT_FOUND" });
    await expect(simulator.images.delete("ubuntu-24.04", never)).rejects.toMatchObject({ reason: "FORBIDDEN" });
    expect(await simulator.images.prepare(existing("ubuntu-24.04"), never)).toMatchObject({ image: { ready: true } });
  });
});

describe("images", () => {
  it("are prepared in a task, once for the same source, and only looked up as existing", async () => {
    const { simulator, finish } = simulate();
    const prepare = (fields: Parameters<typeof PrepareImageRequest.fromPartial>[0]) =>
      simulator.images.prepare(PrepareImageRequest.fromPartial({ name: "mine", ...fields }), never);
    await expect(prepare({ source: { $case: "existing", value: "mine" } })).rejects.toMatchObject({ reason: "NOT_FOUND" });
    const url = { $case: "url" as const, value: "https://images.example/mine.img" };
    const first = await prepare({ source: url });
    expect(first.image).toMatchObject({ id: "mine", ready: false });
    expect(await prepare({ source: url })).toEqual(first);
    const soon = machineRequest("soon", { source: { $case: "image", value: "mine" } });
    await expect(simulator.create(soon, never)).rejects.toMatchObject({ reason: "CONFLICT" });
    finish();
    expect(await prepare({ source: { $case: "existing", value: "mine" } })).toMatchObject({ image: { ready: true } });
    expect((await simulator.create(soon, never)).task).toBeDefined();
    await expect(prepare({ source: { ...url, value: "https://images.example/other.img" } })).rejects.toMatchObject({
      reason: "ALREADY_EXISTS",
    });
    await expect(prepare({ name: "bad", source: url, checksum: "md5:1" })).rejects.toMatchObject({ violations: [{ field: "checksum" }] });
  });
});

describe("the console", () => {
  it("prints what the guest printed, echoes what is typed, and ends when the machine stops", async () => {
    const { simulator, make, finish } = simulate();
    const { key } = await make("m");
    const session = await simulator.console.open(key, ConsoleType.SERIAL, never);
    if (!("output" in session)) throw new Error("a serial console has output");
    const output = session.output[Symbol.asyncIterator]();
    const next = async () => Buffer.from((await output.next()).value ?? []).toString();
    expect(await next()).toMatch(/Debian GNU\/Linux 12[\s\S]*m login: $/);
    session.write(Buffer.from("root\r"));
    expect(await next()).toBe("root\r\n");
    await simulator.power(key, off, never);
    finish();
    expect((await output.next()).done).toBe(true);
    await expect(simulator.console.open(key, ConsoleType.SERIAL, never)).rejects.toMatchObject({ reason: "CONFLICT" });
  });
});
