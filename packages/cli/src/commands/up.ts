import { Command, Option } from "commander";
import { defaultServer } from "../connection";
import type { Context } from "../context";
import { collect } from "../options";
import { usualSimAddress } from "../up/sim-address";
import type { UpOptions } from "../up/up";
import { runService } from "./service";

export const upCommand = (context: Context): Command =>
  new Command("up")
    .description("run manager, simulator and this machine's providers together, until Ctrl-C")
    .option("--home <dir>", "where state, logs and the lock are kept (REMUDA_HOME, else ~/.remuda)")
    .option("--listen <address>", "where the manager listens", defaultServer)
    .option("--sim-listen <address>", "where the simulator listens", usualSimAddress)
    .option("--no-sim", "without the simulator")
    .option("--token-file <file>", "file with the bearer token that the manager asks for (REMUDA_TOKEN_FILE)")
    .option("--tls-cert <file>", "the manager's certificate; this turns TLS on")
    .option("--tls-key <file>", "its key")
    .option("--insecure", "allow the manager to listen in plaintext for other machines")
    .addOption(new Option("--logs <form>", "what is shown of the logs").choices(["short", "json", "none"]).default("short"))
    .option("--apply <file>", "apply this when all is ready, and show the machines come up; may be repeated", collect)
    .option("--wait", "with --apply: end with an error if the machines don't run in time")
    .option("--once", "with --apply: stop everything when the machines run")
    .option("--timeout <duration>", "time for the machines to run", "120s")
    .action(async (options: UpOptions) => {
      const { up } = await import("../up/up");
      await up(context, options);
    });

/** Runs one service for `up`, and ends with it. */
export const serviceChildCommand = (context: Context): Command =>
  new Command("__service")
    .argument("<service>")
    .argument("[flags...]")
    .allowUnknownOption()
    .passThroughOptions()
    .helpOption(false)
    .action(async (service: string, flags: string[]) => {
      const { endWithStarter } = await import("../up/child");
      endWithStarter();
      await runService(context, service, flags);
    });
