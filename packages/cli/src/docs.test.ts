import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { exitStatuses } from "./exit-status";
import { createProgram } from "./program";
import { createContext } from "./testing/run-cli";

const page = readFileSync(join(import.meta.dirname, "../../../docs/cli.md"), "utf8");
const program = createProgram(createContext({}).context);
const commands = program.createHelp().visibleCommands(program);

// These are no errors.
const unsaid = ["OK", "DIFFERENT"];

describe("docs/cli.md", () => {
  it.each(commands.map((c) => c.name()))("tells of %s and of all its flags", (name) => {
    expect(page).toMatch(new RegExp(`remuda ${name}\\b`));
    const command = commands.find((c) => c.name() === name);
    const untold = (command?.options ?? []).filter(
      (o) => !page.includes(o.long ?? "") && !page.includes(`${o.short} `) && !page.includes(`${o.short}\``),
    );
    expect(untold.map((o) => o.long)).toEqual([]);
  });

  it.each(Object.entries(exitStatuses))("tells what %s means", (outcome, { code, meaning }) => {
    const row = page.split("\n").find((line) => line.includes(`| ${meaning} `));
    expect(row?.split("|")[1]?.trim()).toBe(String(code));
    if (!unsaid.includes(outcome)) expect(row?.split("|")[2]?.trim()).toBe(`\`${outcome}\``);
  });
});
