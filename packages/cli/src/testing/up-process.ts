import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type BuildOptions, build } from "esbuild";

const patienceMs = 15_000;

/** The bundled command in a folder of its own, with services that are stand-ins. */
export interface Installation {
  script: string;
  folder: string;
  /** Puts a script in a service's place. */
  service(name: string, code: string): void;
}

/** Listens where it is told to, says so, and ends when asked. */
export const plainService = `
const [host, port] = process.argv[process.argv.indexOf("--listen") + 1].split(":");
require("node:net").createServer().listen(port, host, () => console.log(JSON.stringify({ level: 30, time: 0, msg: "listening", who: process.pid })));
process.on("SIGTERM", () => { console.log("bye"); process.exit(0); });
`;

export async function install(folder: string): Promise<Installation> {
  const script = join(folder, "cli/remuda.cjs");
  await build({ ...settings, entryPoints: [join(import.meta.dirname, "../main.ts")], outfile: script });
  const service = (name: string, code: string) => {
    mkdirSync(join(folder, "services", name, "dist"), { recursive: true });
    writeFileSync(join(folder, "services", name, "dist/main.cjs"), code);
  };
  service("manager", plainService);
  service("provider-sim", plainService);
  return { script, folder, service };
}

const settings: BuildOptions = {
  bundle: true,
  platform: "node",
  target: "node20.19",
  format: "cjs",
  external: ["libsql"],
  define: { "import.meta.dirname": "__dirname" },
  logLevel: "error",
};

// With --runs machines run as soon as they are declared.
const fakeManagerMain = `
import { startFakeManager } from "./fake-manager";
const address = process.argv[process.argv.indexOf("--listen") + 1];
process.on("SIGTERM", () => process.exit(0));
startFakeManager({ port: Number(address.split(":")[1]), runs: process.argv.includes("--runs") });
`;

/** The manager of the other tests as a program, to be started in the manager's place. */
export const bundleFakeManager = (outfile: string) =>
  build({ ...settings, stdin: { contents: fakeManagerMain, resolveDir: import.meta.dirname, loader: "ts" }, outfile });

/** A running `remuda up`. */
export interface UpProcess {
  child: ChildProcess;
  pid: number;
  /** What it wrote so far, to both streams. */
  output(): string;
  /** Until it wrote this so many times. */
  said(text: string | RegExp, times?: number): Promise<void>;
  /** Its exit status; -1 after a signal. */
  ended: Promise<number>;
}

export function startUp({ script, folder }: Installation, home: string, args: readonly string[] = []): UpProcess {
  const all = ["up", "--home", home, "--listen", "127.0.0.1:0", "--sim-listen", "127.0.0.1:0", ...args];
  const child = spawn(process.execPath, [script, ...all], {
    env: { ...process.env, REMUDA_SERVICES_DIR: join(folder, "services"), NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
  }
  const ended = new Promise<number>((done) => child.on("close", (code) => done(code ?? -1)));
  const said = (wanted: string | RegExp, times = 1) =>
    until(
      () => text.split(wanted).length > times,
      () => `"${wanted}" in:\n${text}`,
    );
  return { child, pid: child.pid ?? 0, output: () => text, said, ended };
}

/** Looks again and again, for a bounded time. */
export async function until(holds: () => boolean, what: () => string): Promise<void> {
  for (const end = Date.now() + patienceMs; !holds(); ) {
    if (Date.now() > end) throw new Error(`not within ${patienceMs} ms: ${what()}`);
    await sleep(20);
  }
}

/** The processes that the lock of a home folder names. */
export function childrenOf(home: string): Record<string, { pid: number; started: string }> {
  const path = join(home, "up.lock");
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")).children : {};
}
