import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { request as http1 } from "node:http";
import { connect as http2 } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import {
  ApplyAction,
  errorDetails,
  Health,
  HealthCheckResponse_ServingStatus,
  ManagerService,
  WatchEventType,
} from "@remuda/contract/manager";
import { createMemoryStore, type ResourceStore, UnwritableError } from "@remuda/store";
import pino from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { apiVersion, basics, fastClock, machine } from "../testing/world";
import { type Api, startApi } from "./server";

const log = pino({ level: "silent" });
let store: ResourceStore;
let api: Api;
beforeEach(async () => {
  store = createMemoryStore();
  api = await startApi({ store, log, host: "127.0.0.1", port: 0 });
});
afterEach(async () => {
  await api.close();
  await store.close();
});

const client = (transport = createGrpcTransport({ baseUrl: `http://${api.address}` })) => createClient(ManagerService, transport);
const json = (value: object) => value as JsonObject;
const vmClass = (name: string, spec: object = { cpus: 1, memoryMiB: 512 }, metadata: object = {}) =>
  json({ apiVersion, kind: "VMClass", metadata: { name, ...metadata }, spec });
const apply = (...resources: JsonObject[]) => client().apply({ resources });

async function failure(
  promise: Promise<unknown>,
): Promise<{ code: Code; reason?: string; metadata?: object; fields: string[]; message: string }> {
  const error = await promise.then(
    () => undefined,
    (e: unknown) => ConnectError.from(e),
  );
  if (!error) throw new Error("it did not fail");
  const [info] = error.findDetails(errorDetails.ErrorInfoSchema);
  const [bad] = error.findDetails(errorDetails.BadRequestSchema);
  return {
    code: error.code,
    reason: info?.reason,
    metadata: info?.metadata,
    fields: bad?.fieldViolations.map((v) => v.field) ?? [],
    message: error.rawMessage,
  };
}

describe("on one port", () => {
  const protocols = {
    "gRPC over HTTP/2": () => createGrpcTransport({ baseUrl: `http://${api.address}` }),
    "gRPC-Web over HTTP/1.1": () => createGrpcWebTransport({ baseUrl: `http://${api.address}`, httpVersion: "1.1" }),
    "Connect over HTTP/1.1": () => createConnectTransport({ baseUrl: `http://${api.address}`, httpVersion: "1.1" }),
    "Connect over HTTP/2": () => createConnectTransport({ baseUrl: `http://${api.address}`, httpVersion: "2" }),
  };
  test.each(Object.entries(protocols))("answers %s", async (_, transport) => {
    const info = await client(transport()).getInfo({});
    expect(info.owner).toBe(await store.ownerId());
  });

  test("answers plain JSON, also when the first bytes come one by one", async () => {
    const [host, port] = api.address.split(":");
    const { connect } = await import("node:net");
    const socket = connect(Number(port), host);
    const body = '{"kind":"VMClass"}';
    const text = `POST /remuda.manager.v1.ManagerService/List HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    let answer = "";
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    for (const byte of text.slice(0, 8)) await new Promise((resolve) => socket.write(byte, resolve));
    socket.write(text.slice(8));
    await new Promise((resolve) => socket.on("end", resolve));
    expect(answer).toMatch(/^HTTP\/1.1 200/);
    expect(answer).toContain('{"resourceVersion":"0"}');
  });

  test("keeps an HTTP/1.1 connection for further requests", async () => {
    const { Agent } = await import("node:http");
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = () =>
      new Promise<number | undefined>((resolve, reject) => {
        const request = http1(
          `http://${api.address}/remuda.manager.v1.ManagerService/GetInfo`,
          { method: "POST", agent, headers: { "content-type": "application/json" } },
          (response) => {
            response.resume().on("end", () => resolve(response.statusCode));
          },
        );
        request.on("error", reject).end("{}");
      });
    expect([await ask(), await ask()]).toEqual([200, 200]);
    agent.destroy();
  });

  test("closes although a client keeps its HTTP/2 connection open", async () => {
    const session = http2(`http://${api.address}`);
    await new Promise((resolve) => session.on("connect", resolve));
    await api.close();
    session.destroy();
    api = await startApi({ store, log, host: "127.0.0.1", port: 0 });
  });
});

