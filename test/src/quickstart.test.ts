import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { credentials } from "@grpc/grpc-js";
import { createProviderClient } from "@remuda/contract";
import { afterAll, afterEach, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { eventually, freePort, type Program, repository, startProgram, temporaryFolder } from "./program";

const exec = promisify(execFile);
const folder = temporaryFolder();
afterAll(folder.remove);
const quickstart = join(repository, "examples/quickstart.yaml");
const machines = parseAllDocuments(readFileSync(quickstart, "utf8"))
  .map((document) => document.toJS())
  .filter((resource) => resource.kind === "VirtualMachine")
  .map((resource) => resource.metadata.name);

/** A home folder of its own, and ports: whoever runs Remuda on this computer can run its tests too. */
async function newHome(name: string) {
  const simAddress = `127.0.0.1:${await freePort()}`;
  const path = join(folder.path, name);
  return { path, simAddress, flags: ["--home", path, "--listen", `127.0.0.1:${await freePort()}`, "--sim-listen", simAddress] };
}

let running: Program[] = [];
const up = (...flags: string[]) => {
  const program = startProgram("remuda", ["up", ...flags], { NO_COLOR: "1" });
  running.push(program);
  return program;
};
afterEach(async () => {
  await Promise.all(running.map((program) => program.kill("SIGTERM")));
  running = [];
});

test("npm start -- --once brings the quickstart's machines to Running and ends with 0", { timeout: 180_000 }, async () => {
  expect(machines).toHaveLength(3);
  const home = await newHome("npm-start");
  const { stdout } = await exec("npm", ["start", "--", "--once", ...home.flags], { cwd: repository });
  for (const name of machines) expect(stdout).toMatch(new RegExp(`${name}\\b.*Running`));
  expect(stdout).toContain(`provider/sim gets the address ${home.simAddress}, where this simulator listens`);
});

test("what was true before a restart is not said of machines that can't be seen now, or are gone", { timeout: 60_000 }, async () => {
  const home = await newHome("restarted");
  const file = join(folder.path, "restarted.yaml");
  writeFileSync(file, readFileSync(quickstart, "utf8").replaceAll("127.0.0.1:7710", home.simAddress));
  const again = ["--apply", file, ...home.flags, "--once"];
  const first = up(...again.slice(0, -1));
  await first.printed("3 machines as declared");
  await first.kill("SIGKILL");

  const alone = up(...again, "--no-sim", "--timeout", "2s");
  expect(await alone.exited).toBe(5);
  expect(alone.output()).toContain("virtualmachine/web-1 unchanged");
  expect(alone.output()).not.toContain("as declared");
  expect(alone.output()).toMatch(
    new RegExp(`provider/sim: Unreachable .*can't be reached at ${home.simAddress}: .*; check that the provider service runs`),
  );
  expect(alone.output()).toContain("leave out --no-sim");

  const sim = startProgram("provider-sim", ["--listen", home.simAddress, "--state-dir", join(home.path, "sim")]);
  running.push(sim);
  await sim.printed("listening");
  const provider = createProviderClient({ address: home.simAddress, credentials: credentials.createInsecure() });
  const { virtualMachines } = await provider.listVirtualMachines({ owner: "", pageSize: 10, pageToken: "" });
  const web = virtualMachines.find(({ name }) => name === "web-1");
  await provider.delete({ id: web?.id ?? "", uid: web?.uid ?? "" });
  await eventually("web-1 is gone", async () => {
    const left = await provider.listVirtualMachines({ owner: "", pageSize: 10, pageToken: "" });
    return left.virtualMachines.length === 2 || undefined;
  });
  provider.close();
  await sim.kill("SIGTERM");
  const missed = up(...again, "--timeout", "4s");
  expect(await missed.exited).toBe(5);
  expect(missed.output()).not.toContain("as declared");
  expect(missed.output()).toMatch(/virtualmachine\/web-1: Failed \(Vanished/);
});

test("a second home is told who has its port, and its quickstart uses its own simulator", { timeout: 60_000 }, async () => {
  const one = await newHome("one");
  const two = await newHome("two");
  const first = up("--apply", quickstart, ...one.flags);
  await first.printed("3 machines as declared");
  const refused = up("--apply", quickstart, ...two.flags, "--sim-listen", one.simAddress);
  expect(await refused.exited).toBe(9);
  expect(refused.output()).toContain(`${one.simAddress} is taken: the \`remuda up\` of another home, ${one.path}, listens`);
  expect(refused.output()).toMatch(/choose another address with --sim-listen HOST:PORT, such as --sim-listen 127\.0\.0\.1:\d+/);
  const second = up("--apply", quickstart, ...two.flags, "--once");
  expect(await second.exited).toBe(0);
  const provider = createProviderClient({ address: one.simAddress, credentials: credentials.createInsecure() });
  const { virtualMachines } = await provider.listVirtualMachines({ owner: "", pageSize: 10, pageToken: "" });
  provider.close();
  expect(new Set(virtualMachines.map(({ owner }) => owner)).size).toBe(1);
  expect(virtualMachines).toHaveLength(3);

  // Applied by hand, the file counts as it is.
  const third = up(...two.flags);
  await third.printed("remuda is up");
  const file = join(folder.path, "of-one.yaml");
  const text = readFileSync(quickstart, "utf8").replaceAll("127.0.0.1:7710", one.simAddress).replace("name: sim", "name: stray");
  writeFileSync(file, text.replaceAll("provider: sim", "provider: stray").replaceAll(/name: (web|db)-/g, "name: stray-$1-"));
  const server = two.flags[two.flags.indexOf("--listen") + 1] ?? "";
  expect(await startProgram("remuda", ["apply", "-f", file, "--server", server]).exited).toBe(0);
  await third.printed(`provider/stray uses the simulator of another home: that of ${one.path} listens at ${one.simAddress}`);
  expect(third.output()).not.toContain("provider/sim uses");
});
