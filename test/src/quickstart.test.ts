import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { freePort, repository, temporaryFolder } from "./program";

const exec = promisify(execFile);
const home = temporaryFolder();
afterAll(home.remove);

test("npm start -- --once brings the quickstart's machines to Running and ends with 0", { timeout: 180_000 }, async () => {
  const text = readFileSync(join(repository, "examples/quickstart.yaml"), "utf8");
  const declared = parseAllDocuments(text).map((document) => document.toJS());
  const machines = declared.filter((resource) => resource.kind === "VirtualMachine").map((resource) => resource.metadata.name);
  expect(machines).toHaveLength(3);

  // Ports of its own, so that whoever runs Remuda on this computer can run its tests too.
  const listen = `127.0.0.1:${await freePort()}`;
  const simListen = `127.0.0.1:${await freePort()}`;
  const file = join(home.path, "quickstart.yaml");
  expect(text).toContain("127.0.0.1:7710");
  writeFileSync(file, text.replaceAll("address: 127.0.0.1:7710", `address: ${simListen}`));
  const flags = ["--once", "--home", join(home.path, "home"), "--listen", listen, "--sim-listen", simListen, "--apply", file];
  const { stdout } = await exec("npm", ["start", "--", ...flags], { cwd: repository });
  for (const name of machines) expect(stdout).toMatch(new RegExp(`${name}\\b.*Running`));
});
