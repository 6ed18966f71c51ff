import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { ManagerService } from "@remuda/contract/manager";
import { systemClock } from "@remuda/reconciler";
import { afterAll, expect, test } from "vitest";
import { readConfig } from "./config";
import { createLog } from "./log";
import { run } from "./run";

/** A small disk of its own; undefined where this user may not mount one. */
function mountSmall(path: string): string | undefined {
  mkdirSync(path);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=512k", "tmpfs", path], { stdio: "ignore" });
    return path;
  } catch {
    return undefined;
  }
}

const folder = mkdtempSync(join(tmpdir(), "remuda-manager-disk-"));
const disk = mountSmall(join(folder, "disk"));
afterAll(() => {
  // Lazily: libsql closes its files only once the garbage collector comes.
  if (disk !== undefined) execFileSync("umount", ["-l", disk]);
  rmSync(folder, { recursive: true, force: true });
});
const filler = join(folder, "disk/filler");
const fill = () => {
  const file = openSync(filler, "a");
  try {
    for (;;) writeSync(file, "x".repeat(1024));
  } catch {
    closeSync(file);
  }
};

test.skipIf(disk === undefined)(
  "on a full disk the log says so once until there is room again, and the manager ends in order (skipped where a disk can't be mounted)",
  async () => {
    const lines: { msg: string; address?: string; err?: object }[] = [];
    const { log, follow } = createLog("info", systemClock, { write: (line) => void lines.push(JSON.parse(line)) });
    const stop = await run(readConfig(["--listen", "127.0.0.1:0", "--data-dir", join(disk ?? "", "data")], {}), log, follow);
    const said = (words: string) => lines.filter((line) => line.msg.includes(words)).length;
    const address = lines.find((line) => line.msg === "manager listening")?.address ?? "";
    const client = createClient(ManagerService, createConnectTransport({ baseUrl: `http://${address}`, httpVersion: "2" }));
    let made = 0;
    const network = () => ({
      apiVersion: "remuda.dev/v1alpha1",
      kind: "VMNetwork",
      metadata: { name: `lan-${++made}`, labels: { filling: "x".repeat(60) } },
      spec: { network: "lan" },
    });
    const apply = () => client.apply({ resources: Array.from({ length: 50 }, network) });
    const refused = async () => {
      // What the database has left of its own may take some yet.
      await expect.poll(() => apply().then(() => "", String)).toContain("disk is full");
      for (let i = 0; i < 5; i++) await expect(apply()).rejects.toThrow("disk is full");
    };
    await apply();
    for (const round of [1, 2]) {
      fill();
      await refused();
      expect([said("a call of the API failed"), said("the store can't be written")]).toEqual([round, round]);
      if (round === 2) break;
      rmSync(filler);
      await expect.poll(() => said("can be written again"), { timeout: 10_000 }).toBe(round);
      await apply();
    }
    await stop();
    expect(said("the store was closed as it stands")).toBe(1);
  },
  30_000,
);
