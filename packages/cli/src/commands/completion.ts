import { Argument, Command } from "commander";
import { complete } from "../complete";
import { completionScripts, type Shell, shells } from "../completion-scripts";
import type { Context } from "../context";

export const completionCommand = (context: Context): Command =>
  new Command("completion")
    .description("print a shell's completion script")
    .addArgument(new Argument("<shell>", "bash, zsh or fish").choices(shells))
    .addHelpText(
      "after",
      "\nbash:  source <(remuda completion bash)\nzsh:   source <(remuda completion zsh)\nfish:  remuda completion fish | source",
    )
    .action((shell: Shell) => context.terminal.out(completionScripts[shell]));

/** Asked by the scripts: the words after "remuda", the last one unfinished. */
export const completeCommand = (context: Context, program: Command): Command =>
  new Command("__complete")
    .argument("[words...]")
    .allowUnknownOption()
    .passThroughOptions()
    .helpOption(false)
    .action(async (words: string[]) => {
      const found = await complete(context, program, words);
      context.terminal.out(found.map((word) => `${word}\n`).join(""));
    });
