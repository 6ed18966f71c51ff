import { Duplex } from "node:stream";
import { describe, expect, test } from "vitest";
import type { LibvirtError } from "../error";
import { procedures } from "../table/procedures";
import { createWriter } from "../xdr/writer";
import { createFrameSplitter, type Frame, FrameStatus, FrameType, fillHeader, headerLength, headerOf, maxFrameLength } from "./frame";
import { createLink, type LinkOptions } from "./link";

/** A daemon that does what the test says: `received` has what it was sent, `send` sends. */
function peer(options: Partial<LinkOptions> = {}) {
  const received: Frame[] = [];
  const writes: number[] = [];
  const split = createFrameSplitter((frame) => received.push(frame));
  const socket = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      writes.push(chunk.length);
      split(chunk);
      done();
    },
  });
  const ended: LibvirtError[] = [];
  const link = createLink(socket, {
    inFlight: 2,
    maxQueued: 4,
    keepalive: { intervalMs: 60_000, count: 5 },
    onMessage() {},
    onEnd: (error) => ended.push(error),
    ...options,
  });
  return { link, received, writes, ended, send: (bytes: Buffer) => void socket.push(bytes) };
}

const program = 0x20008086;
function reply(call: Frame | undefined, fill: (writer: ReturnType<typeof createWriter>) => void, status: number = FrameStatus.ok): Buffer {
  if (!call) throw new Error("no call to reply to");
  const writer = createWriter(maxFrameLength, headerLength);
  fill(writer);
  return fillHeader(writer.finish(), { ...call, type: FrameType.reply, status });
}
const hostname = (call: Frame | undefined, name: string) =>
  reply(call, (writer) => {
    writer.uint(name.length);
    writer.bytes(Buffer.from(name));
  });
const request = (lane = "", over: { deadlineMs?: number; signal?: AbortSignal } = {}) => ({
  name: "connectGetHostname",
  lane,
  deadlineMs: Number.POSITIVE_INFINITY,
  signal: undefined,
  ...over,
});
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("calls on a link", () => {
  const ask = (p: ReturnType<typeof peer>, lane?: string, over?: Parameters<typeof request>[1]) =>
    p.link.call(procedures.connectGetHostname, {}, request(lane, over)).then(({ hostname }) => hostname);

  test("replies find their calls in any order, and calls of one turn leave in one write", async () => {
    const p = peer();
    const answers = [ask(p), ask(p)];
    await turn();
    expect(p.writes).toEqual([56]);
    p.send(hostname(p.received[1], "second"));
    p.send(hostname(p.received[0], "first"));
    expect(await Promise.all(answers)).toEqual(["first", "second"]);
  });

  test("no more are with the daemon than may be, and lanes take turns", async () => {
    const p = peer({ inFlight: 1 });
    const order: string[] = [];
    const calls = ["crowd", "crowd", "crowd", "single"].map((lane, i) => ask(p, lane).then(() => order.push(`${lane} ${i}`)));
    for (let i = 0; i < 4; i++) {
      await turn();
      expect(p.received.length).toBe(i + 1);
      p.send(hostname(p.received[i], "h"));
    }
    await Promise.all(calls);
    expect(order).toEqual(["crowd 0", "crowd 1", "single 3", "crowd 2"]);
  });

  test("a queue that is full says so", async () => {
    const p = peer({ inFlight: 1, maxQueued: 1 });
    const first = [ask(p), ask(p)];
    await expect(ask(p)).rejects.toMatchObject({ reason: "BUSY", sent: false });
    p.link.end(Object.assign(new Error("over")) as LibvirtError);
    await Promise.allSettled(first);
  });

  test("an aborted call keeps its place until the answer comes; one that waits leaves", async () => {
    const p = peer({ inFlight: 1 });
    const abort = new AbortController();
    const sent = ask(p, "", { signal: abort.signal });
    const waits = ask(p, "", { signal: abort.signal });
    const other = ask(p);
    await turn();
    abort.abort();
    await expect(sent).rejects.toMatchObject({ reason: "ABORTED", sent: true, outcomeUnknown: true });
    await expect(waits).rejects.toMatchObject({ reason: "ABORTED", sent: false, outcomeUnknown: false });
    expect(p.received.length).toBe(1);
    p.send(hostname(p.received[0], "late"));
    await turn();
    p.send(hostname(p.received[1], "other"));
    expect(await other).toBe("other");
    expect(p.ended).toEqual([]);
  });

  test("a deadline says whether the call was sent", async () => {
    const p = peer({ inFlight: 1 });
    const calls = await Promise.allSettled([ask(p, "", { deadlineMs: 10 }), ask(p, "", { deadlineMs: 10 })]);
    expect(calls).toMatchObject([{ reason: { reason: "TIMEOUT", sent: true } }, { reason: { reason: "TIMEOUT", sent: false } }]);
  });
});

describe("a hostile daemon ends the link with a clear error, whatever waits", () => {
  const frame = (length: number, version = 1) => {
    const bytes = headerOf({ program, procedure: 59, type: FrameType.reply, serial: 1, status: FrameStatus.ok });
    bytes.writeUInt32BE(length, 0);
    bytes.writeUInt32BE(version, 8);
    return bytes;
  };
  test.each([
    ["a length below a header's", frame(27), /27 bytes/],
    ["a length over the limit", frame(maxFrameLength + 1), /33554437 bytes/],
    ["another version", frame(28, 2), /version 2/],
    ["a reply to nothing", headerOf({ program, procedure: 59, type: FrameType.reply, serial: 99, status: FrameStatus.ok }), /not made/],
    ["an unknown type", headerOf({ program, procedure: 59, type: 77, serial: 1, status: FrameStatus.ok }), /type 77/],
    [
      "a reply of another procedure",
      headerOf({ program, procedure: 1, type: FrameType.reply, serial: 1, status: FrameStatus.ok }),
      /procedure 1 /,
    ],
    ["an answer cut short", frame(28), /4 bytes wanted/],
  ])("%s", async (_, bytes, message) => {
    const p = peer();
    const call = p.link.call(procedures.connectGetHostname, {}, request());
    await turn();
    p.send(bytes);
    await expect(call).rejects.toMatchObject({ reason: "PROTOCOL", sent: true, message: expect.stringMatching(message) });
    expect(p.ended).toMatchObject([{ reason: "PROTOCOL" }]);
  });

  test("a claimed length takes no memory, only what came does", () => {
    const split = createFrameSplitter(() => undefined);
    const before = process.memoryUsage().arrayBuffers;
    const splitters = Array.from({ length: 50 }, () => createFrameSplitter(() => undefined));
    for (const one of [split, ...splitters]) one(frame(maxFrameLength));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(maxFrameLength);
  });

  test("frames survive any cut of their bytes", () => {
    const frames = [frame(28), Buffer.concat([frame(28 + 5), Buffer.from("abcde")]), frame(28)];
    const bytes = Buffer.concat(frames);
    for (let size = 1; size < bytes.length; size++) {
      const seen: string[] = [];
      const split = createFrameSplitter(({ payload }) => seen.push(payload.toString()));
      for (let at = 0; at < bytes.length; at += size) split(bytes.subarray(at, at + size));
      expect(seen).toEqual(["", "abcde", ""]);
    }
  });
});
