import { closeSync, openSync } from "node:fs";
import { resolve } from "node:path";
import type { Resource } from "@remuda/resources";
import Database from "libsql";
import { createStore, type StoreOptions } from "./core";
import type { Driver, StoredEvent } from "./driver";
import { type ResourceStore, UnwritableError } from "./resource-store";

export interface SqliteStoreOptions extends StoreOptions {
  /** The database file; made if it is not there. Its folder must be. */
  path: string;
}

const schemaVersion = 1;
const schema = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE resources (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (kind, name));
  CREATE TABLE events (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
`;

/** A store in one file, for one process at a time. Throws if the file can't be opened, is in use, damaged, or of a newer Remuda. */
export function createSqliteStore({ path, ...options }: SqliteStoreOptions): ResourceStore {
  const file = resolve(path);
  const driver = openDriver(file);
  try {
    return createStore(driver, options);
  } catch (error) {
    driver.close();
    throw explain(file, error);
  }
}

function openDriver(file: string): Driver {
  let db: Database.Database;
  try {
    reserve(file);
    db = new Database(file, { timeout: 0 });
  } catch (error) {
    throw explain(file, error);
  }
  try {
    // The lock is the kernel's and held as long as the process lives: a killed process leaves none behind.
    db.pragma("locking_mode = EXCLUSIVE");
    db.pragma("journal_mode = WAL");
    db.exec("PRAGMA synchronous = FULL");
    migrate(db);
  } catch (error) {
    try {
      release(db);
    } catch {
      // What is wrong with the file is in the first error.
    }
    throw explain(file, error);
  }
  const setMeta = db.prepare("INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value");
  const put = db.prepare(
    "INSERT INTO resources (kind, name, body) VALUES (?, ?, ?) ON CONFLICT (kind, name) DO UPDATE SET body = excluded.body",
  );
  const remove = db.prepare("DELETE FROM resources WHERE kind = ? AND name = ?");
  const putEvent = db.prepare("INSERT INTO events VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body");
  const removeEvents = db.prepare("DELETE FROM events WHERE id IN (SELECT value FROM json_each(?))");

  const transaction = (work: () => void) => {
    db.exec("BEGIN IMMEDIATE");
    try {
      work();
      db.exec("COMMIT");
    } catch (error) {
      // A full disk makes SQLite roll back by itself.
      if (db.inTransaction) db.exec("ROLLBACK");
      throw error;
    }
  };

  return {
    load(newOwnerId) {
      const meta = readMeta(db);
      let ownerId = meta.get("ownerId");
      if (ownerId === undefined) {
        const made = newOwnerId();
        transaction(() => setMeta.run("ownerId", made));
        ownerId = made;
      }
      const resources = bodies(db, "SELECT body FROM resources ORDER BY kind, name") as Resource[];
      const events = bodies(db, "SELECT body FROM events ORDER BY id") as StoredEvent[];
      return { version: Number(meta.get("version") ?? 0), ownerId, resources, events };
    },
    commit: (batch) =>
      saving(file, () =>
        transaction(() => {
          setMeta.run("version", String(batch.version));
          for (const resource of batch.put) put.run(resource.kind, resource.metadata.name, JSON.stringify(resource));
          for (const { kind, name } of batch.remove) remove.run(kind, name);
          if (batch.removeEvents.length > 0) removeEvents.run(JSON.stringify(batch.removeEvents));
          for (const event of batch.putEvents) putEvent.run(event.id, JSON.stringify(event));
        }),
      ),
    close: () => release(db),
  };
}

/**
 * Makes the file if it is not there, for its owner alone: resources hold user data. One that is there is not opened: closing it again would
 * end the locks that this process may have on it.
 */
function reserve(file: string) {
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

/** Leaves one file behind, without a -wal, and the lock free: SQLite itself keeps a closed file locked until its statements are collected. */
function release(db: Database.Database) {
  try {
    db.pragma("journal_mode = DELETE");
    db.pragma("locking_mode = NORMAL");
    db.prepare("SELECT count(*) FROM sqlite_master").all();
  } finally {
    db.close();
  }
}

function migrate(db: Database.Database) {
  const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[];
  if (tables.length === 0) {
    db.exec(`BEGIN IMMEDIATE; ${schema} INSERT INTO meta VALUES ('schemaVersion', '${schemaVersion}'); COMMIT`);
    return;
  }
  if (!tables.some((t) => t.name === "meta")) throw new FileError("is not a store of Remuda; name another file");
  const found = Number(readMeta(db).get("schemaVersion"));
  if (!Number.isInteger(found)) throw new FileError("is not a store of Remuda; name another file");
  if (found > schemaVersion) {
    throw new FileError(`was written by a newer Remuda (schema ${found}, this one knows ${schemaVersion}); start that version again`);
  }
  const [check] = db.prepare("PRAGMA quick_check(1)").all() as { quick_check: string }[];
  if (check?.quick_check !== "ok") throw new FileError(damaged, { cause: new Error(check?.quick_check) });
}

const readMeta = (db: Database.Database) =>
  new Map((db.prepare("SELECT key, value FROM meta").all() as { key: string; value: string }[]).map(({ key, value }) => [key, value]));

const bodies = (db: Database.Database, sql: string): unknown[] =>
  (db.prepare(sql).all() as { body: string }[]).map(({ body }) => JSON.parse(body));

const unwritable: Record<string, string> = {
  SQLITE_FULL: "can't grow: its disk is full; nothing is saved until there is room",
  ENOSPC: "can't grow: its disk is full; nothing is saved until there is room",
  SQLITE_READONLY: "can't be written; check its owner and its file system; nothing is saved until then",
  SQLITE_IOERR: "can't be written: its disk is full, or fails; nothing is saved until there is room, or another disk",
};

/** Failures of the disk are told as such; others stay themselves. */
function saving(file: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    // Extended codes, such as SQLITE_IOERR_WRITE, begin with the plain one.
    const known = Object.keys(unwritable).find((plain) => code.startsWith(plain));
    if (known === undefined) throw error;
    throw new UnwritableError(`the store ${file} ${unwritable[known]}`, { cause: error });
  }
}

class FileError extends Error {}

const damaged = "is damaged; move it away together with its -wal file and put a backup in its place, or start anew without it";
const meanings: Record<string, string> = {
  SQLITE_BUSY: "is in use by another process; stop that one first, or name another file",
  SQLITE_NOTADB: damaged,
  SQLITE_CORRUPT: damaged,
  SQLITE_READONLY: "can't be written; check its owner and its file system",
  SQLITE_CANTOPEN: "can't be opened; check that it is a file that may be written",
  ENOENT: "can't be made; make its folder first",
  EACCES: "can't be made; check who may write its folder",
};

/** What is wrong with the file and what to do, in place of the driver's own words. */
function explain(file: string, error: unknown): Error {
  if (error instanceof FileError) return new Error(`the store ${file} ${error.message}`, { cause: error.cause });
  if (error instanceof SyntaxError) return new Error(`the store ${file} ${damaged}`, { cause: error });
  // libsql gives no code when it can't open the file at all.
  const code = error instanceof Error && "code" in error ? error.code || "SQLITE_CANTOPEN" : "";
  const meaning = meanings[String(code)] ?? `failed: ${error instanceof Error ? error.message : String(error)}`;
  return new Error(`the store ${file} ${meaning}`, { cause: error });
}
