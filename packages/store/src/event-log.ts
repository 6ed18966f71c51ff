import type { StoredEvent } from "./driver";
import type { ResourceEvent, ResourceStore } from "./resource-store";

/** What happened, in memory; what has to be written is asked for with `pending` and confirmed with `written`. */
export interface EventLog {
  record(event: Parameters<ResourceStore["recordEvent"]>[0]): void;
  list(filter: { kind?: string; name?: string; limit?: number }): readonly ResourceEvent[];
  pending(): { put: readonly StoredEvent[]; remove: readonly number[] } | undefined;
  written(): void;
}

export interface EventLogOptions {
  now: () => number;
  /** Most events, of all resources. */
  limit: number;
  exists: (event: ResourceEvent) => boolean;
}

const perObjectLimit = 50;
const maxMessageLength = 2048;
const keptAfterGoneMs = 60 * 60_000;
const sweepEveryMs = 60_000;

export function createEventLog(loaded: Iterable<StoredEvent>, { now, limit, exists }: EventLogOptions): EventLog {
  // A Map keeps the order of insertion: an event that happens again moves to the end.
  const all = new Map<string, StoredEvent>();
  const byObject = new Map<string, Map<string, StoredEvent>>();
  const goneSince = new Map<string, number>();
  const dirty = new Map<number, StoredEvent>();
  const removed = new Set<number>();
  let nextId = 1;
  let sweptAt = now();

  const insert = (key: string, event: StoredEvent) => {
    all.set(key, event);
    const object = objectKey(event);
    const own = byObject.get(object) ?? new Map<string, StoredEvent>();
    own.set(key, event);
    byObject.set(object, own);
    nextId = Math.max(nextId, event.id + 1);
  };
  // Goes on where it stopped: what stands before it was dropped. What is new comes after it.
  const oldestFirst = all.entries();
  const drop = (key: string, event: StoredEvent) => {
    all.delete(key);
    const object = objectKey(event);
    const own = byObject.get(object);
    own?.delete(key);
    if (own?.size === 0) byObject.delete(object);
    // What was not written yet need not be removed.
    if (!dirty.delete(event.id)) removed.add(event.id);
  };
  const dropOldestOf = (own: ReadonlyMap<string, StoredEvent>) => {
    for (const [key, event] of own) return drop(key, event);
  };
  const dropOldest = () => {
    const { value: oldest } = oldestFirst.next();
    if (oldest) drop(...oldest);
  };
  for (const event of loaded) insert(eventKey(event), Object.freeze({ ...event }));

  function sweep() {
    sweptAt = now();
    const gone = new Map<string, number>();
    for (const [key, event] of [...all]) {
      if (exists(event)) continue;
      const object = objectKey(event);
      const since = goneSince.get(object) ?? sweptAt;
      if (sweptAt - since >= keptAfterGoneMs) drop(key, event);
      else gone.set(object, since);
    }
    goneSince.clear();
    for (const [object, since] of gone) goneSince.set(object, since);
  }

  return {
    record({ kind, name, uid, type, reason, message: whole }) {
      if (now() - sweptAt >= sweepEveryMs) sweep();
      const message = whole.length > maxMessageLength ? `${whole.slice(0, maxMessageLength - 1)}…` : whole;
      const time = new Date(now()).toISOString();
      const key = eventKey({ kind, name, uid, type, reason, message });
      const before = all.get(key);
      if (before) drop(key, before);
      const count = (before?.count ?? 0) + 1;
      const firstTime = before?.firstTime ?? time;
      const event = Object.freeze({ id: nextId, kind, name, uid, type, reason, message, count, firstTime, lastTime: time });
      insert(key, event);
      dirty.set(event.id, event);
      const own = byObject.get(objectKey(event));
      if (own && own.size > perObjectLimit) dropOldestOf(own);
      if (all.size > limit) dropOldest();
    },
    list({ kind, name, limit: most = Number.POSITIVE_INFINITY }) {
      if (now() - sweptAt >= sweepEveryMs) sweep();
      const found = [...all.values()].filter((e) => (kind === undefined || e.kind === kind) && (name === undefined || e.name === name));
      return found.slice(Math.max(0, found.length - most)).map(({ id: _, ...event }) => Object.freeze(event));
    },
    pending: () => (dirty.size + removed.size === 0 ? undefined : { put: [...dirty.values()], remove: [...removed] }),
    written() {
      dirty.clear();
      removed.clear();
    },
  };
}

// A kind, a name, a uid and a reason have no slash.
const objectKey = ({ kind, name, uid }: { kind: string; name: string; uid: string }) => `${kind}/${name}/${uid}`;
const eventKey = (e: Omit<ResourceEvent, "count" | "firstTime" | "lastTime">) => `${objectKey(e)}/${e.type}/${e.reason}/${e.message}`;
