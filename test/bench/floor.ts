import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Client, credentials } from "@grpc/grpc-js";
import { type CreateRequest, CreateResponse, ProviderServiceService } from "@remuda/contract";
import Database from "libsql";
import { repository } from "../src/program";

/** Work that a run has done, to be done again by nothing but the libraries below it. */
export interface RawWork {
  calls: number;
  /** Rows of resources that the store wrote. */
  rows: number;
  /** Rows of events beside them, in the same transactions. */
  events: number;
  /** One of those. */
  eventBody: string;
  concurrency: number;
  request: CreateRequest;
  response: CreateResponse;
  /** What becomes of one resource, write by write. */
  bodies: readonly string[];
}

/** Milliseconds for the calls, and for the same rows: one a transaction, or those of a tick in one. */
export interface Floor {
  callsMs: number;
  singleMs: number;
  groupedMs: number;
  /** User and system time of this process for the calls and the grouped writes once. */
  cpuSeconds: number;
}

/** Measures what this machine can do at best. Each is done three times; the middle one counts. */
export async function measureFloor(work: RawWork, folder: string): Promise<Floor> {
  const calls = await withServer(work, folder, async (call) => {
    await inParallel(Math.min(work.calls, 1000), work.concurrency, call);
    return await median(() => inParallel(work.calls, work.concurrency, call));
  });
  let files = 0;
  const writes = (kind: "single" | "grouped") =>
    median(async () => {
      const table = openTable(join(folder, `floor-${++files}.db`));
      try {
        return kind === "single" ? single(work, table) : await grouped(work, table);
      } finally {
        table.close();
      }
    });
  const oneByOne = await writes("single");
  const together = await writes("grouped");
  return { callsMs: calls.ms, singleMs: oneByOne.ms, groupedMs: together.ms, cpuSeconds: calls.cpuSeconds + together.cpuSeconds };
}

async function withServer<T>({ request, response }: RawWork, folder: string, work: (call: () => Promise<unknown>) => Promise<T>) {
  const address = `unix:${join(folder, "floor.sock")}`;
  const answer = Buffer.from(CreateResponse.encode(response).finish()).toString("base64");
  const server = fork(join(repository, "test/dist/floor-server.cjs"), [address, answer], { stdio: "inherit" });
  await once(server, "message");
  const client = new Client(address, credentials.createInsecure());
  const { path, requestSerialize, responseDeserialize } = ProviderServiceService.create;
  const call = () =>
    new Promise((resolve, reject) => {
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, (error, value) =>
        error ? reject(error) : resolve(value),
      );
    });
  try {
    return await work(call);
  } finally {
    client.close();
    server.disconnect();
    await once(server, "exit");
  }
}

interface Table {
  put(name: string, body: string): void;
  putEvent(id: number, body: string): void;
  exec(sql: string): void;
  close(): void;
}

/** The store's own settings and shape. */
function openTable(path: string): Table {
  const db = new Database(path);
  db.pragma("locking_mode = EXCLUSIVE");
  db.pragma("journal_mode = WAL");
  db.exec("PRAGMA synchronous = FULL");
  db.exec(
    "CREATE TABLE resources (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (kind, name))",
  );
  const put = db.prepare(
    "INSERT INTO resources (kind, name, body) VALUES (?, ?, ?) ON CONFLICT (kind, name) DO UPDATE SET body = excluded.body",
  );
  db.exec("CREATE TABLE events (id INTEGER PRIMARY KEY, body TEXT NOT NULL)");
  const putEvent = db.prepare("INSERT INTO events VALUES (?, ?)");
  return {
    put: (name, body) => put.run("VirtualMachine", name, body),
    putEvent: (id, body) => putEvent.run(id, body),
    exec: (sql) => db.exec(sql),
    close: () => db.close(),
  };
}

/** One row of a resource, and the rows of events that go with it. */
type Write = (table: Table) => void;

/** In the order in which one writer after the other would write them. */
function* writesOf({ rows, bodies, events, eventBody }: RawWork): Generator<Write> {
  let id = 0;
  for (let row = 0; row < rows; row++) {
    const eventsBefore = id;
    const eventsAfter = Math.round(((row + 1) * events) / rows);
    id = eventsAfter;
    yield (table) => {
      table.put(`machine-${Math.floor(row / bodies.length)}`, bodies[row % bodies.length] ?? "");
      for (let event = eventsBefore; event < eventsAfter; event++) table.putEvent(event, eventBody);
    };
  }
}

function single(work: RawWork, table: Table): number {
  const start = performance.now();
  for (const write of writesOf(work)) inTransaction(table, [write]);
  return performance.now() - start;
}

function inTransaction(table: Table, writes: readonly Write[]): void {
  table.exec("BEGIN IMMEDIATE");
  for (const write of writes) write(table);
  table.exec("COMMIT");
}

/** As many writers as there are calls at once, each waiting until its row is durable; what they write in one tick is one transaction. */
async function grouped(work: RawWork, table: Table): Promise<number> {
  const writes = writesOf(work);
  let waiting: { write: Write; resolve: () => void }[] = [];
  const commit = () => {
    const group = waiting;
    waiting = [];
    inTransaction(
      table,
      group.map(({ write }) => write),
    );
    for (const { resolve } of group) resolve();
  };
  const write = () =>
    new Promise<void>((resolve) => {
      const next = writes.next();
      if (next.done) return resolve();
      if (waiting.push({ write: next.value, resolve }) === 1) setImmediate(commit);
    });
  return await inParallel(work.rows, work.concurrency, write);
}

/** Milliseconds that so many takes, so many of them at once. */
async function inParallel(times: number, concurrency: number, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  let left = times;
  const worker = async () => {
    while (left-- > 0) await work();
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return performance.now() - start;
}

/** The middle one of three, with the processor time of this process for one of them. */
async function median(measure: () => number | Promise<number>): Promise<{ ms: number; cpuSeconds: number }> {
  const before = process.cpuUsage();
  const values = [await measure(), await measure(), await measure()].sort((a, b) => a - b);
  const { user, system } = process.cpuUsage(before);
  return { ms: values[1] ?? Number.NaN, cpuSeconds: (user + system) / 3e6 };
}
