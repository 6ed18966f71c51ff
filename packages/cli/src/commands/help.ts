import { Command } from "commander";
import type { Context } from "../context";
import { CliError, exitStatusText } from "../exit-status";
import { nearest } from "../text";

/** `remuda help`, `remuda help get`, `remuda help exit-status`. */
export const helpCommand = (context: Context, program: Command): Command =>
  new Command("help")
    .description("tell about a command, or exit-status")
    .argument("[topic...]", "command, or exit-status")
    .action((topic: string[]) => {
      const [first, second] = topic;
      if (first === "exit-status") {
        context.terminal.out(`The exit status of remuda says how it went:\n\n${exitStatusText()}\n`);
        return;
      }
      let command: Command = program;
      for (const word of [first, second]) {
        if (word === undefined) break;
        const found = command.commands.find((c) => c.name() === word);
        const near = nearest(
          word,
          command.commands.map((c) => c.name()),
        );
        if (!found) throw new CliError("USAGE", `there is no command "${word}"`, near ? { hint: `did you mean ${near}?` } : {});
        command = found;
      }
      context.terminal.out(command.helpInformation());
    });
