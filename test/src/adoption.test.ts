import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { credentials } from "@grpc/grpc-js";
import { CreateRequest, createProviderClient, type ProviderClient, type VirtualMachine } from "@remuda/contract";
import { afterEach, expect, test } from "vitest";
import { bundles, eventually, freePort, type Program, startProgram, temporaryFolder } from "./program";

const exec = promisify(execFile);
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Installation {
  remuda(...args: string[]): Promise<{ out: string; err: string; status: number }>;
  addByHand(name: string): Promise<string>;
  machines(): Promise<VirtualMachine[]>;
  provider: ProviderClient;
  /** kill -9, and another process over the same data. */
  crashManager(): Promise<void>;
}

async function install(): Promise<Installation> {
  const folder = temporaryFolder();
  const [listen, simListen, control] = await Promise.all([freePort(), freePort(), freePort()]);
  ends.push(() => folder.remove());
  const start = async (bundle: "manager" | "provider-sim", args: string[]): Promise<Program> => {
    const program = startProgram(bundle, args);
    ends.push(() => program.kill("SIGTERM"));
    await program.printed("listening");
    return program;
  };
  await start("provider-sim", ["--listen", `127.0.0.1:${simListen}`, "--control-listen", `127.0.0.1:${control}`]);
  const manage = () => start("manager", ["--listen", `127.0.0.1:${listen}`, "--data-dir", join(folder.path, "manager")]);
  let manager = await manage();
  const provider = createProviderClient({ address: `127.0.0.1:${simListen}`, credentials: credentials.createInsecure() });
  ends.push(() => provider.close());

  const remuda: Installation["remuda"] = (...args) => {
    const env = { ...process.env, NO_COLOR: "1", REMUDA_SERVER: `127.0.0.1:${listen}` };
    const run = exec(process.execPath, [bundles.remuda, ...args], { env });
    if (args.includes("-")) {
      const spec = { address: `127.0.0.1:${simListen}` };
      run.child.stdin?.end(JSON.stringify({ apiVersion: "remuda.dev/v1alpha1", kind: "Provider", metadata: { name: "sim" }, spec }));
    }
    return run.then(
      ({ stdout, stderr }) => ({ out: stdout, err: stderr, status: 0 }),
      (error: { stdout: string; stderr: string; code: number }) => ({ out: error.stdout, err: error.stderr, status: error.code }),
    );
  };
  expect(await remuda("apply", "-f", "-")).toMatchObject({ status: 0 });
  expect(await remuda("wait", "provider", "sim", "--for", "condition=Ready", "--timeout", "30s")).toMatchObject({ status: 0 });
  return {
    remuda,
    provider,
    machines: async () => (await provider.listVirtualMachines({ owner: "", pageSize: 1000, pageToken: "" })).virtualMachines,
    async addByHand(name) {
      const answer = await fetch(`http://127.0.0.1:${control}/machines`, { method: "POST", body: JSON.stringify({ name, cpus: 2 }) });
      return ((await answer.json()) as { id: string }).id;
    },
    async crashManager() {
      await manager.kill("SIGKILL");
      manager = await manage();
    },
  };
}

/** All of a machine but its marks. */
const nature = ({ uid: _, owner: __, ...rest }: VirtualMachine) => rest;

test("machines of other making are listed, adopted by filter as they are, and stay when they are let go; the manager dies on the way", async () => {
  const { remuda, addByHand, machines, crashManager } = await install();
  for (const name of ["legacy-1", "legacy-2", "legacy-3", "other"]) await addByHand(name);
  const before = (await machines()).map(nature);
  const listed = await remuda("adopt", "sim", "--list", "--name", "legacy-*");
  expect(listed.out.match(/legacy-\d/g)).toHaveLength(6);
  expect(listed.out).not.toContain("other");

  const adopting = remuda("adopt", "sim", "--name", "legacy-*");
  await eventually("one is adopted", async () => (await machines()).some(({ uid }) => uid !== "") || undefined);
  await crashManager();
  await adopting;
  // What the crash kept it from is done by the same command again.
  expect((await remuda("adopt", "sim", "--name", "legacy-*")).status).toBeOneOf([0, 3]);
  for (const name of ["legacy-1", "legacy-2", "legacy-3"])
    expect(await remuda("wait", "vm", name, "--for", "condition=Ready", "--timeout", "30s")).toMatchObject({ status: 0 });
  expect((await machines()).map(nature)).toEqual(before);
  expect((await machines()).filter(({ uid }) => uid !== "").map(({ name }) => name)).toEqual(["legacy-1", "legacy-2", "legacy-3"]);

  const gone = remuda("delete", "vm", "legacy-1", "legacy-2", "--timeout", "30s");
  await crashManager();
  await gone;
  expect(await remuda("delete", "vm", "legacy-1", "legacy-2", "--ignore-not-found", "--timeout", "30s")).toMatchObject({ status: 0 });
  expect((await machines()).map(nature)).toEqual(before);
  expect((await machines()).filter(({ uid }) => uid !== "").map(({ name }) => name)).toEqual(["legacy-3"]);
  expect(await remuda("orphans")).toMatchObject({ status: 0, out: "", err: "there are no orphans\n" });
}, 120_000);

test("a machine with this installation's marks that is young is neither shown as an orphan nor deleted; it can be adopted", async () => {
  const { remuda, provider, machines } = await install();
  const [, owner] = /owner (\S+)/.exec((await remuda("version")).out) ?? [];
  const uid = "0f8fad5b-d9cb-469f-a165-70867728950e";
  const spec = { name: "lost", hardware: { cpus: 1, memoryMib: 256 }, source: { $case: "empty" as const, value: {} } };
  const { virtualMachine } = await provider.create(CreateRequest.fromPartial({ uid, owner, spec }));
  await eventually("it is made", async () => (await machines()).some((each) => each.uid === uid && each.task === undefined) || undefined);
  expect(await remuda("orphans", "sim")).toMatchObject({ status: 0, out: "" });
  expect((await remuda("orphans", "delete", "sim", uid, "--yes")).status).toBe(3);
  expect(await remuda("adopt", "sim", virtualMachine?.id ?? "")).toMatchObject({ status: 0 });
  expect(await remuda("wait", "vm", "lost", "--for", "condition=Ready", "--timeout", "30s")).toMatchObject({ status: 0 });
  expect((await machines()).map(({ name }) => name)).toEqual(["lost"]);
}, 120_000);
