import { randomUUID } from "node:crypto";
import type { Resource } from "@remuda/resources";
import { type Change, createChangeLog } from "./change-log";
import { arrange, type Decision, decideCreate, decideDelete, decideStatus, decideUpdate, notFound } from "./decide";
import type { Driver } from "./driver";
import { createEventLog } from "./event-log";
import { deepFreeze } from "./json";
import type { ResourceStore } from "./resource-store";
import { createTable, type Table } from "./table";

/** Time for a store: a reconciler's Clock will do. */
export interface StoreClock {
  now(): number;
  setTimer(fn: () => void, ms: number): () => void;
}

export interface StoreOptions {
  clock?: StoreClock;
  /** Changes that a watch can resume from. */
  historyLimit?: number;
  /** Events kept, of all resources. */
  eventLimit?: number;
  /** Changes that a watcher may fall behind; at most historyLimit. */
  watchBuffer?: number;
  newUid?: () => string;
}

const systemClock: StoreClock = {
  now: () => Date.now(),
  setTimer: (fn, ms) => {
    const timer = setTimeout(fn, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
const eventDelayMs = 1_000;

/** What waits for the next commit: the outcome for each key, and the calls that are answered afterwards. */
interface Group {
  changes: Change[];
  outcome: Map<string, Change>;
  calls: { settle: () => void; fail: (error: unknown) => void }[];
}
const newGroup = (): Group => ({ changes: [], outcome: new Map(), calls: [] });
const keyOf = (kind: string, name: string) => `${kind}/${name}`;

/** The store over a driver: everything in memory, the writes of one tick in one commit. */
export function createStore(driver: Driver, options: StoreOptions = {}): ResourceStore {
  const { clock = systemClock, historyLimit = 20_000, eventLimit = 10_000, newUid = randomUUID } = options;
  const { watchBuffer = historyLimit } = options;
  const loaded = driver.load(newUid);
  const tables = new Map<string, Table>();
  let version = loaded.version;
  let group = newGroup();
  let scheduled: NodeJS.Immediate | undefined;
  let cancelEventTimer: (() => void) | undefined;
  let closed = false;
  let problem: string | undefined;

  const timestamp = () => new Date(clock.now()).toISOString();
  const table = (kind: string) => {
    const found = tables.get(kind) ?? createTable();
    tables.set(kind, found);
    return found;
  };
  for (const resource of loaded.resources) table(resource.kind).set(deepFreeze(resource));
  const log = createChangeLog(version, historyLimit, watchBuffer);
  const events = createEventLog(loaded.events, {
    now: clock.now,
    limit: eventLimit,
    exists: ({ kind, name, uid }) => tables.get(kind)?.get(name)?.metadata.uid === uid,
  });

  /** As it will be when the writes that wait are committed: what a further write is judged against. */
  const newest = (kind: string, name: string) => {
    const waiting = group.outcome.get(keyOf(kind, name));
    if (waiting) return waiting.type === "DELETED" ? undefined : waiting.resource;
    return tables.get(kind)?.get(name);
  };

  function stage({ type, resource }: Decision): Resource {
    if (type === undefined) return resource;
    const resourceVersion = String(version + group.changes.length + 1);
    const stored = Object.freeze({ ...resource, metadata: Object.freeze(arrange(resource.metadata, resourceVersion)) });
    const change = Object.freeze({ type, resource: stored, resourceVersion });
    group.changes.push(change);
    group.outcome.set(keyOf(stored.kind, stored.metadata.name), change);
    return stored;
  }

  /** `decide` judges and stages at once; its answer is given after the commit of everything that it saw. */
  function write<T>(decide: () => T): Promise<T> {
    if (closed) return Promise.reject(closedError());
    let outcome: { value: T } | { error: unknown };
    try {
      outcome = { value: decide() };
    } catch (error) {
      outcome = { error };
    }
    return new Promise((resolve, reject) => {
      const settle = () => ("error" in outcome ? reject(outcome.error) : resolve(outcome.value));
      if (group.changes.length === 0) return settle();
      group.calls.push({ settle, fail: reject });
      scheduled ??= setImmediate(flush);
    });
  }

  function flush() {
    if (scheduled) clearImmediate(scheduled);
    scheduled = undefined;
    const { changes, outcome, calls } = group;
    group = newGroup();
    const pendingEvents = events.pending();
    if (changes.length === 0 && !pendingEvents && problem === undefined) return;
    const ends = [...outcome.values()];
    try {
      driver.commit({
        version: version + changes.length,
        put: ends.filter((c) => c.type !== "DELETED").map((c) => c.resource),
        remove: ends.filter((c) => c.type === "DELETED").map(({ resource: { kind, metadata } }) => ({ kind, name: metadata.name })),
        putEvents: pendingEvents?.put ?? [],
        removeEvents: pendingEvents?.remove ?? [],
      });
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
      for (const { fail } of calls) fail(error);
      // Also with nothing to write: to find out when it can be written again.
      flushLater();
      return;
    }
    problem = undefined;
    version += changes.length;
    events.written();
    for (const { type, resource } of ends) {
      if (type === "DELETED") table(resource.kind).remove(resource.metadata.name);
      else table(resource.kind).set(resource);
    }
    log.append(changes);
    for (const { settle } of calls) settle();
  }

  function flushLater() {
    cancelEventTimer ??= clock.setTimer(() => {
      cancelEventTimer = undefined;
      if (!closed) flush();
    }, eventDelayMs);
  }

  return {
    get: (kind, name) => (closed ? Promise.reject(closedError()) : Promise.resolve(tables.get(kind)?.get(name))),
    list: (kind) =>
      closed
        ? Promise.reject(closedError())
        : Promise.resolve({ items: tables.get(kind)?.list() ?? Object.freeze([]), resourceVersion: String(version) }),
    create: (input) => write(() => stage(decideCreate(newest(input.kind, input.metadata.name), input, newUid(), timestamp()))),
    update: (resource) => write(() => stage(decideUpdate(newest(resource.kind, resource.metadata.name), resource))),
    updateStatus: (resource) => write(() => stage(decideStatus(newest(resource.kind, resource.metadata.name), resource))),
    delete: (kind, name, precondition = {}) =>
      write(() => {
        const current = newest(kind, name);
        if (!current) throw notFound(kind, name);
        const decision = decideDelete(current, precondition, timestamp());
        const stored = stage(decision);
        return decision.type === "DELETED" ? undefined : stored;
      }),
    watch: (watchOptions, signal) =>
      log.watch(
        watchOptions,
        () => [...tables].filter(([kind]) => watchOptions.kind === undefined || watchOptions.kind === kind).map(([, t]) => t.list()),
        signal,
      ),
    recordEvent(event) {
      if (closed) return;
      events.record(event);
      flushLater();
    },
    events: (filter) => (closed ? Promise.reject(closedError()) : Promise.resolve(events.list(filter))),
    ownerId: () => Promise.resolve(loaded.ownerId),
    resourceVersion: () => Promise.resolve(String(version)),
    problem: () => problem,
    close() {
      if (closed) return Promise.resolve();
      flush();
      closed = true;
      cancelEventTimer?.();
      log.close();
      driver.close();
      return Promise.resolve();
    },
  };
}

const closedError = () => new Error("the store is closed");
