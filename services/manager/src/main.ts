import { systemClock } from "@remuda/reconciler";
import { ConfigError, readConfig, usage } from "./config";
import { createLog } from "./log";
import { run, StartError } from "./run";

async function main(): Promise<void> {
  const config = readConfig(process.argv.slice(2));
  if (config.help) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  const { log, follow } = createLog(config.logLevel, systemClock);
  const stop = await run(config, log, follow);
  // Timers don't keep the process alive, and with everything idle nothing else might.
  const alive = setInterval(() => {}, 1 << 30);
  let stopping = false;
  const onSignal = (signal: string) => {
    if (stopping) return;
    stopping = true;
    clearInterval(alive);
    log.info({ signal }, "manager stops");
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, "stopping failed");
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
}

main().catch((error: unknown) => {
  const expected = error instanceof ConfigError || error instanceof StartError;
  process.stderr.write(`remuda-manager: ${expected ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(error instanceof ConfigError ? 2 : 1);
});
