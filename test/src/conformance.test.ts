import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { bundles, type Program, startProgram, temporaryFolder } from "./program";

const exec = promisify(execFile);
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const providers: { name: string; bundle: keyof typeof bundles; flags: (folder: string) => string[] }[] = [
  { name: "provider-sim", bundle: "provider-sim", flags: () => ["--latency-ms", "20", "--guest-shutdown-ms", "50"] },
  {
    name: "the example of the provider author's path",
    bundle: "example-memory",
    flags: (folder) => ["--file", join(folder, "machines.json")],
  },
];

describe.each(providers)("remuda conformance and $name", ({ bundle, flags }) => {
  test("ends with 0, and its JUnit report has every rule", { timeout: 180_000 }, async () => {
    const folder = temporaryFolder();
    const address = `unix:${join(folder.path, "provider.sock")}`;
    const program: Program = startProgram(bundle, ["--listen", address, ...flags(folder.path)]);
    cleanups.push(folder.remove, () => program.kill("SIGKILL"));
    await program.printed("provider listening");

    const report = join(folder.path, "report.xml");
    const { stdout } = await exec(process.execPath, [bundles.remuda, "conformance", address, "--junit", report]);
    const [, passed, skipped] = /(\d+) passed, 0 failed, (\d+) skipped/.exec(stdout) ?? [];
    expect(Number(passed)).toBeGreaterThan(50);
    const cases = readFileSync(report, "utf8").match(/<testcase /g) ?? [];
    expect(cases).toHaveLength(Number(passed) + Number(skipped));
  });
});
