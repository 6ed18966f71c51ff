import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const repository = join(import.meta.dirname, "../..");

/** The bundle of a service or of the CLI, as `npm test` builds it. */
export const bundles = {
  manager: join(repository, "services/manager/dist/main.cjs"),
  "provider-sim": join(repository, "services/provider-sim/dist/main.cjs"),
  "example-memory": join(repository, "examples/provider-memory/dist/main.cjs"),
  remuda: join(repository, "packages/cli/dist/remuda.cjs"),
} as const;

/** A real process of ours, and all that it printed. */
export interface Program {
  pid: number;
  /** Standard output and error, in the order in which they came. */
  output(): string;
  /** Resolves when the text has been printed; rejects, with the output, when the process ends before. */
  printed(text: string): Promise<void>;
  /** Resolves with the exit status, or with the signal's name. */
  exited: Promise<number | NodeJS.Signals>;
  kill(signal: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

export function startProgram(bundle: keyof typeof bundles, args: readonly string[], env: Record<string, string> = {}): Program {
  const child: ChildProcess = spawn(process.execPath, [bundles[bundle], ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  let text = "";
  const listeners = new Set<() => void>();
  const add = (chunk: Buffer) => {
    text += chunk.toString();
    for (const listener of listeners) listener();
  };
  child.stdout?.on("data", add);
  child.stderr?.on("data", add);
  const exited = new Promise<number | NodeJS.Signals>((resolve) => {
    child.on("close", (code, signal) => resolve(code ?? signal ?? 1));
  });
  return {
    pid: child.pid ?? 0,
    output: () => text,
    exited,
    printed: (wanted) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!text.includes(wanted)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
        void exited.then((status) =>
          reject(new Error(`${bundle} ended with ${status} before it printed ${JSON.stringify(wanted)}:\n${text}`)),
        );
      }),
    kill: (signal) => {
      child.kill(signal);
      return exited;
    },
  };
}

/** A port of loopback that was free a moment ago. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port"))));
    });
  });

/** A folder of its own under the system's, and how to remove it. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "remuda-test-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Polls until `check` answers something; what it threw last is told when the time is over. */
export async function eventually<T>(what: string, check: () => Promise<T | undefined> | T | undefined, timeoutMs = 60_000): Promise<T> {
  const until = Date.now() + timeoutMs;
  let last: unknown;
  while (Date.now() < until) {
    try {
      const answer = await check();
      if (answer !== undefined && answer !== false) return answer;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what}: not within ${timeoutMs} ms`, { cause: last });
}
