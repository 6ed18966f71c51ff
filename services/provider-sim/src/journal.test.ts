import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { openJournal } from "./journal";

/** A small disk of its own; undefined where this user may not mount one. */
function mountSmall(path: string): string | undefined {
  mkdirSync(path);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=4k", "tmpfs", path], { stdio: "ignore" });
    return path;
  } catch {
    return undefined;
  }
}

const folder = mkdtempSync(join(tmpdir(), "remuda-journal-"));
const disk = mountSmall(join(folder, "disk"));
afterAll(() => {
  // Lazily: libsql closes its files only once the garbage collector comes.
  if (disk !== undefined) execFileSync("umount", ["-l", disk]);
  rmSync(folder, { recursive: true, force: true });
});
const message = (what: string) => expect.stringMatching(new RegExp(`^the state in \\S+ can't be used: ${what}; .*--state-dir$`));

it.skipIf(disk === undefined).each([4, 16, 64])(
  "a disk of %i KiB that is full is told in one line (skipped where a disk can't be mounted)",
  (kib) => {
    execFileSync("mount", ["-o", `remount,size=${kib}k`, disk ?? ""]);
    const opening = () => openJournal(join(disk ?? "", `state-${kib}`));
    expect(opening).toThrow(expect.objectContaining({ name: "StartError", message: message("its disk is full(, or fails)?") }));
    rmSync(join(disk ?? "", `state-${kib}`), { recursive: true });
  },
);

it("a folder that can't be made is told in one line, and one that another simulator has as such", () => {
  writeFileSync(join(folder, "file"), "");
  const state = join(folder, "state");
  const first = openJournal(state);
  expect(() => openJournal(join(folder, "file"))).toThrow(
    expect.objectContaining({ name: "StartError", message: message("a file stands in the way") }),
  );
  expect(() => openJournal(state)).toThrow(expect.objectContaining({ message: `${state} is in use by another simulator` }));
  first.close();
  openJournal(state).close();
});
