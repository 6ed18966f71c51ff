import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import {
  bundleFakeManager,
  childrenOf,
  type Installation,
  install,
  plainService,
  startUp,
  type UpProcess,
  until,
} from "../testing/up-process";
import { identify, isAlive, type ProcessIdentity } from "./process-identity";

let folder: string;
let home: string;
let remuda: Installation;
let started: UpProcess[] = [];
const up = (args: readonly string[] = []) => {
  const one = startUp(remuda, home, args);
  started.push(one);
  return one;
};
const child = (name: string): ProcessIdentity => childrenOf(home)[name] ?? { pid: -1, started: "" };
const gone = (process: ProcessIdentity) =>
  until(
    () => !isAlive(process),
    () => `process ${process.pid} is gone`,
  );

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "remuda-up-"));
  remuda = await install(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  home = mkdtempSync(join(folder, "home-"));
});
afterEach(async () => {
  const left = Object.values(childrenOf(home)).filter(isAlive);
  for (const { child: process } of started) process.kill("SIGKILL");
  for (const { pid } of left) process.kill(pid, "SIGKILL");
  await Promise.all(started.map((one) => one.ended));
  started = [];
  for (const name of ["manager", "provider-sim"]) remuda.service(name, plainService);
});

it("runs manager and simulator, says where, and stops both on Ctrl-C", async () => {
  const one = up();
  await one.said("remuda is up");
  // Its port may answer before its line is read.
  await one.said(/^manager │ \S+ INFO {2}listening {2}who=\d+$/m);
  const { address, simAddress } = JSON.parse(readFileSync(join(home, "connection.json"), "utf8"));
  expect(one.output()).toContain(`manager at ${address}, sim at ${simAddress};`);
  const children = [child("manager"), child("sim")];
  expect(children.map(isAlive)).toEqual([true, true]);
  one.child.kill("SIGINT");
  expect(await one.ended).toBe(0);
  expect(children.map(isAlive)).toEqual([false, false]);
  expect([existsSync(join(home, "up.lock")), existsSync(join(home, "connection.json"))]).toEqual([false, false]);
  expect(readFileSync(join(home, "logs/sim.log"), "utf8")).toContain('"msg":"listening"');
});

it("names all that a manager for other machines needs, before it starts anything", async () => {
  const one = up(["--listen", "0.0.0.0:0"]);
  expect(await one.ended).toBe(2);
  expect(one.output()).toMatch(/^error: 0\.0\.0\.0:0 can be reached .* --tls-cert FILE and --tls-key FILE .*; and --token-file FILE/);
  expect(existsSync(join(home, "logs"))).toBe(false);
  const half = up(["--tls-cert", "x.crt"]);
  expect([await half.ended, half.output()]).toEqual([2, "error: --tls-cert and --tls-key go together\n"]);
});

it("starts a process again that was killed", async () => {
  const one = up();
  await one.said("remuda is up");
  const before = child("sim");
  process.kill(before.pid, "SIGKILL");
  await one.said("ended (by SIGKILL); starts again");
  await one.said("INFO  listening", 3);
  expect(child("sim").pid).not.toBe(before.pid);
  expect(isAlive(child("sim"))).toBe(true);
});

it("gives up on what dies at every start, with its last words", async () => {
  remuda.service("provider-sim", `console.error("no such folder: /x"); process.exit(3);`);
  const one = up();
  expect(await one.ended).toBe(10);
  expect(one.output()).toMatch(/sim ended 5 times within 10s \(exit status 3\)[\s\S]*no such folder: \/x/);
  expect(childrenOf(home)).toEqual({});
});

it("does not run twice on one home folder", async () => {
  const one = up();
  await one.said("remuda is up");
  const second = up();
  expect(await second.ended).toBe(9);
  expect(second.output()).toContain(`already running (pid ${one.pid})`);
  expect(isAlive(child("manager"))).toBe(true);
});

it("says which port is taken, and by which flag to choose another", async () => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const bound = server.address();
  const address = `127.0.0.1:${typeof bound === "object" ? bound?.port : ""}`;
  const one = up(["--sim-listen", address]);
  expect(await one.ended).toBe(9);
  expect(one.output()).toContain(`${address} is taken`);
  expect(one.output()).toContain("--sim-listen HOST:PORT");
  await new Promise((done) => server.close(done));
});

