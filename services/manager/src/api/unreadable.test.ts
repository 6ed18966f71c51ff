import { request as http1 } from "node:http";
import { connect as http2 } from "node:http2";
import { gzipSync } from "node:zlib";
import { create, type JsonObject, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { errorDetails, ManagerService } from "@remuda/contract/manager";
import { createMemoryStore, type ResourceStore } from "@remuda/store";
import pino from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { apiVersion } from "../testing/world";
import { type Api, startApi } from "./server";

let store: ResourceStore;
let api: Api;
let logged: string;
beforeEach(async () => {
  store = createMemoryStore();
  logged = "";
  const log = pino(
    { level: "warn" },
    {
      write: (line: string) => {
        logged += line;
      },
    },
  );
  api = await startApi({ store, log, host: "127.0.0.1", port: 0 });
});
afterEach(async () => {
  await api.close();
  await store.close();
});

const nested = (depth: number): JsonObject => {
  let value: JsonObject = {};
  for (let i = 0; i < depth; i++) value = { a: value };
  return value;
};
const vm = (options: JsonObject): JsonObject => ({
  apiVersion,
  kind: "VirtualMachine",
  metadata: { name: "web" },
  spec: { provider: "sim", image: "debian", options },
});
// GetRequest with a kind that is no UTF-8.
const notText = Buffer.from([0x0a, 2, 0xc3, 0x28]);
// The first of three bytes of a length, and no more.
const cutOff = Buffer.from([0x0a, 0xff]);
const envelope = (message: Buffer, flags = 0) => {
  const head = Buffer.alloc(5);
  head[0] = flags;
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
};

/** gRPC, byte by byte; the trailers. */
function grpc(method: string, body: Buffer, headers: Record<string, string> = {}): Promise<Record<string, unknown>> {
  const session = http2(`http://${api.address}`);
  return new Promise((resolve, reject) => {
    let answered: Record<string, unknown> = {};
    const call = session.request({
      ":method": "POST",
      ":path": `/remuda.manager.v1.ManagerService/${method}`,
      "content-type": "application/grpc+proto",
      te: "trailers",
      ...headers,
    });
    call.on("response", (h) => {
      answered = { ...answered, ...h };
    });
    call.on("trailers", (h) => {
      answered = { ...answered, ...h };
    });
    call.on("error", reject);
    call.on("end", () => resolve(answered));
    call.resume().end(body);
  }).finally(() => session.close()) as Promise<Record<string, unknown>>;
}

/** Connect over HTTP/1.1, byte by byte. */
function connect(body: Buffer, headers: Record<string, string> = {}): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const url = `http://${api.address}/remuda.manager.v1.ManagerService/Get`;
    const request = http1(url, { method: "POST", headers: { "content-type": "application/proto", ...headers } }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode, text }));
    });
    request.on("error", reject).end(body);
  });
}

describe("a message that can't be read is INVALID_ARGUMENT", () => {
  test.each([
    ["a text that is no UTF-8", envelope(notText), {}],
    ["a message that is cut off", envelope(cutOff), {}],
    ["the same, compressed", envelope(gzipSync(notText), 1), { "grpc-encoding": "gzip" }],
  ])("over gRPC: %s", async (_, body, headers) => {
    for (const method of ["Get", "Watch"]) {
      const answered = await grpc(method, body, headers);
      expect(answered["grpc-status"]).toBe("3");
      expect(decodeURIComponent(String(answered["grpc-message"]))).toMatch(
        /^the request is no remuda.manager.v1.\w+Request that can be read: /,
      );
      expect(answered["grpc-status-details-bin"]).toBeDefined();
    }
    expect(logged).toBe("");
  });

  test("over Connect", async () => {
    const answers = [await connect(notText), await connect(gzipSync(notText), { "content-encoding": "gzip" })];
    for (const { status, text } of answers) {
      expect([status, JSON.parse(text)]).toMatchObject([400, { code: "invalid_argument", message: expect.stringMatching(/utf-8/i) }]);
    }
  });

  test.each([
    ["text that is no JSON", "{"],
    ["a value of another type", '{"kind": 5}'],
    ["a JSON that is nested without end", `{"kind":${"[".repeat(50_000)}`],
  ])("over Connect: %s, with the reason that others have", async (_, body) => {
    const { status, text } = await connect(Buffer.from(body), { "content-type": "application/json" });
    expect([status, JSON.parse(text)]).toMatchObject([
      400,
      { code: "invalid_argument", message: expect.stringMatching(/^the request is no remuda.manager.v1.GetRequest that can be read: /) },
    ]);
    expect(text).toContain('"reason":"INVALID_SPEC"');
  });

  test("over Connect: one that is too large", async () => {
    const body = Buffer.alloc((16 << 20) + 1, 0x20);
    const json = await connect(body, { "content-type": "application/json" });
    const told = "the request is no remuda.manager.v1.GetRequest that can be read: it is larger than 16 MiB";
    expect([json.status, JSON.parse(json.text)]).toMatchObject([400, { code: "invalid_argument", message: told }]);
    expect(json.text).toContain('"reason":"INVALID_SPEC"');
  });

  test("over gRPC with JSON", async () => {
    const answered = await grpc("Watch", envelope(Buffer.from('{"kind": 5}')), { "content-type": "application/grpc+json" });
    expect(answered["grpc-status"]).toBe("3");
    expect(answered["grpc-status-details-bin"]).toBeDefined();
  });

  test.each([29, 70, 100, 1_000])("a struct of %i levels, in every protocol", async (depth) => {
    const transports = [
      createGrpcTransport({ baseUrl: `http://${api.address}` }),
      createGrpcWebTransport({ baseUrl: `http://${api.address}`, httpVersion: "1.1" }),
      createConnectTransport({ baseUrl: `http://${api.address}`, httpVersion: "1.1", useBinaryFormat: true }),
    ];
    for (const transport of transports) {
      const failed = await createClient(ManagerService, transport)
        .apply({ resources: [vm(nested(depth))] })
        .then(() => undefined, ConnectError.from);
      expect([failed?.code, failed?.rawMessage]).toEqual([
        Code.InvalidArgument,
        expect.stringMatching(/nested deeper than 30 levels|recursion depth/),
      ]);
      expect(failed?.findDetails(errorDetails.ErrorInfoSchema)[0]?.reason).toBe("INVALID_SPEC");
    }
    expect((await store.list("VirtualMachine")).items).toEqual([]);
  });

  test("a struct that is nested as deeply as a resource may be is taken, and read by others", async () => {
    const client = createClient(ManagerService, createGrpcTransport({ baseUrl: `http://${api.address}` }));
    expect((await client.apply({ resources: [vm(nested(28))] })).results).toHaveLength(1);
  });
});

test("what fails before the message is looked at keeps its own error", async () => {
  expect((await grpc("Get", envelope(notText).subarray(0, 6)))["grpc-status"]).toBe("3");
  expect((await grpc("Get", envelope(notText), { "content-type": "application/grpc+other" }))["grpc-status"]).not.toBe("3");
  const { input } = ManagerService.method.apply;
  const good = Buffer.from(toBinary(input, create(input, { resources: [vm({})] })));
  expect((await grpc("Apply", envelope(good)))["grpc-status"]).toBe("0");
});
