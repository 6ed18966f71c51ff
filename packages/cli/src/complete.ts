import type { Command, Option } from "commander";
import type { Api } from "./api/api";
import { type ApiOptions, withApi } from "./connect";
import type { Context } from "./context";
import { textAt } from "./field-path";
import { loadKinds, wordsOf } from "./kinds";
import { logSources } from "./log-files";

/** Known without a manager. */
const usualKinds = ["virtualmachines", "vm", "providers", "prov", "vmclasses", "class", "vmimages", "image", "vmnetworks", "network"];
const valuesOfOptions: Record<string, readonly string[]> = {
  output: ["yaml", "json", "wide", "name", "custom-columns=", "jsonpath="],
  for: ["condition=Ready", "phase=Running", "phase=Stopped", "delete"],
};
const mostNames = 200;

/** What may stand for the last of the words, which is being typed. Nothing at all: the shell completes files. */
export async function complete(context: Context, program: Command, words: readonly string[]): Promise<string[]> {
  const before = words.slice(0, -1);
  const current = words.at(-1) ?? "";
  const { command, args, pending } = walk(program, before);
  const candidates = pending ? await optionValues(context, command, args, pending) : await at(context, command, args, current);
  return candidates.filter((c) => c.startsWith(current) && !/[\s\p{Cc}]/u.test(c));
}

interface Position {
  command: Command;
  /** Arguments of the command so far. */
  args: string[];
  /** An option that still wants its value. */
  pending: Option | undefined;
}

function walk(program: Command, words: readonly string[]): Position {
  let command = program;
  let args: string[] = [];
  let pending: Option | undefined;
  for (const word of words) {
    if (pending) {
      pending = undefined;
    } else if (word.startsWith("-")) {
      const option = word.includes("=") ? undefined : command.options.find((o) => o.long === word || o.short === word);
      pending = option && (option.required || option.optional) ? option : undefined;
    } else {
      const sub = args.length === 0 ? command.commands.find((c) => c.name() === word) : undefined;
      if (sub) command = sub;
      else args = [...args, word];
    }
  }
  return { command, args, pending };
}

function optionValues(
  context: Context,
  command: Command,
  args: readonly string[],
  option: Option,
): readonly string[] | Promise<readonly string[]> {
  const usual = option.argChoices ?? valuesOfOptions[option.attributeName()] ?? [];
  const [word] = args;
  if (word === undefined || (option.attributeName() !== "for" && option.attributeName() !== "sortBy")) return usual;
  return asked(context, command.optsWithGlobals<ApiOptions>(), usual, async (api) => {
    const { kind, conditions, phases } = (await loadKinds(api)).resolve(word);
    if (option.attributeName() === "for") return [...conditions.map((c) => `condition=${c}`), ...phases.map((p) => `phase=${p}`), "delete"];
    const [info] = await api.explain(kind, "");
    return [
      ".metadata.name",
      ".metadata.creationTimestamp",
      ...(info?.fields ?? []).map((f) => `.${f.path}`),
      ...(info?.columns ?? []).map((c) => `.${c.path}`),
    ];
  });
}

function at(context: Context, command: Command, args: readonly string[], current: string): readonly string[] | Promise<readonly string[]> {
  if (current.startsWith("-")) return command.options.flatMap((o) => o.long ?? []).concat("--help");
  const visible = command.createHelp().visibleCommands(command);
  if (args.length === 0 && visible.length > 0) return visible.map((c) => c.name());
  const argument = command.registeredArguments[args.length] ?? command.registeredArguments.findLast((a) => a.variadic);
  if (argument?.argChoices) return argument.argChoices;
  const options = command.optsWithGlobals<ApiOptions>();
  switch (argument?.name()) {
    case "kind":
      return asked(context, options, usualKinds, async (api) => [...(await loadKinds(api)).all.flatMap(wordsOf), "all"]);
    case "provider":
      return asked(context, options, [], (api) => namesOf(api, "prov"));
    case "process":
      return logSources(command.getOptionValue("home") ?? context.config.home);
    case "topic":
      return (
        command.parent
          ?.createHelp()
          .visibleCommands(command.parent)
          .map((c) => c.name())
          .concat("exit-status") ?? []
      );
    case "name": {
      const word = command.name() === "power" ? "vm" : command.parent?.name() === "providers" ? "prov" : args[0];
      if (word === undefined) return [];
      return asked(context, options, [], (api) => namesOf(api, word));
    }
    default:
      return [];
  }
}

async function namesOf(api: Api, word: string): Promise<string[]> {
  const { kind } = (await loadKinds(api)).resolve(word);
  const names: string[] = [];
  for await (const page of api.list({ kind })) {
    names.push(...page.map((r) => textAt(r, "metadata.name")));
    if (names.length >= mostNames) break;
  }
  return names;
}

/** While someone types, a manager that is not there is no error, and is not waited for. */
async function asked(context: Context, options: ApiOptions, otherwise: readonly string[], ask: (api: Api) => Promise<readonly string[]>) {
  try {
    return await withApi(context, { ...options, timeout: "1s" }, ask);
  } catch {
    return otherwise;
  }
}
