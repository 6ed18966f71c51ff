import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";

/** The program as it is shipped, in one file. */
export async function bundleMain(): Promise<string> {
  const outfile = join(mkdtempSync(join(tmpdir(), "provider-gpu-")), "main.cjs");
  await build({
    entryPoints: [join(import.meta.dirname, "../main.ts")],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20.19",
    format: "cjs",
    define: { "import.meta.dirname": "__dirname" },
    logLevel: "error",
  });
  return outfile;
}

export interface GpuProcess {
  address: string;
  /** What it has logged so far. */
  log(): string;
  /** As a crash: SIGKILL, and gone. */
  kill(): Promise<void>;
}

/** Starts it and waits until it listens. */
export async function startProcess(program: string, args: readonly string[], environment: Record<string, string>): Promise<GpuProcess> {
  const child = spawn(process.execPath, [program, "--listen", "127.0.0.1:0", ...args], {
    env: { PATH: process.env.PATH, HOME: tmpdir(), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const lines: string[] = [];
  const address = await listening(child, exited, lines);
  return {
    address,
    log: () => lines.join("\n"),
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

function listening({ stdout, stderr }: ChildProcess, exited: Promise<unknown>, lines: string[]): Promise<string> {
  if (!stdout || !stderr) throw new Error("the process has no pipes");
  stderr.on("data", (text: Buffer) => lines.push(text.toString()));
  const found = new Promise<string>((resolve) => {
    createInterface({ input: stdout }).on("line", (line) => {
      lines.push(line);
      const { msg, address } = JSON.parse(line) as { msg: string; address?: string };
      if (msg === "provider listening" && address !== undefined) resolve(address);
    });
  });
  const died = exited.then((status) => {
    throw new Error(`the process ended with ${status}: ${lines.join("\n")}`);
  });
  return Promise.race([found, died]);
}
