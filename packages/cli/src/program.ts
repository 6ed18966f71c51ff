import { Command } from "commander";
import { adoptCommand } from "./commands/adopt";
import { applyCommand } from "./commands/apply";
import { completeCommand, completionCommand } from "./commands/completion";
import { conformanceCommand } from "./commands/conformance";
import { deleteCommand } from "./commands/delete";
import { describeCommand } from "./commands/describe";
import { diffCommand } from "./commands/diff";
import { editCommand } from "./commands/edit";
import { eventsCommand } from "./commands/events";
import { explainCommand } from "./commands/explain";
import { getCommand } from "./commands/get";
import { helpCommand } from "./commands/help";
import { logsCommand } from "./commands/logs";
import { orphansCommand } from "./commands/orphans";
import { powerCommand } from "./commands/power";
import { providersCommand } from "./commands/providers";
import { managerCommand, providerCommand } from "./commands/service";
import { topCommand } from "./commands/top";
import { serviceChildCommand, upCommand } from "./commands/up";
import { versionCommand } from "./commands/version";
import { waitCommand } from "./commands/wait";
import type { Context } from "./context";
import { exampleOf } from "./examples";
import { CliError } from "./exit-status";
import { connectionOptions } from "./options";
import { version } from "./version";

const groups = {
  "Run:": [upCommand, logsCommand, managerCommand, providerCommand],
  "Declare:": [applyCommand, diffCommand, editCommand, deleteCommand, powerCommand, adoptCommand, orphansCommand],
  "Look:": [getCommand, describeCommand, eventsCommand, topCommand, providersCommand, waitCommand, explainCommand],
  "Other:": [conformanceCommand, completionCommand, versionCommand],
} as const satisfies Record<string, readonly ((context: Context) => Command)[]>;

/** All commands. Loads nothing heavy: a command loads what it needs when it runs. */
export function createProgram(context: Context): Command {
  const program = new Command("remuda")
    .description("Declare virtual machines and GPU nodes; Remuda makes them real, wherever they run.")
    .version(version, "--version", "show the version")
    .enablePositionalOptions()
    .helpCommand(false);
  connectionOptions(program);
  for (const [group, commands] of Object.entries(groups)) {
    for (const create of commands) program.addCommand(create(context).helpGroup(group));
  }
  program.addCommand(helpCommand(context, program).helpGroup("Other:"));
  program.addCommand(completeCommand(context, program), { hidden: true });
  program.addCommand(serviceChildCommand(context), { hidden: true });
  program.addHelpText("after", "\n`remuda help COMMAND` tells more; `remuda help exit-status` what the exit statuses mean.");
  inheritConnection(program, program);
  settle(program, context);
  return program;
}

/** What an example helps with. */
const incomplete = new Set([
  "commander.missingArgument",
  "commander.missingMandatoryOptionValue",
  "commander.optionMissingArgument",
  "commander.excessArguments",
]);

/** Errors are thrown, not printed; output goes where the context says. */
function settle(command: Command, context: Context): void {
  command.exitOverride((error) => {
    if (!incomplete.has(error.code)) throw error;
    const names = command.parent?.parent ? `${command.parent.name()} ${command.name()}` : command.name();
    throw new CliError("USAGE", error.message.replace(/^error: /, ""), { hint: exampleOf(names), cause: error });
  });
  command.configureOutput({ writeOut: (text) => context.terminal.out(text), writeErr: () => {} });
  for (const child of command.commands) settle(child, context);
}

/** `remuda --server X get vm` means the same as `remuda get --server X vm`; the nearer one counts. */
function inheritConnection(program: Command, command: Command): void {
  for (const child of command.commands) {
    child.hook("preAction", (_, action) => {
      for (const [name, value] of Object.entries(program.opts<Record<string, unknown>>())) {
        const source = action.getOptionValueSource(name);
        if (action.options.some((o) => o.attributeName() === name) && (source === undefined || source === "default"))
          action.setOptionValue(name, value);
      }
    });
  }
}