it("leaves no process behind when it is killed", async () => {
  const one = up();
  await one.said("remuda is up");
  const children = [child("manager"), child("sim")];
  one.child.kill("SIGKILL");
  await Promise.all(children.map(gone));
  const second = up();
  await second.said("remuda is up");
});

it("ends what a killed run left hanging before it starts anew", async () => {
  const one = up();
  await one.said("remuda is up");
  const hanging = child("sim");
  process.kill(hanging.pid, "SIGSTOP");
  one.child.kill("SIGKILL");
  await one.ended.catch(() => undefined);
  const second = up();
  await second.said("remuda is up");
  expect(isAlive(hanging)).toBe(false);
  expect(second.output()).toContain("left by a run that was killed");
});

it("does not take another process with a used number for its own", async () => {
  const stranger = identify(process.pid);
  const record = { owner: { ...stranger, started: "long ago" }, address: "x", children: { sim: { ...stranger, started: "long ago" } } };
  writeFileSync(join(home, "up.lock"), JSON.stringify(record));
  const one = up();
  await one.said("remuda is up");
  expect(isAlive(stranger)).toBe(true);
});

it("lets one win of several that start at once over a dead run's lock", async () => {
  writeFileSync(join(home, "up.lock"), JSON.stringify({ owner: { pid: 1, started: "long ago" }, address: "x", children: {} }));
  const all = [up(), up(), up()];
  const refused = () => all.filter((one) => /already running|changes hands/.test(one.output()));
  const ready = () => all.filter((one) => one.output().includes("remuda is up"));
  await until(
    () => ready().length + refused().length === all.length,
    () => all.map((one) => one.output()).join("\n"),
  );
  expect([ready().length, refused().length]).toEqual([1, 2]);
});

it("ends all at once on the second Ctrl-C", async () => {
  remuda.service("manager", `${plainService}; process.removeAllListeners("SIGTERM"); process.on("SIGTERM", () => console.log("not yet"));`);
  const one = up();
  await one.said("remuda is up");
  const children = [child("manager"), child("sim")];
  one.child.kill("SIGINT");
  await one.said("not yet");
  // Two at almost the same time would count as one.
  await until(
    () => !one.child.kill("SIGINT"),
    () => "it is gone",
  );
  expect(await one.ended).toBe(130);
  await Promise.all(children.map(gone));
});

const quickstart = join(import.meta.dirname, "../../../../examples/quickstart.yaml");
const managerOf = async (flags: string) => {
  await bundleFakeManager(join(folder, "fake-manager.cjs"));
  remuda.service("manager", `process.argv.push(${flags}); require(${JSON.stringify(join(folder, "fake-manager.cjs"))});`);
};

it("applies a file, shows the machines run, and ends with --once", async () => {
  await managerOf(`"--runs"`);
  const one = up(["--apply", quickstart, "--once"]);
  expect(await one.ended).toBe(0);
  expect(one.output()).toMatch(/provider\/sim created[\s\S]*virtualmachine\/db-1 created[\s\S]*3 machines as declared/);
  expect(one.output()).toContain("Without --once the same command stays");
  expect(one.output()).not.toContain("Try next");
});

it("warns of names in an applied file that nothing has", async () => {
  await managerOf(`"--runs"`);
  const file = join(folder, "typo.yaml");
  writeFileSync(file, readFileSync(quickstart, "utf8").replaceAll("image: debian-12", "image: debain-12"));
  const one = up(["--apply", file, "--once"]);
  expect(await one.ended).toBe(0);
  expect(one.output()).toMatch(
    /^warning: \S+typo\.yaml:\d+: VirtualMachine\/web-1: spec\.image: there is no VMImage debain-12 yet; did you mean/m,
  );
});

it("ends with the reason if the machines don't run in time", async () => {
  await managerOf("");
  const one = up(["--apply", quickstart, "--once", "--timeout", "300ms"]);
  expect(await one.ended).toBe(5);
  expect(one.output()).toContain("virtualmachine/web-1: Pending");
  expect(childrenOf(home)).toEqual({});
});
