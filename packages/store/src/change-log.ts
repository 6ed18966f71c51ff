import type { Resource } from "@remuda/resources";
import { StoreError, type StoreEvent, type WatchOptions } from "./resource-store";

export type Change = Extract<StoreEvent, { resource: Resource }>;

/** The newest changes of the store, and those who follow them. Every version is one change, so a version is a place in the log. */
export interface ChangeLog {
  append(changes: readonly Change[]): void;
  /** `snapshot` is what is there now; it is told first to a watcher that names no version. */
  watch(options: WatchOptions, snapshot: () => readonly (readonly Resource[])[], signal: AbortSignal): AsyncIterable<StoreEvent>;
  close(): void;
}

/** Keeps the newest `limit` changes. A watcher holds a place in the log and nothing else; one that is more than `watchBuffer` behind fails. */
export function createChangeLog(base: number, limit: number, watchBuffer: number): ChangeLog {
  const ring: Change[] = [];
  const waiting = new Set<() => void>();
  const bookmarkEvery = Math.max(1, Math.floor(watchBuffer / 4));
  let latest = base;
  let closed = false;

  const at = (version: number): Change | undefined => ring[(version - base - 1) % limit];
  const wakeAll = () => {
    for (const wake of [...waiting]) wake();
  };

  function follow({ kind, sinceVersion }: WatchOptions, tables: readonly (readonly Resource[])[], signal: AbortSignal) {
    let table = 0;
    let item = 0;
    let snapshotDone = sinceVersion !== undefined;
    const start = sinceVersion === undefined ? latest : parseVersion(sinceVersion);
    let seen = start;
    let told = start;

    const next = (): StoreEvent | undefined => {
      while (table < tables.length) {
        const resource = tables[table]?.[item++];
        if (resource) return { type: "ADDED", resource, resourceVersion: resource.metadata.resourceVersion };
        table++;
        item = 0;
      }
      if (!snapshotDone) {
        snapshotDone = true;
        return { type: "BOOKMARK", resourceVersion: String(start) };
      }
      if (!(seen >= base && seen <= latest && latest - seen <= Math.min(limit, watchBuffer))) {
        throw new StoreError("Expired", `changes after version ${sinceVersion ?? seen} are no longer known; list again`);
      }
      while (seen < latest) {
        const change = at(++seen);
        if (!change || (kind !== undefined && change.resource.kind !== kind)) continue;
        told = seen;
        return change;
      }
      if (seen - told < bookmarkEvery) return undefined;
      told = seen;
      return { type: "BOOKMARK", resourceVersion: String(seen) };
    };

    let ended = false;
    const paused = new Set<() => void>();
    const end = () => {
      ended = true;
      signal.removeEventListener("abort", end);
      for (const wake of [...paused]) wake();
    };
    const pause = () =>
      new Promise<void>((resolve) => {
        const wake = () => {
          paused.delete(wake);
          waiting.delete(wake);
          resolve();
        };
        paused.add(wake);
        waiting.add(wake);
      });
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();

    return {
      async next(): Promise<IteratorResult<StoreEvent, undefined>> {
        while (!ended && !closed) {
          let event: StoreEvent | undefined;
          try {
            event = next();
          } catch (error) {
            end();
            throw error;
          }
          if (event) return { value: event, done: false };
          await pause();
        }
        end();
        return { value: undefined, done: true };
      },
      // biome-ignore lint/suspicious/useAwait: the iterator protocol wants a promise
      async return(): Promise<IteratorResult<StoreEvent, undefined>> {
        end();
        return { value: undefined, done: true };
      },
    };
  }

  return {
    append(changes) {
      for (const change of changes) {
        ring[(latest - base) % limit] = change;
        latest++;
      }
      if (changes.length > 0) wakeAll();
    },
    watch(options, snapshot, signal) {
      return { [Symbol.asyncIterator]: () => follow(options, options.sinceVersion === undefined ? snapshot() : [], signal) };
    },
    close() {
      closed = true;
      wakeAll();
    },
  };
}

/** NaN for what can't be a version: it fails like one that is forgotten. */
const parseVersion = (text: string) => (/^\d{1,15}$/.test(text) ? Number(text) : Number.NaN);
