import type { Clock } from "./clock";

/** Many due times behind one timer of the clock. */
export interface Timers<Key> {
  /** Due after `ms`; a key that is there already keeps the earlier time. */
  set(key: Key, ms: number): void;
  delete(key: Key): void;
  clear(): void;
  readonly size: number;
}

interface Entry<Key> {
  key: Key;
  dueAt: number;
  /** Entries of the same time come in the order in which they were set. */
  order: number;
}

// What setTimeout can hold; a timer that fires before its time is set again.
const longestMs = 2 ** 31 - 1;

/** `onDue` gets each key once when its time has come, earliest first. */
export function createTimers<Key>(clock: Clock, onDue: (key: Key) => void): Timers<Key> {
  const entries = new Map<Key, Entry<Key>>();
  // A binary heap. An entry that was replaced or deleted stays until it comes up; it is known by not being in `entries`.
  let heap: Entry<Key>[] = [];
  let order = 0;
  let armed: { dueAt: number; cancel: () => void } | undefined;

  const isLive = (entry: Entry<Key>) => entries.get(entry.key) === entry;

  function arm() {
    while (heap[0] && !isLive(heap[0])) pop(heap);
    const dueAt = heap[0]?.dueAt;
    if (armed && dueAt !== undefined && armed.dueAt <= dueAt) return;
    armed?.cancel();
    armed =
      dueAt === undefined
        ? undefined
        : { dueAt, cancel: clock.setTimer(fire, Math.min(longestMs, Math.max(0, Math.ceil(dueAt - clock.monotonicMs())))) };
  }

  function fire() {
    armed = undefined;
    const now = clock.monotonicMs();
    for (let first = heap[0]; first && first.dueAt <= now; first = heap[0]) {
      pop(heap);
      if (!isLive(first)) continue;
      entries.delete(first.key);
      onDue(first.key);
    }
    arm();
  }

  return {
    set(key, ms) {
      const dueAt = clock.monotonicMs() + Math.max(0, ms);
      const before = entries.get(key);
      if (before && before.dueAt <= dueAt) return;
      const entry = { key, dueAt, order: order++ };
      entries.set(key, entry);
      push(heap, entry);
      if (heap.length > 2 * entries.size + 64) heap = rebuild(entries.values());
      arm();
    },
    delete(key) {
      if (!entries.delete(key)) return;
      arm();
    },
    clear() {
      entries.clear();
      heap = [];
      arm();
    },
    get size() {
      return entries.size;
    },
  };
}

type Ordered = Pick<Entry<unknown>, "dueAt" | "order">;
const before = (a: Ordered, b: Ordered) => a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.order < b.order);

// A sorted array is a heap.
const rebuild = <T extends Ordered>(entries: Iterable<T>): T[] => [...entries].sort((a, b) => (before(a, b) ? -1 : 1));

function push<T extends Ordered>(heap: T[], entry: T) {
  let at = heap.length;
  heap.push(entry);
  while (at > 0) {
    const up = (at - 1) >>> 1;
    const parent = heap[up];
    if (!parent || !before(entry, parent)) break;
    heap[at] = parent;
    at = up;
  }
  heap[at] = entry;
}

function pop<T extends Ordered>(heap: T[]) {
  const last = heap.pop();
  if (!last || heap.length === 0) return;
  let at = 0;
  for (;;) {
    const left = heap[2 * at + 1];
    const right = heap[2 * at + 2];
    if (!left) break;
    const [down, child] = right && before(right, left) ? [2 * at + 2, right] : [2 * at + 1, left];
    if (!before(child, last)) break;
    heap[at] = child;
    at = down;
  }
  heap[at] = last;
}
