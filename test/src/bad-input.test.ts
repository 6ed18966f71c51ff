import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "../../packages/cli/src/testing/run-cli";
import { before, besideOthers, warnings } from "./bad-input/beside";
import { type BadInput, machineYaml, resourceYaml } from "./bad-input/case";
import { badCommandLines } from "./bad-input/command-lines";
import { badFields } from "./bad-input/fields";
import { type ServedManager, serveManager } from "./bad-input/manager";
import { badNames } from "./bad-input/names";
import { badTexts } from "./bad-input/texts";
import { eventually, temporaryFolder } from "./program";

let manager: ServedManager;
const folder = temporaryFolder();
const file = join(folder.path, "bad.yaml");
beforeAll(async () => {
  manager = await serveManager();
});
afterAll(async () => {
  await manager.close();
  folder.remove();
});

const run = (args: readonly string[]) => runCli(args, { config: { server: manager.address }, home: folder.path });

async function answered({ args = ["apply", "-f", "{file}"], file: content }: BadInput) {
  if (content !== undefined) writeFileSync(file, content);
  const { status, err } = await run(args.map((arg) => arg.replace("{file}", file)));
  const told = err
    .replaceAll(file, "{file}")
    .replace(/uid is [0-9a-f-]{36}/, "uid is {uid}")
    .replace(/version is \d+/, "version is {version}");
  return { status, says: told.split("\n").slice(0, -1) };
}

/** One clear message, the status that goes with it, and nothing of it is kept. */
async function refused(wrong: BadInput) {
  const kept = await manager.kept();
  expect(await answered(wrong)).toEqual({ status: wrong.status, says: wrong.says });
  expect(await manager.kept()).toEqual(kept);
}

describe("refused, with nothing kept, is", () => {
  test.each(badTexts)("a file that is $title", refused);
  test.each(badFields)("a resource with $title", refused);
  test.each(badNames)("$title", refused);
  test.each(badCommandLines)("a command with $title", refused);
});

describe("beside what is there", () => {
  beforeAll(async () => {
    writeFileSync(file, before);
    expect(await run(["apply", "-f", file])).toMatchObject({ status: 0, err: "" });
  });

  test.each(besideOthers)("$title is refused, with nothing changed", refused);

  test("of a file whose second resource is wrong, the first is applied, and the rest is named", async () => {
    writeFileSync(file, ["api", "db", "cache", "queue"].map((name) => machineYaml(name, name === "db" ? "colour: red" : "")).join("---\n"));
    const { status, out, err } = await run(["apply", "-f", file]);
    expect({ status, out }).toEqual({ status: 7, out: "virtualmachine/api applied\n" });
    expect(err.replaceAll(file, "{file}")).toBe(
      "error: {file}:10: VirtualMachine/db: is not valid\n  {file}:18: spec.colour: unknown field\nnot applied: VirtualMachine/cache, VirtualMachine/queue\n",
    );
    expect((await manager.kept()).filter((line) => /api|db|cache|queue/.test(line))).toEqual(["VirtualMachine/api 1"]);
  });

  test.each(warnings)("$title are taken with a warning", async (odd) => {
    expect(await answered(odd)).toEqual({ status: 0, says: odd.says });
  });

  test("a provider and a network that name each other are taken, and can be deleted", async () => {
    const provider = resourceYaml("Provider", "ring", '{address: "127.0.0.1:1", defaults: {network: loop}}');
    writeFileSync(file, `${provider}---\n${resourceYaml("VMNetwork", "loop", "{providers: [{provider: ring, network: n}]}")}`);
    expect(await run(["apply", "-f", file])).toMatchObject({ status: 0, err: "" });
    expect(await run(["delete", "-f", file, "--timeout", "20s"])).toMatchObject({ status: 0 });
    await eventually("both are gone", async () => !(await manager.kept()).some((line) => /ring|loop/.test(line)));
  });
});
