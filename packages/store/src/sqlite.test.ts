import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterAll, describe, expect, it } from "vitest";
import { createSqliteStore } from "./index";
import { storeSuite } from "./testing";
import { thing } from "./testing-open";

const folder = mkdtempSync(join(tmpdir(), "store-sqlite-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newPath = () => join(folder, `${files++}.db`);

storeSuite("SQLite store", (options) => createSqliteStore({ path: newPath(), ...options }));

describe("SQLite store, opened again", () => {
  it("has everything it had: resources, versions, events and the owner", async () => {
    const path = newPath();
    const first = createSqliteStore({ path });
    const made = await first.create(thing("a", { finalizers: ["f"], status: { phase: "x" } }));
    const marked = await first.delete("Thing", "a");
    await first.create(thing("b"));
    await first.delete("Thing", "b");
    const event = { kind: "Thing", name: "a", uid: made.metadata.uid, type: "Normal", reason: "Did", message: "it" } as const;
    first.recordEvent(event);
    first.recordEvent({ ...event, message: "again" });
    first.recordEvent(event);
    const told = await first.events({});
    const owner = await first.ownerId();
    await first.close();
    expect(readdirSync(folder).filter((f) => join(folder, f).startsWith(path))).toHaveLength(1);

    const second = createSqliteStore({ path });
    expect((await second.list("Thing")).items).toEqual([marked]);
    expect(Object.isFrozen((await second.get("Thing", "a"))?.metadata.finalizers)).toBe(true);
    expect([await second.events({}), await second.ownerId(), await second.resourceVersion()]).toEqual([told, owner, "4"]);
    second.recordEvent(event);
    expect((await second.events({})).at(-1)).toMatchObject({ message: "it", count: 3 });
    expect((await second.create(thing("b"))).metadata.resourceVersion).toBe("5");
    await second.close();
    const third = createSqliteStore({ path });
    expect((await third.events({})).map((e) => [e.message, e.count])).toEqual([
      ["again", 1],
      ["it", 3],
    ]);
    await third.close();
  });

  it("has no more events than are kept, nor more rows of them", async () => {
    const path = newPath();
    const options = { path, eventLimit: 3 };
    const record = async (from: number, to: number) => {
      const store = createSqliteStore(options);
      for (let i = from; i <= to; i++) {
        store.recordEvent({ kind: "Thing", name: "a", uid: "u", type: "Normal", reason: "Did", message: String(i) });
        // Each with a commit of its own.
        if (i % 2 === 0) await store.create(thing(`n${i}`));
      }
      await store.close();
    };
    await record(1, 4);
    await record(5, 7);
    const db = new Database(path);
    const rows = db.prepare("SELECT body FROM events ORDER BY id").all() as { body: string }[];
    db.close();
    expect(rows.map(({ body }) => JSON.parse(body).message)).toEqual(["5", "6", "7"]);
  });

  it("resumes a watch from its newest version, and from no older one", async () => {
    const path = newPath();
    const first = createSqliteStore({ path });
    await first.create(thing("a"));
    await first.create(thing("b"));
    await first.close();
    const store = createSqliteStore({ path });
    const end = new AbortController();
    const next = (sinceVersion: string) => store.watch({ sinceVersion }, end.signal)[Symbol.asyncIterator]().next();
    await expect(next("1")).rejects.toMatchObject({ reason: "Expired" });
    const resumed = next("2");
    await store.create(thing("c"));
    expect((await resumed).value).toMatchObject({ type: "ADDED", resourceVersion: "3" });
    await store.close();
  });
});

it("keeps its file for its owner alone", async () => {
  const path = newPath();
  const store = createSqliteStore({ path });
  await store.create(thing("a"));
  for (const file of [path, `${path}-wal`]) expect(statSync(file).mode & 0o777).toBe(0o600);
  await store.close();
});

describe("a file that is no good", () => {
  it("is refused while another store has it, and taken when that one is closed", async () => {
    const path = newPath();
    const store = createSqliteStore({ path });
    expect(() => createSqliteStore({ path })).toThrow(`the store ${path} is in use by another process`);
    await store.create(thing("a"));
    await store.close();
    await createSqliteStore({ path }).close();
  });

  it("is refused when a newer Remuda wrote it, and left as it is", async () => {
    const path = newPath();
    await createSqliteStore({ path }).close();
    const db = new Database(path);
    db.exec("UPDATE meta SET value = '7' WHERE key = 'schemaVersion'");
    db.close();
    expect(() => createSqliteStore({ path })).toThrow(
      "was written by a newer Remuda (schema 7, this one knows 1); start that version again",
    );
  });

  it("is refused when it is another program's database", () => {
    const path = newPath();
    const db = new Database(path);
    db.exec("CREATE TABLE songs (title TEXT)");
    db.close();
    expect(() => createSqliteStore({ path })).toThrow("is not a store of Remuda; name another file");
  });

  it("is refused when it is no database", () => {
    const path = newPath();
    writeFileSync(path, "hello ".repeat(2_000));
    expect(() => createSqliteStore({ path })).toThrow(/is damaged; move it away .* and put a backup in its place/);
  });

  it("is refused when its pages are damaged", async () => {
    const path = newPath();
    const store = createSqliteStore({ path });
    await Promise.all(Array.from({ length: 200 }, (_, i) => store.create(thing(`n${i}`, { spec: { filler: "x".repeat(500) } }))));
    await store.close();
    const file = openSync(path, "r+");
    for (let page = 5; page < 25; page++) writeSync(file, Buffer.alloc(2_000, 0xee), 0, 2_000, page * 4096);
    closeSync(file);
    expect(() => createSqliteStore({ path })).toThrow("is damaged");
  });

  it("is refused when one of its resources can't be read", async () => {
    const path = newPath();
    const store = createSqliteStore({ path });
    await store.create(thing("a"));
    await store.close();
    const db = new Database(path);
    db.exec("UPDATE resources SET body = '{'");
    db.close();
    expect(() => createSqliteStore({ path })).toThrow("is damaged");
  });

  it("is refused when it is a folder", () => {
    expect(() => createSqliteStore({ path: folder })).toThrow("check that it is a file that may be written");
  });

  it("is refused when its folder is not there", () => {
    expect(() => createSqliteStore({ path: join(folder, "none", "a.db") })).toThrow("can't be made; make its folder first");
  });
});
