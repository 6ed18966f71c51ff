import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { upCommand } from "./commands/up";
import { createContext } from "./testing/run-cli";

it("`npm start -- --help` tells every option of `remuda up` at once, under its own name, and what is applied", () => {
  const script = join(import.meta.dirname, "../../../scripts/start.mjs");
  const help = execFileSync(process.execPath, [script, "--help"], { encoding: "utf8", timeout: 5_000 });
  expect(help).toMatch(/^Usage: npm start -- \[options\]\n[\s\S]*Applies examples\/quickstart\.yaml unless/);
  const flags = upCommand(createContext({}).context).options.map((option) => option.long);
  expect(flags.filter((flag) => flag !== undefined && !new RegExp(`^ {2}${flag} `, "m").test(help))).toEqual([]);
});
