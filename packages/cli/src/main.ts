import { basename, relative } from "node:path";
import { readConfig } from "./config";
import { wantsJson } from "./error-json";
import { exitStatuses } from "./exit-status";
import { report, run } from "./run";
import { openStdout, outputFailed } from "./stdout";
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
  const config = readConfig();
  const args = process.argv.slice(2);
  const { stdin, stderr } = process;
  const stdout = openStdout(process.stdout);
  const terminal = createTerminal({ stdin, stdout, stderr, plain: config.plain });
  const exit = (status: number) => stderr.write("", () => process.exit(status));
  // `remuda get vm | head` is no error.
  stderr.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    exit(report(outputFailed(error, args), terminal, wantsJson(args)));
  });
  const script = process.argv[1] ?? "remuda";
  const self = basename(script).startsWith("remuda.") ? `node ${relative(process.cwd(), script) || script}` : "remuda";
  const status = await run(args, { config, terminal, signal: interrupted.signal, now: Date.now, self, script });
  // A handle that a library left open must not keep a finished command alive.
  stdout.write("", (error) => {
    if (!error) exit(status);
  });
}

void main();
