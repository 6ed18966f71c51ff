import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repository } from "./program";

// The built program: bundling renames classes, which tests of the sources can't see.
const remuda = (...args: string[]) =>
  spawnSync(process.execPath, [join(repository, "packages/cli/dist/remuda.cjs"), ...args], { encoding: "utf8", timeout: 20_000 });

test.each([
  { args: ["gett", "vm"], told: "unknown command 'gett'", hint: "Did you mean get?" },
  { args: ["get", "vm", "--nix"], told: "unknown option '--nix'" },
  { args: ["completion", "nix"], told: "nix" },
  { args: ["power", "of", "web-1"], told: "of" },
])("a mistyped $args is told in a line, with status 2", ({ args, told, hint = "" }) => {
  const { status, stderr } = remuda(...args);
  expect(status).toBe(2);
  expect(stderr).toContain(told);
  expect(stderr).toContain(hint);
  expect(stderr).not.toMatch(/^ {4}at /m);
  expect(stderr).not.toContain("fault of remuda");
});

test("a service that is started with its output in a pipe finds its native code", () => {
  const { status, stdout } = remuda("manager", "--help");
  expect(status).toBe(0);
  expect(stdout).toContain("--listen");
});
