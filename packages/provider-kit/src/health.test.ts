import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { credentials, status } from "@grpc/grpc-js";
import { ProviderError } from "@remuda/contract";
import { HealthClient, HealthCheckResponse_ServingStatus as Serving } from "@remuda/contract/system";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Provider } from "./provider";
import { createTestProvider, type Served, serve, uid } from "./test-provider";

let served: Served | undefined;
const clients: HealthClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await served?.close();
  served = undefined;
});

async function serving(part: Partial<Provider> = {}) {
  served = await serve(createTestProvider(part).provider, { validateIntervalMs: 20, httpListen: "127.0.0.1:0" });
  const health = new HealthClient(served.running.address, credentials.createInsecure());
  clients.push(health);
  const check = (service: string) =>
    new Promise<number>((resolve, reject) =>
      health.check({ service }, (error, answer) => (error ? reject(error) : resolve(answer.status))),
    );
  const get = async (path: string) => (await fetch(`http://${served?.running.httpAddress}${path}`)).status;
  return { health, check, get, running: served.running };
}

test("health and readiness follow Validate", async () => {
  let works = true;
  const answer = { platform: "test", platformVersion: "", account: "", warnings: [], platformId: "test-1" };
  const { check, get, running } = await serving({
    validate: () => (works ? Promise.resolve(answer) : Promise.reject(new ProviderError("UNAUTHENTICATED", "the key has expired"))),
  });
  await vi.waitFor(async () => expect(await check("")).toBe(Serving.SERVING));
  expect(await check("remuda.provider.v1.ProviderService")).toBe(Serving.SERVING);
  expect(running.ready()).toBe(true);
  expect(await get("/readyz")).toBe(200);
  works = false;
  await vi.waitFor(async () => expect(await check("")).toBe(Serving.NOT_SERVING));
  await vi.waitFor(async () => expect(await get("/readyz")).toBe(503));
  expect(await get("/healthz")).toBe(200);
  works = true;
  await vi.waitFor(async () => expect(await check("")).toBe(Serving.SERVING));
  expect(await get("/elsewhere")).toBe(404);
});

test("a service that is not there is NOT_FOUND in Check and SERVICE_UNKNOWN in Watch", async () => {
  const { health, check } = await serving();
  await expect(check("no.Such")).rejects.toMatchObject({ code: status.NOT_FOUND });
  await expect(check("remuda.provider.v1.ImageService")).rejects.toMatchObject({ code: status.NOT_FOUND });
  const call = health.watch({ service: "no.Such" });
  call.on("error", () => {});
  const first = await new Promise<{ status: number }>((resolve) => call.once("data", resolve));
  expect(first.status).toBe(Serving.SERVICE_UNKNOWN);
  call.cancel();
});

test("Watch tells each change, and NOT_SERVING before a stopping provider ends it", async () => {
  const { health, check, running } = await serving();
  await vi.waitFor(async () => expect(await check("")).toBe(Serving.SERVING));
  const seen: number[] = [];
  const call = health.watch({ service: "" });
  const ended = new Promise<void>((resolve) => {
    call.on("data", (answer: { status: number }) => seen.push(answer.status));
    call.on("error", () => resolve());
    call.on("end", () => resolve());
  });
  await vi.waitFor(() => expect(seen).toEqual([Serving.SERVING]));
  await Promise.all([running.close(), ended]);
  expect(seen).toEqual([Serving.SERVING, Serving.NOT_SERVING]);
});

const run = promisify(execFile);
const grpcurl = process.env.GRPCURL ?? join(homedir(), "go/bin/grpcurl");
const buf = resolve(import.meta.dirname, "../../../node_modules/.bin/buf");
const required = process.env.REMUDA_REQUIRE_PEERS !== undefined;

describe.skipIf(!existsSync(grpcurl) && !required)(`grpcurl (skipped where ${grpcurl} is not there)`, () => {
  const ask = async (...args: string[]) => (await run(grpcurl, ["-plaintext", ...args])).stdout;

  test("lists what is served, shows comments, and calls", async () => {
    const { address } = (await serving()).running;
    expect((await ask(address, "list")).trim().split("\n")).toEqual([
      "grpc.health.v1.Health",
      "grpc.reflection.v1.ServerReflection",
      "grpc.reflection.v1alpha.ServerReflection",
      "remuda.provider.v1.ProviderService",
    ]);
    expect(await ask(address, "describe", "remuda.provider.v1.CreateRequest")).toContain(
      "// The machine's identity and the call's idempotency key",
    );
    const request = { uid: uid(), owner: "lab", spec: { name: "a", hardware: { cpus: 1, memory_mib: 64 }, image: "x" } };
    const answer = JSON.parse(await ask("-d", JSON.stringify(request), address, "remuda.provider.v1.ProviderService/Create"));
    expect(answer).toMatchObject({ virtualMachine: { id: "m-1", uid: request.uid } });
    const refused = ask("-d", "{}", address, "remuda.provider.v1.ProviderService/Create");
    await expect(refused).rejects.toMatchObject({ stderr: expect.stringContaining('"field": "uid"') });
  });
});

describe("buf curl", () => {
  const base = ["curl", "--protocol", "grpc", "--http2-prior-knowledge"];

  test.each(["grpc-v1", "grpc-v1alpha"])("lists methods and calls by reflection %s", async (reflection) => {
    const { address } = (await serving()).running;
    const args = [...base, "--reflect-protocol", reflection];
    const { stdout } = await run(buf, [...args, "--list-methods", `http://${address}`]);
    expect(stdout).toContain("remuda.provider.v1.ProviderService/Create");
    const called = await run(buf, [...args, "-d", "{}", `http://${address}/remuda.provider.v1.ProviderService/Validate`]);
    expect(JSON.parse(called.stdout)).toEqual({ platform: "test", platformVersion: "1", account: "me", platformId: "test-1" });
  });
});
