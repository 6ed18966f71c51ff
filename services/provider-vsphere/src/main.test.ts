import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { hasVcsim, startVcsim, type Vcsim } from "@remuda/vsphere-client/testing";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readConfig } from "./config";

const folder = mkdtempSync(join(tmpdir(), "provider-vsphere-"));
const passwordFile = join(folder, "password");
writeFileSync(passwordFile, "secret&<>\n");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.runIf(hasVcsim)("the program as it is shipped", () => {
  const program = join(folder, "main.cjs");
  let vcsim: Vcsim;
  beforeAll(async () => {
    vcsim = await startVcsim();
    await build({
      entryPoints: [join(import.meta.dirname, "main.ts")],
      outfile: program,
      bundle: true,
      platform: "node",
      target: "node20.19",
      format: "cjs",
      define: { "import.meta.dirname": "__dirname" },
      logLevel: "error",
    });
  });
  afterAll(() => vcsim?.stop());

  const run = (...args: string[]) =>
    spawn(process.execPath, [program, "--listen", "127.0.0.1:0", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const exitOf = (child: ChildProcess) => new Promise<number | null>((resolve) => child.once("exit", resolve));

  test("it listens, and ends with status 0 on SIGTERM, without the password in its log", async () => {
    const child = run("--url", vcsim.url, "--username", vcsim.username, "--password-file", passwordFile);
    const exit = exitOf(child);
    const lines: string[] = [];
    await new Promise<void>((resolve, reject) => {
      child.once("exit", (status) => reject(new Error(`it ended with ${status}: ${lines.join("\n")}`)));
      createInterface({ input: child.stdout }).on("line", (line) => {
        lines.push(line);
        if (line.includes("provider listening")) resolve();
      });
    });
    child.kill("SIGTERM");
    expect(await exit).toBe(0);
    expect(lines.join("\n")).not.toContain("secret");
  });

  test("what is wrong on its command line is said with the flag", async () => {
    const child = run("--url", "http://vcenter.example.com", "--username", "u", "--password-file", passwordFile);
    let said = "";
    child.stderr.on("data", (text: Buffer) => {
      said += text;
    });
    expect(await exitOf(child)).toBe(1);
    expect(said).toContain("--url");
  });
});

test("trust is the system's, a file of roots, or a thumbprint; never both, and never none", () => {
  const given = { url: "https://vcenter.example.com", username: "u", "password-file": passwordFile };
  expect(readConfig(given).connection).toMatchObject({ password: "secret&<>", trust: { kind: "system" } });
  expect(readConfig({ ...given, "ca-file": passwordFile }).connection.trust).toMatchObject({ kind: "ca" });
  expect(readConfig({ ...given, thumbprint: "ab" }).connection.trust).toEqual({ kind: "thumbprint", thumbprint: "ab" });
  expect(() => readConfig({ ...given, thumbprint: "ab", "ca-file": passwordFile })).toThrow("--ca-file and --thumbprint");
  expect(() => readConfig({ ...given, "password-file": join(folder, "nothing") })).toThrow("--password-file");
});
