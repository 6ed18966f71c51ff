import { connect as connectHttp2 } from "node:http2";
import { connect, type Socket } from "node:net";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { ManagerService } from "@remuda/contract/manager";
import { createMemoryStore } from "@remuda/store";
import pino from "pino";
import { afterEach, expect, test } from "vitest";
import type { ConnectionLimits } from "./connections";
import { type Api, startApi } from "./server";

let api: Api;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await api.close();
});

const store = createMemoryStore();
const serve = async (connectionLimits: Partial<ConnectionLimits>) => {
  api = await startApi({ store, log: pino({ level: "silent" }), host: "127.0.0.1", port: 0, connectionLimits });
};
const short = { firstRequestMs: 100, idleMs: 100, bodyMs: 100 };
const getInfo = "/remuda.manager.v1.ManagerService/GetInfo";
const preface = Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), Buffer.from("000000040000000000", "hex")]);

async function send(bytes: string | Buffer): Promise<Socket> {
  const [host, port] = api.address.split(":");
  const socket = connect(Number(port), host);
  sockets.push(socket);
  // Also what is answered has to be read, for the end to be seen.
  socket.on("error", () => {}).resume();
  await new Promise<void>((resolve) => socket.write(bytes, () => resolve()));
  return socket;
}
const closed = (socket: Socket) =>
  new Promise<void>((resolve) => {
    if (socket.closed) resolve();
    else socket.once("close", () => resolve());
  });

test.each([
  ["half a request line", "GET /"],
  ["headers that don't end", "GET / HTTP/1.1\r\nHost: x\r\n"],
  ["one byte of a body of 100", `POST ${getInfo} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`],
  ["the preface of HTTP/2 and nothing more", preface],
])("a connection with %s is ended", async (_, bytes) => {
  await serve(short);
  await closed(await send(bytes));
});

test("a request over HTTP/2 whose body doesn't come is ended, and so is its idle session", async () => {
  await serve(short);
  const session = connectHttp2(`http://${api.address}`);
  const stream = session.request({ ":method": "POST", ":path": getInfo, "content-type": "application/json" });
  stream.write("{");
  stream.on("error", () => {});
  await new Promise((resolve) => stream.once("close", resolve));
  await new Promise((resolve) => session.once("close", resolve));
});

test("a watch goes on, however long nothing changes", async () => {
  await serve(short);
  const stopping = new AbortController();
  const client = createClient(ManagerService, createGrpcTransport({ baseUrl: `http://${api.address}` }));
  const events = client.watch({ kind: "VMClass" }, { signal: stopping.signal })[Symbol.asyncIterator]();
  await events.next();
  // Three connections one after another, each ended when it had been idle for long enough.
  for (let i = 0; i < 3; i++) await closed(await send(preface));
  await store.create({ kind: "VMClass", metadata: { name: "small" }, spec: { cpus: 1, memoryMiB: 512 } });
  expect((await events.next()).value).toMatchObject({ resource: { metadata: { name: "small" } } });
  stopping.abort();
});

test("connections that only wait for their clients make room for new ones", async () => {
  await serve({ maxConnections: 4 });
  const waiting: Socket[] = [];
  for (let i = 0; i < 12; i++) waiting.push(await send("GET / HTTP/1.1\r\n"));
  const answer = await fetch(`http://${api.address}${getInfo}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  expect(answer.status).toBe(200);
  await Promise.all(waiting.slice(0, 8).map(closed));
  expect(waiting.slice(9).map((socket) => socket.closed)).toEqual([false, false, false]);
});
