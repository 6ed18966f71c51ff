import { basename, relative } from "node:path";
import { readConfig } from "./config";
import { exitStatuses } from "./exit-status";
import { run } from "./run";
import { createTerminal } from "./terminal";

const sameCtrlCMs = 300;

async function main(): Promise<void> {
  const interrupted = new AbortController();
  let stoppedAt = 0;
  const stop = () => {
    // A terminal and npm both pass Ctrl-C on: what comes within a moment is the same one.
    if (interrupted.signal.aborted && performance.now() - stoppedAt > sameCtrlCMs) process.exit(exitStatuses.INTERRUPTED.code);
    if (interrupted.signal.aborted) return;
    stoppedAt = performance.now();
    interrupted.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  // `remuda get vm | head` is no error.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  }
  const config = readConfig();
  const { stdin, stdout, stderr } = process;
  const terminal = createTerminal({ stdin, stdout, stderr, plain: config.plain });
  const script = process.argv[1] ?? "remuda";
  const self = basename(script).startsWith("remuda.") ? `node ${relative(process.cwd(), script) || script}` : "remuda";
  const status = await run(process.argv.slice(2), { config, terminal, signal: interrupted.signal, now: Date.now, self, script });
  // A handle that a library left open must not keep a finished command alive.
  stdout.write("", () => stderr.write("", () => process.exit(status)));
}

void main();
