import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { type Image, PowerState, PrepareImageRequest } from "@remuda/contract";
import { testGuest, until } from "@remuda/libvirt-client/testing";
import type { Provider } from "@remuda/provider-kit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { daemonHere } from "./testing/peers";
import { machineRequest, make, never, settle, startWorld, type World } from "./testing/world";

describe.runIf(daemonHere)("images that are brought", () => {
  let world: World;
  let content: Buffer;
  let server: Server;
  let url: string;
  /** The server sends the half, and then waits. */
  let stall = false;
  beforeAll(async () => {
    world = await startWorld();
    content = await readFile((await testGuest()).disk);
    server = createServer((request, response) => {
      if (request.url !== "/guest.qcow2") return void response.writeHead(404).end();
      response.writeHead(200, { "content-length": content.length });
      if (stall) response.write(content.subarray(0, content.length / 2));
      else response.end(content);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/guest.qcow2`;
  }, 180_000);
  afterAll(async () => {
    server?.closeAllConnections();
    server?.close();
    await world?.stop();
  });

  const checksum = () => `sha256:${createHash("sha256").update(content).digest("hex")}`;
  const prepare = (name: string, source: PrepareImageRequest["source"], sum = "") => {
    const { images } = world.provider;
    if (!images) throw new Error("no images");
    return images.prepare(PrepareImageRequest.create({ name, source, checksum: sum }), never);
  };
  const listed = async ({ images }: Provider): Promise<Image[]> => {
    const found: Image[] = [];
    for await (const image of images?.list(never) ?? []) found.push(image);
    return found;
  };

  test("from a URL: fetched, checked, converted, and a machine is made of it", { timeout: 60_000 }, async () => {
    const { task } = await prepare("from-url", { $case: "url", value: url }, checksum());
    await settle(world.provider, task);
    expect(await listed(world.provider)).toContainEqual(
      expect.objectContaining({ id: "from-url", format: "qcow2", ready: true, capacityBytes: 64 * 2 ** 20 }),
    );
    expect(await world.daemon.virsh("vol-list", "default")).not.toContain(".part");
    const again = await prepare("from-url", { $case: "url", value: url }, checksum());
    expect(again).toMatchObject({ image: { id: "from-url", ready: true } });
    expect(again.task).toBeUndefined();
    const request = machineRequest("of-url", { source: { $case: "image", value: "from-url" }, powerState: PowerState.OFF });
    const key = await make(world.provider, request);
    await settle(world.provider, await world.provider.delete(key, never));
  });

  test("one with another checksum, one that isn't there, and one that stands on another file are refused and leave nothing", async () => {
    const before = await world.daemon.virsh("vol-list", "default");
    const wrong = await prepare("wrong", { $case: "url", value: url }, `sha256:${"0".repeat(64)}`);
    await expect(settle(world.provider, wrong.task)).rejects.toMatchObject({ reason: "INVALID_SPEC" });
    const missing = await prepare("missing", { $case: "url", value: `${url}.not` }, checksum());
    await expect(settle(world.provider, missing.task)).rejects.toMatchObject({ reason: "NOT_FOUND" });
    const overlay = Buffer.alloc(65536 * 4);
    // The head of a qcow2 of version 2 with the name of a backing file.
    overlay.write("QFI\xfb", 0, "latin1");
    overlay.writeUInt32BE(2, 4);
    overlay.writeBigUInt64BE(72n, 8);
    overlay.writeUInt32BE(11, 16);
    overlay.writeUInt32BE(16, 20);
    overlay.writeBigUInt64BE(BigInt(2 ** 20), 24);
    overlay.write("/etc/passwd", 72);
    const file = `${world.daemon.folder}/overlay.qcow2`;
    await writeFile(file, overlay);
    const standing = await prepare("standing", { $case: "file", value: file });
    await expect(settle(world.provider, standing.task)).rejects.toMatchObject({ reason: "INVALID_SPEC" });
    expect(await world.daemon.virsh("vol-list", "default")).toBe(before);
  });

  test("one whose provider ended in the middle is INTERRUPTED, not ready, and whole when it is asked for again", {
    timeout: 60_000,
  }, async () => {
    stall = true;
    const { task } = await prepare("cut", { $case: "url", value: url }, checksum());
    await until("its bytes come", async () => (await world.daemon.virsh("vol-list", "default")).includes("remuda-import-cut.part"));
    await world.reopen();
    stall = false;
    await expect(settle(world.provider, task)).rejects.toMatchObject({ reason: "INTERRUPTED" });
    expect((await listed(world.provider)).map(({ id }) => id)).not.toContain("cut");
    const again = await prepare("cut", { $case: "url", value: url }, checksum());
    await settle(world.provider, again.task);
    expect(await listed(world.provider)).toContainEqual(expect.objectContaining({ id: "cut", ready: true }));
    expect(await world.daemon.virsh("vol-list", "default")).not.toContain(".part");
  });
});
