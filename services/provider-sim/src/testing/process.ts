import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";

const here = import.meta.dirname;

/** The program as it is shipped, in one file. */
export async function bundleMain(): Promise<string> {
  const outfile = join(mkdtempSync(join(tmpdir(), "provider-sim-")), "main.cjs");
  await build({
    entryPoints: [join(here, "../main.ts")],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20.19",
    format: "cjs",
    external: ["libsql"],
    define: { "import.meta.dirname": "__dirname" },
    logLevel: "error",
  });
  return outfile;
}

export interface SimulatorProcess {
  address: string;
  control: string;
  /** As a crash: SIGKILL, and gone. */
  kill(): Promise<void>;
  /** As an operator does it; answers the exit status. */
  stop(): Promise<number | null>;
}

/** Starts it and waits for its two log lines. */
export async function startProcess(program: string, args: readonly string[]): Promise<SimulatorProcess> {
  const child = spawn(process.execPath, [program, "--listen", "127.0.0.1:0", "--control-listen", "127.0.0.1:0", ...args], {
    // The bundle lies outside the workspace; the native module lies in it.
    env: { ...process.env, NODE_PATH: join(here, "../../node_modules") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const end = (signal: NodeJS.Signals) => () => {
    child.kill(signal);
    return exited;
  };
  const { address, control } = await listening(child, exited);
  return { address, control, kill: async () => void (await end("SIGKILL")()), stop: end("SIGTERM") };
}

function listening({ stdout, stderr }: ChildProcess, exited: Promise<unknown>): Promise<{ address: string; control: string }> {
  if (!stdout || !stderr) throw new Error("the process has no pipes");
  const errors: string[] = [];
  stderr.on("data", (text: Buffer) => errors.push(text.toString()));
  const lines = createInterface({ input: stdout });
  const found = new Promise<{ address: string; control: string }>((resolve) => {
    let control = "";
    lines.on("line", (line) => {
      const fields = JSON.parse(line) as { msg: string; control?: string; address?: string };
      control = fields.control ?? control;
      if (fields.msg === "provider listening" && fields.address !== undefined) resolve({ address: fields.address, control });
    });
  });
  const died = exited.then((status) => {
    throw new Error(`the process ended with ${status}: ${errors.join("")}`);
  });
  return Promise.race([found, died]);
}
