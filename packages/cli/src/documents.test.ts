import { expect, it } from "vitest";
import { byKind, parseDocuments, refuseDoubles } from "./documents";
import { CliError } from "./exit-status";

const machine = (name: string) =>
  `apiVersion: remuda.dev/v1alpha1\nkind: VirtualMachine\nmetadata:\n  name: ${name}\nspec:\n  provider: sim\n`;
const failure = (text: string): CliError => {
  try {
    parseDocuments(text, "f.yaml");
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
  throw new Error("it was taken");
};

it("takes documents, lists and JSON, and leaves out empty documents and status", () => {
  const list = `apiVersion: v1\nkind: List\nitems:\n- ${machine("c").trim().replaceAll("\n", "\n  ")}\n`;
  const json = `{"apiVersion":"remuda.dev/v1alpha1","kind":"VMClass","metadata":{"name":"d"},"spec":{},"status":{"phase":"x"}}`;
  const found = parseDocuments([machine("a"), "# nothing\n", machine("b"), list, json].join("---\n"), "f.yaml");
  expect(found.map((d) => d.key.name)).toEqual(["a", "b", "c", "d"]);
  expect(found.at(-1)?.resource).not.toHaveProperty("status");
});

it("finds the line of a field, or of what is nearest around it", () => {
  const [first, second] = parseDocuments(`${machine("a")}---\n${machine("b")}  disks:\n    - name: root\n      sizeGiB: 0\n`, "f.yaml");
  expect(first?.where).toBe("f.yaml:1");
  expect(second?.where).toBe("f.yaml:8");
  expect(second?.locate("spec.disks[0].sizeGiB")).toBe("f.yaml:16");
  expect(second?.locate("spec.disks[0].storage")).toBe("f.yaml:15");
  expect(second?.locate("spec.interfaces[3].network")).toBe("f.yaml:13");
});

it("refuses what is no YAML, with line and column", () => {
  expect(failure("a: 1\nb: [\n")).toMatchObject({ outcome: "INVALID", message: expect.stringMatching(/^f\.yaml:3:1: /) });
  expect(failure("kind: A\nkind: B\n").message).toMatch(/^f\.yaml:2:1: .*unique/);
});

it("refuses aliases that stand for too much", () => {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let i = 1; i < 9; i++) lines.push(`a${i}: &a${i} [${Array.from({ length: 10 }, () => `*a${i - 1}`).join(", ")}]`);
  expect(failure(lines.join("\n"))).toMatchObject({ outcome: "INVALID", message: expect.stringContaining("aliases") });
  expect(failure(`a: &a x\nb: [${"*a,".repeat(101)}]`).message).toContain("aliases");
});

it("refuses what is no resource, or not JSON", () => {
  expect(failure("- a\n").message).toContain("not a resource");
  expect(failure("kind: A\n").message).toContain("apiVersion");
  expect(failure("apiVersion: x\nmetadata: {name: a}\n").message).toContain("kind");
  expect(failure("apiVersion: x\nkind: A\nmetadata: {name: 7}\n").message).toContain("metadata.name");
  expect(failure(`${machine("a")}  x: .inf\n`).message).toContain("spec.x");
});

it("puts what others refer to first, and refuses the same resource twice", () => {
  const found = parseDocuments([machine("a"), machine("b").replace("VirtualMachine", "Provider"), machine("c")].join("---\n"), "f.yaml");
  expect(byKind(found).map((d) => d.key.name)).toEqual(["b", "a", "c"]);
  const twice = parseDocuments([machine("a"), machine("a")].join("---\n"), "f.yaml");
  expect(() => refuseDoubles(twice)).toThrow("f.yaml:8: VirtualMachine/a stands in f.yaml:1 too");
});

it.each([
  [`${machine("a")}  options:\n    __proto__: {x: 1}\n`, "f.yaml:8: spec.options.__proto__ is no field"],
  [`${machine("a")}  options:\n    run: !!js/function "1"\n`, /f\.yaml:8:10: .*tag/i],
  [`${machine("a")}  options:\n    run: !secret x\n`, /f\.yaml:8:10: .*tag/i],
  ["[".repeat(20_000), "f.yaml: refused: it is nested too deeply"],
])("refuses what would be lost or taken for something else: %#", (text, message) => {
  expect(failure(text).message).toMatch(message);
});
