import { randomUUID } from "node:crypto";
import { apiVersion, type Metadata, type Resource } from "@remuda/resources";
import { type Change, createChangeLog } from "./change-log";
import type { Driver } from "./driver";
import { createEventLog } from "./event-log";
import { deepFreeze, frozenCopy, sameJson } from "./json";
import { type NewResource, type ResourceStore, StoreError } from "./resource-store";
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
  const { clock = systemClock, historyLimit = 50_000, eventLimit = 10_000, newUid = randomUUID } = options;
  const { watchBuffer = historyLimit } = options;
  const loaded = driver.load(newUid);
  const tables = new Map<string, Table>();
  let version = loaded.version;
  let group = newGroup();
  let scheduled: NodeJS.Immediate | undefined;
  let cancelEventTimer: (() => void) | undefined;
  let closed = false;

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

  function stage(type: Change["type"], resource: Resource): Resource {
    const resourceVersion = String(version + group.changes.length + 1);
    const { name, labels, annotations, finalizers, ...set } = resource.metadata;
    const metadata: Metadata = { name, ...present({ labels, annotations }), ...set, resourceVersion, ...present({ finalizers }) };
    const stored = Object.freeze({ ...resource, metadata: Object.freeze(metadata) });
    const change = Object.freeze({ type, resource: stored, resourceVersion });
    group.changes.push(change);
    group.outcome.set(keyOf(stored.kind, name), change);
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
    if (changes.length === 0 && !pendingEvents) return;
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
      for (const { fail } of calls) fail(error);
      if (pendingEvents) writeEventsLater();
      return;
    }
    version += changes.length;
    events.written();
    for (const { type, resource } of ends) {
      if (type === "DELETED") table(resource.kind).remove(resource.metadata.name);
      else table(resource.kind).set(resource);
    }
    log.append(changes);
    for (const { settle } of calls) settle();
  }

  function writeEventsLater() {
    cancelEventTimer ??= clock.setTimer(() => {
      cancelEventTimer = undefined;
      if (!closed) flush();
    }, eventDelayMs);
  }

  function expect(resource: Resource): Resource {
    const { kind, metadata } = resource;
    const current = newest(kind, metadata.name);
    if (!current) throw notFound(kind, metadata.name);
    check(current, { uid: metadata.uid, resourceVersion: metadata.resourceVersion });
    return current;
  }

  return {
    get: (kind, name) => (closed ? Promise.reject(closedError()) : Promise.resolve(tables.get(kind)?.get(name))),
    list: (kind) =>
      closed
        ? Promise.reject(closedError())
        : Promise.resolve({ items: tables.get(kind)?.list() ?? Object.freeze([]), resourceVersion: String(version) }),
    create: ({ kind, metadata, spec, status }: NewResource) =>
      write(() => {
        const { name } = metadata;
        if (newest(kind, name)) throw new StoreError("AlreadyExists", `${kind} ${name} exists already`);
        const { labels, annotations, finalizers } = frozenCopy(metadata);
        return stage("ADDED", {
          apiVersion,
          kind,
          metadata: {
            name,
            ...present({ labels, annotations, finalizers }),
            uid: newUid(),
            resourceVersion: "",
            generation: 1,
            creationTimestamp: new Date(clock.now()).toISOString(),
          },
          spec: frozenCopy(spec),
          ...(status === undefined ? {} : { status: frozenCopy(status) }),
        });
      }),
    update: (resource) =>
      write(() => {
        const current = expect(resource);
        const { labels, annotations, finalizers } = resource.metadata;
        const wanted = present({ labels, annotations, finalizers });
        const had = present(current.metadata);
        const specChanged = !sameJson(current.spec, resource.spec) && !sameJson(current.spec, frozenCopy(resource.spec));
        if (!specChanged && sameJson(wanted, had)) return current;
        const { labels: _l, annotations: _a, finalizers: _f, ...set } = current.metadata;
        const generation = set.generation + (specChanged ? 1 : 0);
        const gone = set.deletionTimestamp !== undefined && wanted.finalizers === undefined;
        return stage(gone ? "DELETED" : "MODIFIED", {
          ...current,
          metadata: { ...set, ...frozenCopy(wanted), generation },
          spec: specChanged ? frozenCopy(resource.spec) : current.spec,
        });
      }),
    updateStatus: (resource) =>
      write(() => {
        const current = expect(resource);
        if (sameJson(current.status, resource.status)) return current;
        const status = frozenCopy(resource.status);
        if (sameJson(current.status, status)) return current;
        const { status: _, ...rest } = current;
        return stage("MODIFIED", status === undefined ? rest : { ...rest, status });
      }),
    delete: (kind, name, precondition = {}) =>
      write(() => {
        const current = newest(kind, name);
        if (!current) throw notFound(kind, name);
        check(current, precondition);
        if (current.metadata.finalizers === undefined) {
          stage("DELETED", current);
          return undefined;
        }
        if (current.metadata.deletionTimestamp !== undefined) return current;
        return stage("MODIFIED", {
          ...current,
          metadata: { ...current.metadata, deletionTimestamp: new Date(clock.now()).toISOString() },
        });
      }),
    watch: (watchOptions, signal) =>
      log.watch(
        watchOptions,
        () => (watchOptions.kind === undefined ? [...tables.values()] : [table(watchOptions.kind)]).map((t) => t.list()),
        signal,
      ),
    recordEvent(event) {
      if (closed) return;
      events.record(event);
      writeEventsLater();
    },
    events: (filter) => (closed ? Promise.reject(closedError()) : Promise.resolve(events.list(filter))),
    ownerId: () => Promise.resolve(loaded.ownerId),
    resourceVersion: () => Promise.resolve(String(version)),
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

/** Only what says something: an empty list or map is stored like none. */
function present<T extends Pick<Partial<Metadata>, "labels" | "annotations" | "finalizers">>({ labels, annotations, finalizers }: T) {
  return {
    ...(labels && Object.keys(labels).length > 0 ? { labels } : {}),
    ...(annotations && Object.keys(annotations).length > 0 ? { annotations } : {}),
    ...(finalizers && finalizers.length > 0 ? { finalizers } : {}),
  };
}

function check({ kind, metadata }: Resource, { uid, resourceVersion }: { uid?: string; resourceVersion?: string }) {
  if (uid !== undefined && uid !== metadata.uid) {
    throw new StoreError("Conflict", `${kind} ${metadata.name} is another one now: its uid is ${metadata.uid}, not ${uid}`);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    throw new StoreError(
      "Conflict",
      `${kind} ${metadata.name} was changed: its version is ${metadata.resourceVersion}, not ${resourceVersion}`,
    );
  }
}

const notFound = (kind: string, name: string) => new StoreError("NotFound", `there is no ${kind} ${name}`);
const closedError = () => new Error("the store is closed");