describe("Apply", () => {
  test("creates, leaves alone, updates", async () => {
    expect((await apply(vmClass("small"))).results[0]?.action).toBe(ApplyAction.CREATED);
    expect((await apply(vmClass("small"))).results[0]?.action).toBe(ApplyAction.UNCHANGED);
    expect((await apply(vmClass("small", { cpus: 2, memoryMiB: 512 }))).results[0]?.action).toBe(ApplyAction.UPDATED);
    expect((await apply(vmClass("small", { cpus: 2, memoryMiB: 512 }, { labels: { a: "b" } }))).results[0]?.action).toBe(
      ApplyAction.UPDATED,
    );
    expect(await store.get("VMClass", "small")).toMatchObject({ spec: { cpus: 2 }, metadata: { generation: 2, labels: { a: "b" } } });
  });

  test("gives defaults and finalizers", async () => {
    const { results } = await client().apply({
      resources: basics("127.0.0.1:1")
        .concat(machine("web") as never)
        .map(json),
    });
    expect(results.map((r) => r.resource?.metadata)).toMatchObject([
      { finalizers: ["remuda.dev/in-use"] },
      { finalizers: ["remuda.dev/in-use"] },
      { finalizers: ["remuda.dev/in-use"] },
      { finalizers: ["remuda.dev/in-use"] },
      { finalizers: ["remuda.dev/machine"] },
    ]);
    expect(results[4]?.resource?.spec).toMatchObject({ powerState: "On", deletionPolicy: "Delete" });
  });

  test("changes nothing in a dry run", async () => {
    const before = await store.resourceVersion();
    const { results } = await client().apply({ resources: [vmClass("small")], dryRun: true });
    expect(results[0]?.action).toBe(ApplyAction.CREATED);
    expect(await store.resourceVersion()).toBe(before);
  });

  test("applies in order and tells where it stopped", async () => {
    const failed = await failure(apply(vmClass("one"), vmClass("two", { cpus: 0, memoryMiB: 512 }), vmClass("three")));
    expect(failed).toMatchObject({ code: Code.InvalidArgument, reason: "INVALID_SPEC", fields: ["spec.cpus"] });
    expect(failed.metadata).toEqual({ index: "1", kind: "VMClass", name: "two" });
    expect((await store.list("VMClass")).items.map((r) => r.metadata.name)).toEqual(["one"]);
  });

  test.each<[string, object, string[]]>([
    ["an empty resource", {}, ["apiVersion", "metadata", "kind"]],
    ["an unknown kind", { apiVersion, kind: "VMClas", metadata: { name: "a" }, spec: {} }, ["kind"]],
    ["an unknown field", { apiVersion, kind: "VMClass", metadata: { name: "a" }, spec: { cpus: 1, memoryMiB: 1, cpu: 1 } }, ["spec.cpu"]],
    ["a bad name", { apiVersion, kind: "VMClass", metadata: { name: "A_b" }, spec: { cpus: 1, memoryMiB: 1 } }, ["metadata.name"]],
    ["no name", { apiVersion, kind: "VMClass", metadata: {}, spec: { cpus: 1, memoryMiB: 1 } }, ["metadata.name"]],
    ["a spec that is a list", { apiVersion, kind: "VMClass", metadata: { name: "a" }, spec: [] }, ["spec"]],
    ["another apiVersion", { apiVersion: "v1", kind: "VMClass", metadata: { name: "a" }, spec: { cpus: 1, memoryMiB: 1 } }, ["apiVersion"]],
  ])("refuses %s with the field's path", async (_, resource, fields) => {
    const failed = await failure(apply(json(resource)));
    expect(failed).toMatchObject({ code: Code.InvalidArgument, reason: "INVALID_SPEC" });
    expect(failed.fields).toEqual(fields);
  });

  test("refuses a version that is not the newest", async () => {
    const { results } = await apply(vmClass("small"));
    await apply(vmClass("small", { cpus: 2, memoryMiB: 512 }));
    const { resourceVersion } = (results[0]?.resource?.metadata ?? {}) as { resourceVersion?: string };
    const failed = await failure(apply(vmClass("small", { cpus: 3, memoryMiB: 512 }, { resourceVersion: resourceVersion ?? "" })));
    expect(failed).toMatchObject({ code: Code.Aborted, reason: "CONFLICT", metadata: { index: "0", kind: "VMClass", name: "small" } });
    expect(await store.get("VMClass", "small")).toMatchObject({ spec: { cpus: 2 } });
  });

  test("refuses to change what is being deleted, but not its annotations", async () => {
    await apply(vmClass("small"));
    await client().delete({ kind: "VMClass", name: "small" });
    expect(await failure(apply(vmClass("small", { cpus: 4, memoryMiB: 512 })))).toMatchObject({ code: Code.Aborted, reason: "CONFLICT" });
    expect((await apply(vmClass("small", undefined, { annotations: { a: "b" } }))).results[0]?.action).toBe(ApplyAction.UPDATED);
  });

  test("takes all of many that come at once", async () => {
    await Promise.all(Array.from({ length: 20 }, (_, i) => apply(vmClass("small", { cpus: i + 1, memoryMiB: 512 }))));
    expect(await store.get("VMClass", "small")).toMatchObject({ metadata: { generation: expect.any(Number) } });
  });
});

