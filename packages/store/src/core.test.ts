import { setMaxListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { createStore, type StoreOptions } from "./core";
import type { Batch } from "./driver";
import { createMemoryStore } from "./memory";
import { thing } from "./testing-open";

/** A store whose disk is full when `full` says so. */
function open(options: StoreOptions = {}) {
  const batches: Batch[] = [];
  const disk = { full: false, batches };
  const store = createStore(
    {
      load: (newOwnerId) => ({ version: 0, ownerId: newOwnerId(), resources: [], events: [] }),
      commit(batch) {
        if (disk.full) throw new Error("disk full");
        batches.push(batch);
      },
      close: () => {},
    },
    options,
  );
  return { store, disk };
}

const settled = async (promises: Promise<unknown>[]) =>
  (await Promise.allSettled(promises)).map((r) => (r.status === "rejected" ? (r.reason as Error).message : "ok"));

describe("commits", () => {
  it("hold all writes of a tick, with what each resource is at its end", async () => {
    const { store, disk } = open();
    const a = await store.create(thing("a"));
    await Promise.all([
      store.update({ ...a, spec: { size: 2 } }).then((r) => r.metadata.resourceVersion),
      store.create(thing("b")),
      store.create(thing("gone")),
      store.delete("Thing", "gone"),
      ...Array.from({ length: 10 }, (_, i) => store.create(thing(`n${i}`))),
    ]);
    expect(disk.batches).toHaveLength(2);
    expect(disk.batches[1]).toMatchObject({ version: 15, remove: [{ kind: "Thing", name: "gone" }] });
    expect(disk.batches[1]?.put.map((r) => r.metadata.name).slice(0, 3)).toEqual(["a", "b", "n0"]);
    await store.close();
  });

  it("come before anyone sees the write", async () => {
    const { store, disk } = open();
    const end = new AbortController();
    const watch = store.watch({}, end.signal)[Symbol.asyncIterator]();
    await watch.next();
    const seen = watch.next().then(() => disk.batches.length);
    const written = store.create(thing("a")).then(() => disk.batches.length);
    expect(await store.get("Thing", "a")).toBeUndefined();
    expect((await store.list("Thing")).items).toEqual([]);
    expect(await store.resourceVersion()).toBe("0");
    expect(await Promise.all([seen, written])).toEqual([1, 1]);
    await store.close();
  });

  it("that fail reject every write of the group, also those judged by it, and leave everything as it was", async () => {
    const { store, disk } = open();
    const a = await store.create(thing("a"));
    const end = new AbortController();
    const told: string[] = [];
    const watching = (async () => {
      for await (const event of store.watch({}, end.signal)) told.push(`${event.type} ${event.resourceVersion}`);
    })();
    disk.full = true;
    const writes = [
      store.update({ ...a, spec: { size: 2 } }),
      store.update({ ...a, spec: { size: 3 } }),
      store.create(thing("b")),
      store.create(thing("b")),
      store.delete("Thing", "a"),
    ];
    expect(await settled(writes)).toEqual(Array(5).fill("disk full"));
    expect((await store.list("Thing")).items).toEqual([a]);
    disk.full = false;
    expect((await store.update({ ...a, spec: { size: 4 } })).metadata.resourceVersion).toBe("2");
    await store.close();
    await watching;
    expect(told).toEqual(["ADDED 1", "BOOKMARK 1", "MODIFIED 2"]);
  });

  it("take events along, or write them a little later, again and again until it works", async () => {
    const timers: (() => void)[] = [];
    const { store, disk } = open({
      clock: {
        now: () => 0,
        setTimer(fn) {
          timers.push(fn);
          return () => {};
        },
      },
    });
    const event = { kind: "Thing", name: "a", uid: "u", type: "Normal", reason: "Did", message: "it" } as const;
    store.recordEvent(event);
    store.recordEvent(event);
    expect(timers).toHaveLength(1);
    disk.full = true;
    timers.pop()?.();
    expect([disk.batches.length, timers.length]).toEqual([0, 1]);
    disk.full = false;
    timers.pop()?.();
    expect(disk.batches[0]?.putEvents).toMatchObject([{ message: "it", count: 2 }]);
    store.recordEvent(event);
    await store.create(thing("a"));
    expect(disk.batches[1]).toMatchObject({ putEvents: [{ count: 3 }], removeEvents: [disk.batches[0]?.putEvents[0]?.id] });
    timers.pop()?.();
    expect(disk.batches).toHaveLength(2);
    await store.close();
  });
});

it("a thousand watchers that wait cost one wake each and end with their signal", async () => {
  const store = createMemoryStore();
  const end = new AbortController();
  setMaxListeners(0, end.signal);
  let told = 0;
  const watchers = Array.from({ length: 1000 }, async () => {
    for await (const event of store.watch({ sinceVersion: "0" }, end.signal)) if (event.type === "ADDED") told++;
  });
  await Promise.all([store.create(thing("a")), store.create(thing("b"))]);
  await new Promise<void>((resolve) => setImmediate(resolve));
  end.abort();
  await Promise.all(watchers);
  expect(told).toBe(2000);
  await store.close();
});

it("says what is wrong while it can't write, and finds out by itself when it can again", async () => {
  const timers = new Set<() => void>();
  const setTimer = (fn: () => void) => {
    timers.add(fn);
    return () => timers.delete(fn);
  };
  const fire = () => {
    const due = [...timers];
    timers.clear();
    for (const fn of due) fn();
  };
  const { store, disk } = open({ clock: { now: () => 0, setTimer } });
  expect(store.problem()).toBeUndefined();
  disk.full = true;
  await expect(store.create(thing("a"))).rejects.toThrow("disk full");
  expect(store.problem()).toBe("disk full");
  fire();
  fire();
  expect(store.problem()).toBe("disk full");
  disk.full = false;
  fire();
  expect(store.problem()).toBeUndefined();
  expect(timers.size).toBe(0);
});
