import { afterEach, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { type FakeManager, type FakeManagerOptions, startFakeManager } from "./testing/fake-manager";
import { type RunOptions, runCli } from "./testing/run-cli";

let manager: FakeManager;
afterEach(() => manager.close());
const start = async (platform: NonNullable<FakeManagerOptions["platform"]>) => {
  manager = await startFakeManager({ platform });
};
const cli = (line: string, options: RunOptions = {}) => runCli(line, { server: manager.address, ...options });

const machines = () => [
  { id: "vm-1", name: "Old-Web" },
  { id: "vm-2", name: "db", obstacle: '"Hard disk 2" is no name' },
  { id: "vm-3", name: "old-db" },
];
const orphans = () => [
  { id: "vm-8", name: "lost", uid: "uid-8" },
  { id: "vm-9", name: "young", uid: "uid-9", obstacle: "it is younger than 10 minutes" },
];

it("adopt --list shows every page of what nobody owns, and why some can't be adopted", async () => {
  await start({ unmanaged: machines(), orphans: [] });
  const { status, out } = await cli("adopt sim --list");
  expect(status).toBe(0);
  expect(out.split("\n")[0]).toMatch(/^ID +NAME +POWER .* OBSTACLE$/);
  expect(out).toMatch(/vm-1 +Old-Web +On +2 +512 +8 .* old-web$/m);
  expect(out).toMatch(/vm-2 .* "Hard disk 2" is no name$/m);
  expect(JSON.parse((await cli("adopt sim --list --name old* -o json")).out).items.map((m: { id: string }) => m.id)).toEqual(["vm-3"]);
  expect(manager.applied).toEqual([]);
});

it("adopt takes those that are named or chosen, tells of each, and fails if one could not be had", async () => {
  await start({ unmanaged: machines(), orphans: [] });
  expect(await cli("adopt sim vm-1 --as web")).toMatchObject({ status: 0, out: "virtualmachine/web created\n" });
  const all = await cli("adopt sim --all");
  expect(all).toMatchObject({ status: 10, out: "virtualmachine/old-web created\nvirtualmachine/old-db created\n" });
  expect(all.err).toContain('not adopted: vm-2: "Hard disk 2" is no name');
  expect(all.err).toContain("1 machine of 3 could not be adopted");
  expect((await cli("adopt sim vm-7")).status).toBe(3);
  expect((await cli("adopt sim --name nothing*")).status).toBe(3);
});

it("adopt --dry-run -o yaml prints what can be kept and applied, and applies nothing", async () => {
  await start({ unmanaged: machines(), orphans: [] });
  const { out, status } = await cli("adopt sim vm-1 --dry-run -o yaml");
  expect(status).toBe(0);
  const [document] = parseAllDocuments(out).map((d) => d.toJS());
  expect(document).toMatchObject({ kind: "VirtualMachine", metadata: { name: "old-web" }, spec: { source: { existing: "vm-1" } } });
  expect(Object.keys(document.metadata)).toEqual(["name"]);
  expect(manager.resources.size).toBe(0);
  expect(await cli("apply -f -", { stdin: out })).toMatchObject({ status: 0 });
});

it.each([
  "adopt sim",
  "adopt sim vm-1 --all",
  "adopt sim vm-1 --name x",
  "adopt sim vm-1 vm-2 --as x",
  "orphans delete sim",
  "orphans delete sim vm-8 --all",
])("%s says which choice is missing or too much", async (line) => {
  await start({ unmanaged: machines(), orphans: orphans() });
  const result = await cli(line);
  expect(result).toMatchObject({ status: 2, out: "" });
  expect(result.err).toContain("such as: remuda ");
});

it("orphans shows them, and says of which providers nothing is known", async () => {
  await start({ unmanaged: [], orphans: orphans(), unseen: ["lab"] });
  for (const line of ["orphans", "orphans sim", "orphans list sim"]) {
    const { out, err, status } = await cli(line);
    expect(status).toBe(0);
    expect(out).toMatch(/^sim +vm-8 +lost +Off .* uid-8$/m);
    expect(err).toContain("what lab may have of orphans can't be seen now");
  }
  const json = JSON.parse((await cli("orphans -o json")).out);
  expect(json).toMatchObject({ orphans: [{ uid: "uid-8" }, { uid: "uid-9" }], unseenProviders: ["lab"] });
  await manager.close();
  await start({ unmanaged: [], orphans: [] });
  expect(await cli("orphans")).toMatchObject({ out: "", err: "there are no orphans\n" });
});

it("orphans delete only says what it would do until --yes, and leaves alone what the manager refuses", async () => {
  const there = orphans();
  await start({ unmanaged: [], orphans: there });
  const dry = await cli("orphans delete sim vm-8");
  expect(dry).toMatchObject({ status: 0, out: "machine vm-8 (lost, uid uid-8) of sim would be deleted\n" });
  expect(dry.err).toContain("nothing was deleted; --yes does it");
  expect(there).toHaveLength(2);

  const done = await cli("orphans delete sim --all --yes");
  expect(done).toMatchObject({ status: 10, out: "machine vm-8 (lost, uid uid-8) of sim is being deleted\n" });
  expect(done.err).toContain("not deleted: machine vm-9 is no orphan: it is younger than 10 minutes");
  expect(there.map(({ id }) => id)).toEqual(["vm-9"]);
  expect(await cli("orphans delete sim uid-8 --yes")).toMatchObject({ status: 3 });
});

it("delete --force wants names, and says what may be left where", async () => {
  await start({ unmanaged: machines(), orphans: [] });
  await cli("adopt sim vm-1 --as web");
  expect((await cli("delete vm -l app=web --force")).status).toBe(2);
  expect((await cli("delete -f - --force", { stdin: "" })).err).toContain("--force takes names alone");
  const status = { launchedAt: "2026-01-01T00:00:00Z", provider: "sim", id: "vm-1", disks: [{ id: "disk-4" }] };
  manager.setStatus("VirtualMachine", "web", status);
  const { err } = await cli("delete vm web --force --no-wait");
  expect(err).toMatch(/machine vm-1 with uid uid-\d+ and its disks disk-4 may be left on provider sim; `remuda orphans sim` shows it/);
});