describe("List, Get and Delete", () => {
  test("pages carry the first one's version: a watch from it tells what changed while they were read", async () => {
    await apply(vmClass("a"), vmClass("b"), vmClass("c"));
    const first = await client().list({ kind: "class", pageSize: 1 });
    await apply(vmClass("a", { cpus: 9, memoryMiB: 512 }));
    const second = await client().list({ kind: "class", pageSize: 1, pageToken: first.nextPageToken });
    const last = await client().list({ kind: "class", pageSize: 1, pageToken: second.nextPageToken });
    expect([second.resourceVersion, last.resourceVersion]).toEqual([first.resourceVersion, first.resourceVersion]);
    for await (const event of client().watch({ kind: "class", resourceVersion: last.resourceVersion })) {
      expect(event.type).toBe(WatchEventType.MODIFIED);
      expect(event.resource).toMatchObject({ metadata: { name: "a" }, spec: { cpus: 9 } });
      break;
    }
  });

  test("pages by name and selects", async () => {
    await apply(...["e", "c", "a", "d", "b"].map((n) => vmClass(n, undefined, { labels: { odd: String("ace".includes(n)) } })));
    const names: string[] = [];
    let pageToken = "";
    do {
      const page = await client().list({ kind: "class", pageSize: 2, pageToken });
      expect(page.resources.length).toBeLessThanOrEqual(2);
      names.push(...page.resources.map((r) => (r.metadata as { name: string }).name));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    expect(names).toEqual(["a", "b", "c", "d", "e"]);
    const odd = await client().list({ kind: "class", labelSelector: "odd=true", fieldSelector: "metadata.name!=c" });
    expect(odd.resources.map((r) => (r.metadata as { name: string }).name)).toEqual(["a", "e"]);
  });

  test.each([
    ["no kind", () => client().list({}), Code.InvalidArgument],
    ["an unknown kind", () => client().get({ kind: "nonsense", name: "a" }), Code.InvalidArgument],
    ["no name", () => client().get({ kind: "vm" }), Code.InvalidArgument],
    ["what is not there", () => client().get({ kind: "vm", name: "a" }), Code.NotFound],
    ["deleting what is not there", () => client().delete({ kind: "vm", name: "a" }), Code.NotFound],
    ["a page that is too large", () => client().list({ kind: "vm", pageSize: 5000 }), Code.InvalidArgument],
    ["a made-up page token", () => client().list({ kind: "vm", pageToken: "xx" }), Code.InvalidArgument],
    ["a page token without a version", () => client().list({ kind: "vm", pageToken: btoa("v2::web") }), Code.InvalidArgument],
    ["a wrong selector", () => client().list({ kind: "vm", labelSelector: "a in (" }), Code.InvalidArgument],
    ["a path that is no field", () => client().explain({ kind: "vm", path: "spec.disk.size" }), Code.InvalidArgument],
    ["events of an unknown kind", () => client().listEvents({ kind: "nonsense" }), Code.InvalidArgument],
  ])("refuses %s", async (_, call, code) => {
    const failed = await failure(call());
    expect(failed.code).toBe(code);
    expect(failed.reason).toBe(code === Code.NotFound ? "NOT_FOUND" : "INVALID_SPEC");
  });

  test("deletes only the resource with the given uid", async () => {
    await apply(vmClass("small"));
    expect(await failure(client().delete({ kind: "VMClass", name: "small", uid: "other" }))).toMatchObject({
      code: Code.Aborted,
      reason: "CONFLICT",
    });
    await client().delete({ kind: "VMClass", name: "small", dryRun: true });
    expect((await store.get("VMClass", "small"))?.metadata.deletionTimestamp).toBeUndefined();
    const { resource } = await client().delete({ kind: "VMClass", name: "small" });
    expect(resource?.metadata).toMatchObject({ deletionTimestamp: expect.any(String) });
  });
});

describe("Watch", () => {
  test("gives a snapshot, a bookmark, changes, and resumes from a version", async () => {
    await apply(vmClass("a"));
    const stop = new AbortController();
    const seen: [WatchEventType, string | undefined][] = [];
    let version = "";
    for await (const event of client().watch({ kind: "VMClass" }, { signal: stop.signal })) {
      seen.push([event.type, (event.resource?.metadata as { name?: string } | undefined)?.name]);
      version = event.resourceVersion;
      if (event.type === WatchEventType.BOOKMARK) await apply(vmClass("b"));
      if (seen.length === 3) break;
    }
    stop.abort();
    expect(seen).toEqual([
      [WatchEventType.ADDED, "a"],
      [WatchEventType.BOOKMARK, undefined],
      [WatchEventType.ADDED, "b"],
    ]);
    await apply(vmClass("c"));
    for await (const event of client().watch({ kind: "VMClass", resourceVersion: version })) {
      expect(event.resource?.metadata).toMatchObject({ name: "c" });
      break;
    }
  });

  test("tells a resource that ceases to match as deleted", async () => {
    await apply(vmClass("a", undefined, { labels: { tier: "web" } }));
    const types: WatchEventType[] = [];
    for await (const event of client().watch({ kind: "VMClass", labelSelector: "tier=web" })) {
      types.push(event.type);
      if (event.type === WatchEventType.BOOKMARK) await apply(vmClass("a", undefined, { labels: { tier: "db" } }));
      if (event.type === WatchEventType.DELETED) await apply(vmClass("a", undefined, { labels: { tier: "web" } }));
      if (types.length === 4) break;
    }
    expect(types).toEqual([WatchEventType.ADDED, WatchEventType.BOOKMARK, WatchEventType.DELETED, WatchEventType.ADDED]);
  });

  test("tells one who resumes of a resource that ceased to match meanwhile", async () => {
    const labelled = (tier: string) => apply(vmClass("a", undefined, { labels: { tier } }));
    await labelled("web");
    const query = { kind: "VMClass", labelSelector: "tier=web" };
    let version = "";
    for await (const { type, resourceVersion } of client().watch(query)) {
      version = resourceVersion;
      if (type === WatchEventType.BOOKMARK) break;
    }
    await labelled("db");
    await apply(vmClass("b", undefined, { labels: { tier: "web" } }));
    const seen: unknown[] = [];
    for await (const { type, resource } of client().watch({ ...query, resourceVersion: version })) {
      seen.push([type, (resource?.metadata as { name?: string } | undefined)?.name]);
      if (seen.length === 2) break;
    }
    expect(seen).toEqual([
      [WatchEventType.DELETED, "a"],
      [WatchEventType.ADDED, "b"],
    ]);
  });

  test("fails with OUT_OF_RANGE when the version is too old, with INVALID_ARGUMENT when it is none", async () => {
    await store.close();
    store = createMemoryStore({ historyLimit: 2 });
    await api.close();
    api = await startApi({ store, log, host: "127.0.0.1", port: 0 });
    await apply(...["a", "b", "c", "d", "e"].map((n) => vmClass(n)));
    const first = async (resourceVersion: string) => {
      for await (const event of client().watch({ resourceVersion })) return event;
      return undefined;
    };
    expect(await failure(first("1"))).toMatchObject({ code: Code.OutOfRange, reason: "EXPIRED" });
    expect(await failure(first("abc"))).toMatchObject({ code: Code.InvalidArgument });
  });
});

test("Explain tells kinds, and the fields of one", async () => {
  const all = await client().explain({});
  expect(all.kinds.map((k) => k.kind)).toContain("VirtualMachine");
  expect(all.kinds.every((k) => k.fields.length === 0)).toBe(true);
  const { kinds } = await client().explain({ kind: "vm", path: "spec.powerState" });
  expect(kinds[0]?.fields[0]).toMatchObject({ path: "spec.powerState", values: ["On", "Off", "Suspended"], defaultJson: '"On"' });
});

test("ListEvents tells what happened", async () => {
  store.recordEvent({ kind: "VirtualMachine", name: "web", uid: "u", type: "Normal", reason: "Launching", message: "m" });
  const { events } = await client().listEvents({ kind: "vm", name: "web" });
  expect(events).toMatchObject([{ reason: "Launching", count: 1, firstTime: { seconds: expect.any(BigInt) } }]);
});

test("ListEvents tells those of one uid, however many another one of that name had", async () => {
  const event = { kind: "VirtualMachine", name: "web", type: "Normal", reason: "Launching" } as const;
  store.recordEvent({ ...event, uid: "of-before", message: "the one before" });
  store.recordEvent({ ...event, uid: "of-now", message: "first" });
  store.recordEvent({ ...event, uid: "of-now", message: "second" });
  for (let i = 0; i < 5; i++) store.recordEvent({ ...event, uid: "of-before", message: `late ${i}` });
  const told = async (query: object) => (await client().listEvents({ kind: "vm", name: "web", ...query })).events.map((e) => e.message);
  expect(await told({ uid: "of-now" })).toEqual(["first", "second"]);
  expect(await told({ uid: "of-now", limit: 1 })).toEqual(["second"]);
  expect(await told({})).toHaveLength(8);
});

test("Explain names every condition and phase that a controller sets", async () => {
  const sources = readdirSync(join(import.meta.dirname, ".."), { recursive: true, encoding: "utf8" }).filter((f) =>
    /(?<!\.test)\.ts$/.test(f),
  );
  const text = sources.map((file) => readFileSync(join(import.meta.dirname, "..", file), "utf8")).join("\n");
  const set = [...text.matchAll(/setMachineCondition\(\s*work,\s*(?:context\.)?clock,\s*"(\w+)"|\{\s*type: "(\w+)",\s*status(?::|\b)/g)];
  const types = new Set(set.map(([, machine, other]) => machine ?? other));
  expect(types).toContain("Resolved");
  const { kinds } = await client().explain({});
  expect([...types].filter((type) => !kinds.some((k) => k.conditions.includes(type ?? "")))).toEqual([]);
  expect(kinds.find((k) => k.kind === "VirtualMachine")?.phases).toContain("Running");
});

describe("a token", () => {
  const tokenFile = join(mkdtempSync(join(tmpdir(), "remuda-token-")), "token");
  const withToken = (token: string | undefined) =>
    createClient(
      ManagerService,
      createGrpcTransport({
        baseUrl: `http://${api.address}`,
        interceptors: [
          (next) => (request) => {
            if (token !== undefined) request.header.set("authorization", `Bearer ${token}`);
            return next(request);
          },
        ],
      }),
    );
  beforeEach(async () => {
    await api.close();
    writeFileSync(tokenFile, "first\n");
    api = await startApi({ store, log, host: "127.0.0.1", port: 0, tokenFile, clock: fastClock(10_000) });
  });

  test.each([undefined, "wrong", "firs", "first2"])("%s is refused", async (token) => {
    expect(await failure(withToken(token).getInfo({}))).toMatchObject({ code: Code.Unauthenticated, reason: "UNAUTHENTICATED" });
  });

  test("is taken, and read anew when its file changes; health needs none", async () => {
    await withToken("first").getInfo({});
    const { utimesSync } = await import("node:fs");
    writeFileSync(tokenFile, "second");
    utimesSync(tokenFile, new Date(), new Date(Date.now() + 5_000));
    await withToken("second").getInfo({});
    expect((await failure(withToken("first").getInfo({}))).code).toBe(Code.Unauthenticated);
    await createClient(Health, createGrpcTransport({ baseUrl: `http://${api.address}` })).check({});
  });

  test("is required off loopback, and so is TLS", async () => {
    await expect(startApi({ store, log, host: "0.0.0.0", port: 0 })).rejects.toThrow("--tls-cert");
    await expect(startApi({ store, log, host: "0.0.0.0", port: 0, insecure: true })).rejects.toThrow("--token-file");
  });
});

test("a store that can't be written is told with what to do, and by health", async () => {
  let problem: string | undefined = "the store x.db can't grow: its disk is full";
  const full = { ...store, create: () => Promise.reject(new UnwritableError(problem)), problem: () => problem };
  const broken = await startApi({ store: full, log, clock: fastClock(50), host: "127.0.0.1", port: 0 });
  const transport = createGrpcTransport({ baseUrl: `http://${broken.address}` });
  expect(await failure(client(transport).apply({ resources: [vmClass("a")] }))).toMatchObject({
    code: Code.Unavailable,
    reason: "UNAVAILABLE",
    message: problem,
  });
  const health = createClient(Health, transport);
  const watched = health.watch({})[Symbol.asyncIterator]();
  expect((await watched.next()).value?.status).toBe(HealthCheckResponse_ServingStatus.NOT_SERVING);
  problem = undefined;
  expect((await watched.next()).value?.status).toBe(HealthCheckResponse_ServingStatus.SERVING);
  expect((await health.check({})).status).toBe(HealthCheckResponse_ServingStatus.SERVING);
  await broken.close();
});
