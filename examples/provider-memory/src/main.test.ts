import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials } from "@grpc/grpc-js";
import { CreateRequest, createProviderClient } from "@remuda/contract";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

let folder: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "provider-memory-main-"));
  const entryPoints = [join(import.meta.dirname, "main.ts")];
  await build({ entryPoints, outfile: join(folder, "main.cjs"), bundle: true, platform: "node", format: "cjs", logLevel: "error" });
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});
afterAll(() => rm(folder, { recursive: true }));

/** The provider as a process of its own, once it says that it listens. */
async function start() {
  const child = spawn(process.execPath, [join(folder, "main.cjs"), "--listen", "127.0.0.1:0", "--file", join(folder, "machines.json")]);
  children.push(child);
  const exit = once(child, "exit");
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line) as { msg: string; address: string };
    if (said.msg !== "provider listening") continue;
    child.stdout.resume();
    const client = createProviderClient({ address: said.address, credentials: credentials.createInsecure() });
    return { child, client, exit };
  }
  throw new Error("the provider ended before it listened");
}

const uid = "0f8fad5b-d9cb-469f-a165-70867728950e";
const request = CreateRequest.fromPartial({
  uid,
  owner: "lab",
  spec: { name: "web-1", hardware: { cpus: 2, memoryMib: 1024 }, source: { $case: "image", value: "debian-13" } },
});

test("machines survive kill -9, and SIGTERM ends the process with status 0", async () => {
  const first = await start();
  const { virtualMachine } = await first.client.create(request);
  first.child.kill("SIGKILL");
  await first.exit;
  first.client.close();

  const second = await start();
  expect((await second.client.describe({ id: "", uid })).virtualMachine).toEqual(virtualMachine);
  expect((await second.client.create(request)).virtualMachine?.id).toBe(virtualMachine?.id);
  second.client.close();
  second.child.kill("SIGTERM");
  expect(await second.exit).toEqual([0, null]);
});

test("the provider is shorter than 150 lines", async () => {
  const text = await readFile(join(import.meta.dirname, "provider.ts"), "utf8");
  expect(text.split("\n").length).toBeLessThan(150);
});
