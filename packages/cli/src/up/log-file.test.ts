import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { systemDisk } from "./disk";
import { createLogFolder } from "./log-file";

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "remuda-logs-")), "logs");
});
afterEach(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

const failing = (code: string) => Object.assign(new Error(`${code}: write`), { code });

it("keeps files within their bound", () => {
  const file = createLogFolder({ folder, say: expect.fail, maxBytes: 100 })("a.log");
  for (let i = 0; i < 40; i++) file.write(`line ${i}`.padEnd(19));
  file.close();
  const path = join(folder, "a.log");
  expect(readFileSync(path, "utf8")).toContain("line 39");
  expect(readFileSync(path).length + readFileSync(`${path}.1`).length).toBeLessThanOrEqual(200);
});

it("goes on without the logs on a full disk, says so once for all of them, and writes again when there is room", () => {
  const told: string[] = [];
  let full = false;
  const disk = {
    ...systemDisk,
    writeSync(file: number, text: string) {
      if (full) throw failing("ENOSPC");
      return systemDisk.writeSync(file, text);
    },
  };
  // Only this one of its forms is used.
  const open = createLogFolder({ folder, say: (line) => told.push(line), disk: disk as typeof systemDisk });
  const files = [open("manager.log"), open("sim.log")];
  const writeAll = (line: string) => {
    for (const file of files) file.write(line);
  };
  writeAll("one");
  full = true;
  writeAll("two");
  writeAll("three");
  expect(told).toEqual([`the disk is full: the logs in ${folder} are not written while that lasts; all else goes on`]);
  full = false;
  writeAll("four");
  for (const file of files) file.close();
  for (const name of ["manager.log", "sim.log"]) expect(readFileSync(join(folder, name), "utf8")).toBe("one\nfour\n");
  expect(told).toHaveLength(1);
});

it("goes on when a file can't even be opened, or moved aside", () => {
  const told: string[] = [];
  const say = (line: string) => told.push(line);
  const openSync = () => {
    throw failing("EROFS");
  };
  createLogFolder({ folder, say, disk: { ...systemDisk, openSync } })("a.log").write("lost");
  expect(told).toEqual([expect.stringContaining("the disk is read-only: the logs in")]);
  let moves = 0;
  const renameSync = () => {
    if (++moves === 1) throw failing("ENOSPC");
  };
  const file = createLogFolder({ folder, say, maxBytes: 8, disk: { ...systemDisk, renameSync } })("b.log");
  for (const line of ["first", "second", "third"]) file.write(line);
  file.close();
  expect(told).toHaveLength(2);
  expect(readFileSync(join(folder, "b.log"), "utf8")).toBe("first\nthird\n");
});
