import { execFileSync, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startFakeManager } from "./testing/fake-manager";
import { type Installation, install } from "./testing/up-process";

const folder = mkdtempSync(join(tmpdir(), "remuda-stdout-"));
const disk = mountSmall(join(folder, "disk"));
let remuda: Installation;
beforeAll(async () => {
  remuda = await install(folder);
});
afterAll(() => {
  if (disk !== undefined) execFileSync("umount", [disk]);
  rmSync(folder, { recursive: true, force: true });
});

/** A small disk of its own; undefined where this user may not mount one. */
function mountSmall(path: string): string | undefined {
  mkdirSync(path);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=8k", "tmpfs", path], { stdio: "ignore" });
    return path;
  } catch {
    return undefined;
  }
}

/** With standard output in a file. */
async function runInto(path: string, args: readonly string[]): Promise<{ status: number; err: string }> {
  const output = openSync(path, "w");
  const child = spawn(process.execPath, [remuda.script, ...args], { stdio: ["ignore", output, "pipe"] });
  let err = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  const status = await new Promise<number>((done) => child.on("close", (code) => done(code ?? -1)));
  closeSync(output);
  return { status, err };
}

describe.skipIf(!existsSync("/dev/full"))("results that can't be written (skipped where there is no /dev/full)", () => {
  it("end the command with 1 and one line that says so", async () => {
    expect(await runInto("/dev/full", ["help"])).toEqual({ status: 1, err: "error: can't write the results: the disk is full\n" });
    const { err } = await runInto("/dev/full", ["version", "--client", "--errors", "json"]);
    expect(JSON.parse(err)).toEqual({ error: { reason: "ERROR", exitStatus: 1, message: "can't write the results: the disk is full" } });
  });

  it("are no difference", async () => {
    const manager = await startFakeManager();
    const file = join(folder, "network.yaml");
    writeFileSync(file, "apiVersion: remuda.dev/v1alpha1\nkind: VMNetwork\nmetadata: {name: lan}\nspec: {network: lan}\n");
    const result = await runInto("/dev/full", ["diff", "-f", file, "--server", manager.address]);
    expect(result).toEqual({ status: 10, err: "error: can't write the results: the disk is full\n" });
    await manager.close();
  });
});

it.skipIf(disk === undefined)("results that only fit in part are no success (skipped where a disk can't be mounted)", async () => {
  writeFileSync(join(disk ?? "", "filler"), "x".repeat(4096));
  const manager = await startFakeManager();
  manager.resources.set("VMNetwork/lan", {
    ...{ apiVersion: "remuda.dev/v1alpha1", kind: "VMNetwork" },
    metadata: { name: "lan", annotations: { long: "x".repeat(5000) } },
  });
  const result = await runInto(join(disk ?? "", "out"), ["get", "network", "lan", "-o", "json", "--server", manager.address]);
  expect(result.status).toBe(1);
  expect(JSON.parse(result.err).error.message).toBe("can't write the results: the disk is full");
  await manager.close();
});
