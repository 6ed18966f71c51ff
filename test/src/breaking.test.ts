import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { repository, temporaryFolder } from "./program";

const folder = temporaryFolder();
afterEach(folder.remove);
const buf = (...args: string[]) => spawnSync(join(repository, "node_modules/.bin/buf"), args, { cwd: folder.path, encoding: "utf8" });

test("a change of a field's type is found to break the published contract", () => {
  cpSync(join(repository, "proto"), join(folder.path, "proto"), { recursive: true });
  cpSync(join(repository, "buf.yaml"), join(folder.path, "buf.yaml"));
  const file = join(folder.path, "proto/remuda/provider/v1/machine.proto");
  writeFileSync(file, readFileSync(file, "utf8").replace("uint64 memory_mib = 3;", "string memory_mib = 3;"));
  expect(buf("build", "-o", "contract.binpb").status).toBe(0);
  const { status, stdout } = buf("breaking", "contract.binpb", "--against", "proto/baseline.binpb");
  expect(stdout).toContain('"memory_mib"');
  expect(status).not.toBe(0);
});
