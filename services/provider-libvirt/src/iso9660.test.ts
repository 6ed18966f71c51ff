import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { buildIso } from "./iso9660";

const date = new Date("2026-03-04T05:06:07Z");
const folder = mkdtempSync(join(tmpdir(), "iso9660-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("an ISO 9660 volume", () => {
  const files = [
    { name: "meta-data", content: Buffer.from("instance-id: x\n") },
    { name: "user-data", content: Buffer.alloc(5000, "u") },
    { name: "network-config", content: Buffer.alloc(0) },
  ];

  test("has its label where those who look for a seed look, and is as long as it says", () => {
    const volume = buildIso("cidata", files, date);
    expect(volume.toString("latin1", 32808, 32814)).toBe("cidata");
    expect(volume.readUInt32LE(32768 + 80) * 2048).toBe(volume.length);
    expect(volume.toString("latin1", 32768 + 813, 32768 + 829)).toBe("2026030405060700");
  });

  test("is read by the kernel, with full names and every byte", (context) => {
    const image = join(folder, "seed.iso");
    writeFileSync(image, buildIso("cidata", files, date));
    const at = join(folder, "mounted");
    try {
      execFileSync("sh", ["-c", `mkdir -p ${at} && mount -t iso9660 -o ro,loop ${image} ${at}`], { stdio: "pipe" });
    } catch {
      return context.skip("no loop devices here; the guest of the other tests reads one");
    }
    try {
      expect(readdirSync(at).sort()).toEqual(["meta-data", "network-config", "user-data"]);
      for (const { name, content } of files) expect(readFileSync(join(at, name)).equals(content)).toBe(true);
    } finally {
      execFileSync("umount", [at]);
    }
  });

  test("refuses more files than its folder holds", () => {
    const many = Array.from({ length: 40 }, (_, i) => ({ name: `file-${i}`, content: Buffer.alloc(1) }));
    expect(() => buildIso("x", many, date)).toThrow("too many files");
  });
});
