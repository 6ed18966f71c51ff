import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { followLog } from "./log-files";
import { runCli } from "./testing/run-cli";

let home: string;
// The commands' own time in tests.
const now = Date.parse("2026-01-01T00:05:00Z");
const line = (msg: string, agoMs: number) => `${JSON.stringify({ level: 30, time: now - agoMs, msg })}\n`;
const file = (name: string) => join(home, "logs", name);

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "remuda-logs-"));
  mkdirSync(join(home, "logs"));
  writeFileSync(file("manager.log.1"), line("oldest", 90_000));
  writeFileSync(file("manager.log"), `${line("second", 60_000)}    at a stack\n${line("fourth", 20_000)}`);
  writeFileSync(file("sim.log"), line("third", 40_000));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));
const messages = (text: string) =>
  text
    .split("\n")
    .slice(0, -1)
    .map((l) => l.replace(/^(\w+) +│ (?:\S+ INFO +)?/, "$1:"));

describe("logs", () => {
  it("shows all processes' lines by time, the former file's too, and a stack with its line", async () => {
    const { out } = await runCli("logs", { home });
    expect(messages(out)).toEqual(["manager:oldest", "manager:second", "manager:    at a stack", "sim:third", "manager:fourth"]);
  });

  it("shows those of one, of some time, or only the newest", async () => {
    expect(messages((await runCli("logs sim", { home })).out)).toEqual(["sim:third"]);
    expect(messages((await runCli("logs --since 45s", { home })).out)).toEqual(["sim:third", "manager:fourth"]);
    expect(messages((await runCli("logs --tail 1", { home })).out)).toEqual(["manager:fourth"]);
    expect(JSON.parse((await runCli(`logs sim -o json --home ${home}`)).out)).toMatchObject({ msg: "third" });
  });

  it("follows them, also when a file is replaced and when a process is new", async () => {
    const stop = new AbortController();
    let text = "";
    const following = runCli("logs -f", {
      home,
      signal: stop.signal,
      onOut: (all) => {
        text = all;
      },
    });
    const shown = (msg: string) => expect.poll(() => text, { timeout: 5_000 }).toContain(msg);
    await shown("fourth");
    appendFileSync(file("sim.log"), line("half", 0).slice(0, 20));
    appendFileSync(file("manager.log"), line("last of the old", 0));
    renameSync(file("manager.log"), file("manager.log.1"));
    writeFileSync(file("manager.log"), line("first of the new", 0));
    writeFileSync(file("extra.log"), line("a new process", 0));
    for (const msg of ["last of the old", "first of the new", "a new process"]) await shown(msg);
    expect(text).not.toContain("half");
    appendFileSync(file("sim.log"), line("half", 0).slice(20));
    await shown("half");
    stop.abort();
    expect(await following).toMatchObject({ status: 0, err: "" });
    expect(text.match(/of the (old|new)|fourth|half/g)).toHaveLength(4);
  });

  it("says what is not there, and where it looked", async () => {
    expect(await runCli("logs manger", { home })).toMatchObject({ status: 3, err: expect.stringContaining("did you mean manager?") });
    expect(await runCli("logs", { home: join(home, "nowhere") })).toMatchObject({
      status: 3,
      err: expect.stringContaining(join(home, "nowhere/logs")),
    });
    expect((await runCli("logs --since soon", { home })).status).toBe(2);
    expect((await runCli("logs --tail many", { home })).status).toBe(2);
  });

  it("waits where there is no file for a moment", () => {
    const follower = followLog(home, "sim");
    expect(follower.read().map((l) => l.time)).toEqual([now - 40_000]);
    rmSync(file("sim.log"));
    expect(follower.read()).toEqual([]);
    writeFileSync(file("sim.log"), line("again", 0));
    expect(follower.read()).toHaveLength(1);
    follower.close();
  });
});
