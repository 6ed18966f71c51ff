import { execFileSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { childrenOf, type Installation, install, startUp, type UpProcess, until } from "../testing/up-process";
import { isAlive } from "./process-identity";

/** A small disk of its own; undefined where this user may not mount one. */
function mountSmall(path: string): string | undefined {
  mkdirSync(path);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", path], { stdio: "ignore" });
    return path;
  } catch {
    return undefined;
  }
}

const folder = mkdtempSync(join(tmpdir(), "remuda-full-disk-"));
const disk = mountSmall(join(folder, "disk"));
let remuda: Installation;
let running: UpProcess | undefined;
beforeAll(async () => {
  remuda = await install(folder);
  // It has something to log all the time.
  for (const name of ["manager", "provider-sim"]) remuda.service(name, talkative);
});
afterEach(async () => {
  running?.child.kill("SIGKILL");
  await running?.ended;
});
afterAll(() => {
  if (disk !== undefined) execFileSync("umount", [disk]);
  rmSync(folder, { recursive: true, force: true });
});

const talkative = `
const [host, port] = process.argv[process.argv.indexOf("--listen") + 1].split(":");
require("node:net").createServer().listen(port, host);
setInterval(() => console.log("x".repeat(200)), 10);
process.on("SIGTERM", () => process.exit(0));
`;

const fill = (path: string) => {
  const file = openSync(path, "a");
  try {
    for (;;) writeSync(file, "x".repeat(1024));
  } catch {
    closeSync(file);
  }
};
const times = (text: string, part: string) => text.split(part).length - 1;

it.skipIf(disk === undefined)("up goes on with a full disk, and says so once (skipped where a disk can't be mounted)", async () => {
  const home = join(disk ?? "", "home");
  const up = startUp(remuda, home, ["--logs", "none"]);
  running = up;
  await up.said("remuda is up");
  const filler = join(disk ?? "", "filler");
  fill(filler);
  await up.said("the logs in");
  const sim = childrenOf(home).sim ?? { pid: -1, started: "" };
  process.kill(sim.pid, "SIGKILL");
  await up.said("ended (by SIGKILL); starts again");
  await up.said("up.lock does not tell which processes run");
  expect(up.output()).toContain(`the disk is full: the logs in ${home}/logs are not written while that lasts`);
  rmSync(filler);
  const log = join(home, "logs/manager.log");
  const before = readFileSync(log).length;
  await until(
    () => readFileSync(log).length > before,
    () => "logs are written again",
  );
  up.child.kill("SIGINT");
  expect(await up.ended).toBe(0);
  expect(times(up.output(), "the disk is full: the logs")).toBe(1);
  expect(up.output()).not.toContain("Error:");
  expect(isAlive(sim)).toBe(false);
  expect(existsSync(join(home, "up.lock"))).toBe(false);
});

it.skipIf(disk === undefined)(
  "up does not start on a disk that is full already, or read-only (skipped where a disk can't be mounted)",
  async () => {
    fill(join(disk ?? "", "filler"));
    const refused = startUp(remuda, join(disk ?? "", "other"));
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toMatch(/^error: the home folder \S+ can't be used: the disk is full\n {2}put that right, or name another/);
    execFileSync("mount", ["-o", "remount,ro", disk ?? ""]);
    const readOnly = startUp(remuda, join(disk ?? "", "other"));
    expect(await readOnly.ended).toBe(1);
    expect(readOnly.output()).toMatch(/^error: the home folder \S+ can't be used: the disk is read-only\n/);
  },
);
