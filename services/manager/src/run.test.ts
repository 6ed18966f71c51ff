import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ConfigError, readConfig } from "./config";
import { run } from "./run";

const log = pino({ level: "silent" });
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "remuda-run-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const config = (...args: string[]) => readConfig(["--listen", "127.0.0.1:0", "--data-dir", folder, ...args], {});

test("flags go before variables, variables before defaults", () => {
  const env = { REMUDA_LISTEN: "127.0.0.1:1", REMUDA_LOG_LEVEL: "debug", REMUDA_INSECURE: "true" };
  expect(readConfig(["--listen", "[::1]:2"], env)).toMatchObject({ listen: { host: "::1", port: 2 }, logLevel: "debug", insecure: true });
  expect(readConfig([], {})).toMatchObject({
    listen: { host: "127.0.0.1", port: 7700 },
    secretsDir: "remuda-data/secrets",
    insecure: false,
  });
});

test.each([
  [["--listen", "7700"], "--listen: expected HOST:PORT"],
  [["--listen", "a:70000"], "--listen: expected HOST:PORT"],
  [["--lisen", "a:1"], "Unknown option '--lisen'"],
  [["--log-level", "loud"], "--log-level"],
  [["--tls-cert", "a"], "go together"],
  [["--tls-client-ca", "a"], "needs --tls-cert"],
])("%j is refused", (args, message) => {
  expect(() => readConfig(args, {})).toThrow(ConfigError);
  expect(() => readConfig(args, {})).toThrow(message);
});

test("what is in the way of starting is told with what to do about it", async () => {
  const stop = await run(config(), log);
  await expect(run(config(), log)).rejects.toThrow(/can't open the store: .*in use by another process/);
  await stop();

  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const { port } = taken.address() as { port: number };
  await expect(run(config("--listen", `127.0.0.1:${port}`), log)).rejects.toThrow(/can't serve the API: .*choose another port/);
  taken.close();

  await expect(run(config("--token-file", join(folder, "none")), log)).rejects.toThrow(/token file .*none can't be read/);
  writeFileSync(join(folder, "empty"), "\n");
  await expect(run(config("--token-file", join(folder, "empty")), log)).rejects.toThrow(/is empty; write a token into it/);
  // Whatever failed, nothing was left open: the next one starts.
  await (await run(config(), log))();
});

test("it serves metrics, health and readiness", async () => {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  const stop = await run(config("--http-listen", `127.0.0.1:${port}`), log);
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: response.status, text: await response.text() };
  };
  expect((await get("/healthz")).status).toBe(200);
  expect((await get("/readyz")).status).toBe(200);
  expect((await get("/nothing")).status).toBe(404);
  const { text } = await get("/metrics");
  expect(text).toContain("remuda_store_resource_version 0");
  expect(text).toContain("remuda_machine_queue_depth 0");
  await stop();
});

test("/metrics off loopback is served only where that is said by name", () => {
  const read = (...args: string[]) => readConfig(["--http-listen", ...args], {});
  expect(() => read("0.0.0.0:8080")).toThrow(/0\.0\.0\.0:8080 is not loopback.*--http-insecure/);
  expect(() => read("[::]:8080")).toThrow("[::]:8080 is not loopback");
  expect(read("[::1]:8080").httpListen).toEqual({ host: "::1", port: 8080 });
  expect(read("0.0.0.0:8080", "--http-insecure")).toMatchObject({ httpListen: { host: "0.0.0.0" }, insecure: false });
  expect(read("0.0.0.0:8080", "--insecure").httpListen).toEqual({ host: "0.0.0.0", port: 8080 });
});
