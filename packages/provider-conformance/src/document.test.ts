import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rules } from "./rules";

const document = readFileSync(join(import.meta.dirname, "../../../docs/conformance.md"), "utf8");

test("the document's table names every rule, in order, with what it proves", () => {
  const rows = [...document.matchAll(/^\| `([a-z0-9-]+)` +\| (.+?) +\|$/gm)].map(([, id, title]) => [id, title]);
  expect(rows).toEqual(rules.map(({ id, title }) => [id, title]));
});

test("ids are unique, and titles are single lines", () => {
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  for (const { title } of rules) expect(title).not.toMatch(/[\n|]/);
});
