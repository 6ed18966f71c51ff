import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect, type Libvirt, type StreamPiece } from "./index";
import { startDaemon, type TestDaemon } from "./testing/index";
import { daemonHere } from "./testing/peers";

const volumeXml = (name: string, bytes: number) =>
  `<volume><name>${name}</name><capacity>${bytes}</capacity><allocation>0</allocation></volume>`;
const sparse = 1;

describe.runIf(daemonHere)("streams of a real libvirtd", () => {
  let daemon: TestDaemon;
  let virt: Libvirt;
  beforeAll(async () => {
    daemon = await startDaemon();
    virt = await connect(daemon.uri);
  });
  afterAll(async () => {
    await virt?.close();
    await daemon?.stop();
  });

  const volume = async (name: string, bytes: number) => {
    const { pool } = await virt.call("storagePoolLookupByName", { name: "default" });
    return (await virt.call("storageVolCreateXml", { pool, xml: volumeXml(name, bytes), flags: 0 })).vol;
  };
  const whole = { offset: 0n, length: 0n };

  test("what goes up comes down, while other calls are answered", async () => {
    const bytes = randomBytes(9_000_001);
    const vol = await volume("up", bytes.length);
    const upload = await virt.openWritable("storageVolUpload", { vol, ...whole, flags: 0 });
    const others = Promise.all(Array.from({ length: 20 }, () => virt.call("connectGetHostname", {})));
    await pipeline(Readable.from([bytes.subarray(0, 1), bytes.subarray(1, 5_000_000), bytes.subarray(5_000_000)]), upload);
    await others;
    expect((await readFile(join(daemon.pool, "up"))).equals(bytes)).toBe(true);
    const download = await virt.openReadable("storageVolDownload", { vol, ...whole, flags: 0 });
    expect(Buffer.concat(await download.toArray()).equals(bytes)).toBe(true);
  });

  test("holes go up and come down as holes, and read as zeros for who doesn't ask", async () => {
    const hole = 3_000_000;
    const block = randomBytes(65536);
    const size = hole + 2 * block.length;
    const vol = await volume("sparse", size);
    const upload = await virt.openWritable("storageVolUpload", { vol, offset: 0n, length: BigInt(size), flags: sparse }, { holes: true });
    const pieces: StreamPiece[] = [block, { hole }, block];
    await pipeline(Readable.from(pieces), upload);
    const expected = Buffer.concat([block, Buffer.alloc(hole), block]);
    expect((await readFile(join(daemon.pool, "sparse"))).equals(expected)).toBe(true);

    const asPieces = await virt.openReadable("storageVolDownload", { vol, ...whole, flags: sparse }, { holes: true });
    const came: StreamPiece[] = await asPieces.toArray();
    const holes = came.flatMap((piece) => ("hole" in piece ? [piece.hole] : []));
    expect(holes.reduce((sum, bytes) => sum + bytes, 0)).toBeGreaterThan(hole - 65536);
    const asBytes = await virt.openReadable("storageVolDownload", { vol, ...whole, flags: sparse });
    expect(Buffer.concat(await asBytes.toArray()).equals(expected)).toBe(true);
  });

  test("a download that is dropped halfway leaves the connection in order", async () => {
    const vol = await volume("dropped", 20_000_000);
    const download = await virt.openReadable("storageVolDownload", { vol, ...whole, flags: 0 });
    for await (const chunk of download) if (chunk.length > 0) break;
    expect(download.destroyed).toBe(true);
    expect((await virt.call("connectGetHostname", {})).hostname).not.toBe("");
    await virt.call("storageVolDelete", { vol, flags: 0 });
  });

  test("an upload past the end of what was asked for fails with the daemon's reason", async () => {
    const vol = await volume("small", 4096);
    const upload = await virt.openWritable("storageVolUpload", { vol, offset: 0n, length: 4096n, flags: 0 });
    await expect(pipeline(Readable.from([randomBytes(4_000_000)]), upload)).rejects.toMatchObject({ reason: "REFUSED" });
  });

  test("an upload whose daemon dies fails as lost", async () => {
    const vol = await volume("lost", 4096);
    const upload = await virt.openWritable("storageVolUpload", { vol, ...whole, flags: 0 });
    const failed = new Promise((resolve) => upload.once("error", resolve));
    await daemon.kill();
    expect(await failed).toMatchObject({ reason: "LOST", message: expect.stringMatching(/in the middle of a stream/) });
    await daemon.start();
  });
});
