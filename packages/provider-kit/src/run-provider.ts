import { setLogger } from "@grpc/grpc-js";
import type { Logger } from "pino";
import { StartError } from "./address";
import { type Environment, type Flags, type FlagValues, readConfig, UsageError, usage } from "./config";
import { createLog } from "./log";
import type { Provider } from "./provider";
import { type RunningProvider, startProvider } from "./start-provider";

export interface ProviderProgram<F extends Flags> {
  /** Such as "provider-sim". */
  name: string;
  version: string;
  /** For --help: one line about the platform. */
  about: string;
  /** Flags beside those that every provider has. */
  flags: F;
  /** Makes the provider. A StartError's message is printed as it is; `provider.close` cleans up. */
  create(flags: FlagValues<F>, log: Logger): Promise<Provider>;
}

/** What the program needs of its process; tests bring their own. */
export interface Process {
  args: readonly string[];
  environment?: Environment;
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
  on(signal: "SIGTERM" | "SIGINT", listener: () => void): unknown;
  exit(status: number): void;
}

const thisProcess = (): Process => ({
  args: process.argv.slice(2),
  stdout: process.stdout,
  stderr: process.stderr,
  on: (signal, listener) => process.on(signal, listener),
  exit: (status) => process.exit(status),
});

/**
 * A provider's whole main.ts: flags, start, one "provider listening" line, and a graceful end on SIGTERM or SIGINT; the second ends at once.
 * Exit status: 0 after a signal, 1 when it can't start, 2 for a wrong command line.
 */
export async function runProvider<const F extends Flags>(program: ProviderProgram<F>, host: Process = thisProcess()): Promise<void> {
  try {
    await run(program, host);
  } catch (error) {
    const known = error instanceof UsageError || error instanceof StartError;
    host.stderr.write(`${program.name}: ${known ? error.message : error instanceof Error ? error.stack : error}\n`);
    host.exit(error instanceof UsageError ? 2 : 1);
  }
}

async function run<F extends Flags>({ name, version, about, flags: declared, create }: ProviderProgram<F>, host: Process): Promise<void> {
  const config = readConfig(declared, host.args, host.environment);
  if (config.show !== undefined) {
    host.stdout.write(config.show === "help" ? usage(name, about, declared) : `${name} ${version}\n`);
    return host.exit(0);
  }
  const { flags, options } = config;
  const log = typeof options.log === "object" ? options.log : createLog(options.log ?? "info", name);
  // grpc-js writes to standard error what this program tells in its own words, or doesn't need to tell.
  const grpcSays = (...words: unknown[]) => log.debug({ words: words.join(" ") }, "grpc-js");
  setLogger({ error: grpcSays, info: grpcSays, debug: grpcSays });
  const provider = await create(flags, log);
  const running = await startProvider(provider, { ...options, name, version, log }).catch(async (error: unknown) => {
    await provider.close?.();
    throw error;
  });
  endOnSignal(running, log, host);
  log.info({ address: running.address, httpAddress: running.httpAddress, version }, "provider listening");
}

function endOnSignal(running: RunningProvider, log: Logger, host: Process): void {
  let ending = false;
  const end = (signal: "SIGTERM" | "SIGINT") => () => {
    if (ending) return host.exit(signal === "SIGTERM" ? 143 : 130);
    ending = true;
    log.info({ signal }, "provider stopping");
    running.close().then(
      () => host.exit(0),
      (error: unknown) => {
        log.error({ problem: error instanceof Error ? error.message : String(error) }, "provider did not stop cleanly");
        host.exit(1);
      },
    );
  };
  host.on("SIGTERM", end("SIGTERM"));
  host.on("SIGINT", end("SIGINT"));
}
