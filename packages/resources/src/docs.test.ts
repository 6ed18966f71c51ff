import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { explain, kinds, parseResource } from "./index";

const page = readFileSync(join(import.meta.dirname, "../../../docs/resources.md"), "utf8");
const examples = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].flatMap(([, text = ""]) => parseAllDocuments(text));

describe("docs/resources.md", () => {
  it.each(examples.map((document, i) => [i, document] as const))("has a good example %i", (_, document) => {
    expect(document.errors).toEqual([]);
    expect(() => parseResource(document.toJS())).not.toThrow();
  });

  it.each(Object.keys(kinds))("names every field of %s", (kind) => {
    const names = explain(kind).fields.map((field) => field.path.replaceAll("[]", "").split(".").at(-1) ?? "");
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(page))).toEqual([]);
  });
});
