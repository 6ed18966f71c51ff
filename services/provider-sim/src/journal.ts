import { chmodSync, closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { StartError } from "@remuda/provider-kit";
import Database from "libsql";

type RecordKind = "machine" | "task" | "image" | "disk" | "meta";

/** Where state outlives the process. */
export interface Journal {
  /** The record as it is from now on; undefined: it is gone. Everything that is written in one tick is one transaction. */
  write(kind: RecordKind, id: string, value: object | undefined): void;
  writeBlob(id: string, bytes: Uint8Array | undefined): void;
  /** Resolves when all that was written so far is durable. */
  committed(): Promise<void>;
  /** Called after each commit, before those who wait for it go on. */
  onCommit(listener: () => void): void;
  read(kind: RecordKind): Iterable<readonly [id: string, value: unknown]>;
  readBlob(id: string): Uint8Array | undefined;
  /** Commits what is left. */
  close(): void;
}

const schemaVersion = 1;

/** Keeps state in `directory`, which belongs to this process alone; without one, only in memory. */
export function openJournal(directory: string | undefined): Journal {
  const store = directory === undefined ? memoryStore() : openFileStore(directory);
  const dirty = new Map<string, { kind: RecordKind; id: string; value: object | undefined }>();
  const dirtyBlobs = new Map<string, Uint8Array | undefined>();
  const listeners: (() => void)[] = [];
  let pending: Promise<void> | undefined;

  const flush = () => {
    pending = undefined;
    // Kept until the transaction is through: what could not be written now is written with the next.
    store.save(dirty.values(), dirtyBlobs);
    dirty.clear();
    dirtyBlobs.clear();
    for (const listener of listeners) listener();
  };
  const schedule = () => {
    pending ??= store.nextTick().then(flush);
    // Whoever waits for it hears of a failure; nobody may be waiting.
    pending.catch(() => {});
  };

  return {
    write(kind, id, value) {
      dirty.set(`${kind}/${id}`, { kind, id, value });
      schedule();
    },
    writeBlob(id, bytes) {
      dirtyBlobs.set(id, bytes);
      schedule();
    },
    committed: () => {
      if (dirty.size + dirtyBlobs.size > 0) schedule();
      return pending ?? Promise.resolve();
    },
    onCommit: (listener) => void listeners.push(listener),
    read: store.read,
    readBlob: (id) => (dirtyBlobs.has(id) ? dirtyBlobs.get(id) : store.readBlob(id)),
    close() {
      if (dirty.size + dirtyBlobs.size > 0) flush();
      store.close();
    },
  };
}

interface Store {
  nextTick(): Promise<void>;
  save(
    records: Iterable<{ kind: RecordKind; id: string; value: object | undefined }>,
    blobs: ReadonlyMap<string, Uint8Array | undefined>,
  ): void;
  read: Journal["read"];
  readBlob: Journal["readBlob"];
  close(): void;
}

function memoryStore(): Store {
  const kept = new Map<string, Uint8Array>();
  return {
    nextTick: () => Promise.resolve(),
    save: (_, blobs) => {
      for (const [id, bytes] of blobs) {
        if (bytes) kept.set(id, bytes);
        else kept.delete(id);
      }
    },
    read: () => [],
    readBlob: (id) => kept.get(id),
    close: () => {},
  };
}

function openFileStore(directory: string): Store {
  let unlock = () => {};
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    unlock = lock(directory);
    return fileStore(directory, unlock);
  } catch (error) {
    unlock();
    throw explain(directory, error);
  }
}

const meanings: Record<string, string> = {
  SQLITE_FULL: "its disk is full",
  ENOSPC: "its disk is full",
  EDQUOT: "the disk quota is used up",
  SQLITE_IOERR: "its disk is full, or fails",
  SQLITE_READONLY: "it may not be written",
  EROFS: "its disk is read-only",
  EACCES: "there is no permission",
  EEXIST: "a file stands in the way",
  ENOTDIR: "a file stands in the way",
  SQLITE_BUSY: "another process has it open",
  SQLITE_CORRUPT: "it is damaged",
  SQLITE_NOTADB: "it is damaged",
};

/** What is in the way of the state, in place of the system's and the driver's own words. */
function explain(directory: string, error: unknown): unknown {
  if (error instanceof StartError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  // Extended codes, such as SQLITE_IOERR_SHMSIZE, begin with the plain one.
  const known = Object.keys(meanings).find((plain) => code.startsWith(plain));
  if (known === undefined) return error;
  return new StartError(`the state in ${directory} can't be used: ${meanings[known]}; put that right, or name another --state-dir`, {
    cause: error,
  });
}

function fileStore(directory: string, unlock: () => void): Store {
  const file = join(directory, "state.db");
  // User data stand in it. SQLite gives its -wal the same mode.
  closeSync(openSync(file, "a", 0o600));
  chmodSync(file, 0o600);
  const db = new Database(file);
  // Only the death of the process is to be survived, not the computer's.
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  db.exec("CREATE TABLE IF NOT EXISTS record (kind TEXT, id TEXT, value TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID");
  db.exec("CREATE TABLE IF NOT EXISTS blob (id TEXT PRIMARY KEY, bytes BLOB NOT NULL)");
  const put = db.prepare("INSERT OR REPLACE INTO record (kind, id, value) VALUES (?, ?, ?)");
  const drop = db.prepare("DELETE FROM record WHERE kind = ? AND id = ?");
  const select = db.prepare("SELECT id, value FROM record WHERE kind = ?");
  const putBlob = db.prepare("INSERT OR REPLACE INTO blob (id, bytes) VALUES (?, ?)");
  const dropBlob = db.prepare("DELETE FROM blob WHERE id = ?");
  const selectBlob = db.prepare("SELECT bytes FROM blob WHERE id = ?");
  const { user_version: found } = db.prepare("PRAGMA user_version").get() as { user_version: number };
  if (found !== 0 && found !== schemaVersion)
    throw new StartError(`${directory} holds state of version ${found}; this is ${schemaVersion}`);
  db.exec(`PRAGMA user_version = ${schemaVersion}`);

  return {
    nextTick: () => new Promise((resolve) => setImmediate(resolve)),
    save(records, blobs) {
      db.exec("BEGIN IMMEDIATE");
      try {
        for (const { kind, id, value } of records) {
          if (value) put.run(kind, id, JSON.stringify(value));
          else drop.run(kind, id);
        }
        for (const [id, bytes] of blobs) {
          if (bytes) putBlob.run(id, Buffer.from(bytes));
          else dropBlob.run(id);
        }
        db.exec("COMMIT");
      } catch (error) {
        db.exec("ROLLBACK");
        throw error;
      }
    },
    *read(kind) {
      for (const row of select.all(kind) as { id: string; value: string }[]) yield [row.id, JSON.parse(row.value)];
    },
    readBlob: (id) => (selectBlob.get(id) as { bytes: Uint8Array } | undefined)?.bytes,
    close() {
      db.close();
      unlock();
    },
  };
}

/** Keeps a second simulator away, until the process dies or the answer is called: a transaction that is left open in a file of its own. */
function lock(directory: string): () => void {
  const db = new Database(join(directory, "lock.db"));
  try {
    db.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && String(cause.code).startsWith("SQLITE_BUSY"))) throw cause;
    throw new StartError(`${directory} is in use by another simulator`, { cause });
  }
  return () => {
    // libsql's close waits for the garbage collector; the lock must go now.
    db.exec("ROLLBACK");
    db.close();
  };
}
