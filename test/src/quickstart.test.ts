import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { repository, temporaryFolder } from "./program";

const exec = promisify(execFile);
const home = temporaryFolder();
afterAll(home.remove);

test("npm start -- --once brings the quickstart's machines to Running and ends with 0", { timeout: 180_000 }, async () => {
  const declared = parseAllDocuments(readFileSync(join(repository, "examples/quickstart.yaml"), "utf8")).map((document) => document.toJS());
  const machines = declared.filter((resource) => resource.kind === "VirtualMachine").map((resource) => resource.metadata.name);
  expect(machines).toHaveLength(3);

  const { stdout } = await exec("npm", ["start", "--", "--once", "--home", home.path], { cwd: repository });
  for (const name of machines) expect(stdout).toMatch(new RegExp(`${name}\\b.*Running`));
});
