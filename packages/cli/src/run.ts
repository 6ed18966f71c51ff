import { CommanderError } from "commander";
import type { Context } from "./context";
import { errorJson, wantsJson } from "./error-json";
import { CliError, exitStatuses } from "./exit-status";
import { createProgram } from "./program";
import type { Terminal } from "./terminal";
import { oneLine } from "./text";

/** Runs one command line; answers its exit status, having said what went wrong. */
export async function run(args: readonly string[], context: Context): Promise<number> {
  try {
    const program = createProgram(context);
    if (args.length === 0) {
      context.terminal.out(program.helpInformation());
      return exitStatuses.USAGE.code;
    }
    await program.parseAsync(args, { from: "user" });
    return exitStatuses.OK.code;
  } catch (error) {
    return report(error, context.terminal, wantsJson(args));
  }
}

/** Says what went wrong; answers the exit status for it. */
export function report(error: unknown, terminal: Terminal, asJson: boolean): number {
  if (error instanceof CliError) {
    // What has no words has said all by its status.
    if (error.message === "") return exitStatuses[error.outcome].code;
    if (asJson) terminal.note(errorJson(error));
    else {
      terminal.note(`${terminal.style("red", "error:")} ${error.message}`);
      if (error.hint !== undefined) terminal.note(`  ${error.hint}`);
    }
    return exitStatuses[error.outcome].code;
  }
  if (isUsageError(error)) {
    // Commander ends --help and --version this way too.
    if (error.exitCode === 0) return exitStatuses.OK.code;
    const [message = "", ...more] = error.message.replace(/^error: /, "").split("\n");
    const hint = more.join(" ").replace(/^\(|\)$/g, "") || "see `remuda help`";
    return report(new CliError("USAGE", oneLine(message), { hint, cause: error }), terminal, asJson);
  }
  terminal.note(`${terminal.style("red", "error:")} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  terminal.note("  this is a fault of remuda: please report it with the lines above");
  return exitStatuses.ERROR.code;
}

// Not by its name, which a bundle may change.
const isUsageError = (error: unknown): error is CommanderError => error instanceof CommanderError;
