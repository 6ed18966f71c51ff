import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StoreOptions } from "./core";
import type { NewResource, ResourceStore, StoreEvent, WatchOptions } from "./resource-store";
import { modelTest } from "./testing-model";

/** What every ResourceStore must do, as vitest tests. `open` answers a new, empty store. */
export function storeSuite(name: string, open: (options?: StoreOptions) => ResourceStore) {
  describe(name, () => {
    describe("writes", () => writes(open));
    describe("deletion", () => deletion(open));
    describe("watches", () => watches(open));
    describe("events", () => events(open));
    it("does what a model does, and a watcher sees the same end", () => fc.assert(modelTest(open), { numRuns: 60 }));
  });
}

type Open = (options?: StoreOptions) => ResourceStore;

/** A small resource to create. */
export const thing = (name: string, more: Partial<NewResource> & { finalizers?: string[] } = {}): NewResource => {
  const { finalizers, ...rest } = more;
  return { kind: "Thing", metadata: { name, ...(finalizers && { finalizers }) }, spec: { size: 1 }, ...rest };
};

const reason = (promise: Promise<unknown>) =>
  promise.then(
    () => "ok",
    (error: unknown) => (error instanceof Error && "reason" in error ? error.reason : error),
  );

function writes(open: Open) {
  it("create sets the metadata that only the store sets", async () => {
    const store = open({ newUid: () => "uid-1" });
    const made = await store.create({
      ...thing("a"),
      metadata: { name: "a", labels: { app: "x" }, annotations: {}, finalizers: ["f"] },
      status: { ok: true },
    });
    expect(made).toEqual({
      apiVersion: "remuda.dev/v1alpha1",
      kind: "Thing",
      metadata: {
        name: "a",
        labels: { app: "x" },
        uid: "uid-1",
        resourceVersion: "1",
        generation: 1,
        creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        finalizers: ["f"],
      },
      spec: { size: 1 },
      status: { ok: true },
    });
    expect(await store.get("Thing", "a")).toBe(made);
    expect(await store.get("Other", "a")).toBeUndefined();
    await store.close();
  });

  it("refuses a taken name, also within one tick", async () => {
    const store = open();
    expect(
      await Promise.all([reason(store.create(thing("a"))), reason(store.create(thing("a"))), reason(store.create(thing("b")))]),
    ).toEqual(["ok", "AlreadyExists", "ok"]);
    expect(await reason(store.create(thing("a")))).toBe("AlreadyExists");
    await store.close();
  });

  it("answers frozen objects that share nothing with what was given", async () => {
    const store = open();
    const spec = { deep: { list: [1] } };
    const made = await store.create(thing("a", { spec }));
    spec.deep.list.push(2);
    expect(made.spec).toEqual({ deep: { list: [1] } });
    for (const part of [made, made.metadata, made.spec, (made.spec as typeof spec).deep, (made.spec as typeof spec).deep.list]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
    await store.close();
  });

  it("update replaces spec, labels, annotations and finalizers, keeps status, and counts changes of spec", async () => {
    const store = open();
    const made = await store.create(thing("a", { status: { phase: "x" } }));
    const metadata = {
      ...made.metadata,
      labels: { a: "b" },
      annotations: { c: "d" },
      finalizers: ["f"],
      uid: made.metadata.uid,
      generation: 99,
    };
    const relabelled = await store.update({ ...made, metadata, status: { phase: "other" } });
    expect(relabelled).toMatchObject({
      status: { phase: "x" },
      metadata: { labels: { a: "b" }, annotations: { c: "d" }, finalizers: ["f"], generation: 1 },
    });
    const resized = await store.update({ ...relabelled, spec: { size: 2 } });
    expect(resized).toMatchObject({ spec: { size: 2 }, metadata: { generation: 2, creationTimestamp: made.metadata.creationTimestamp } });
    await store.close();
  });

  it("updateStatus replaces status alone", async () => {
    const store = open();
    const made = await store.create(thing("a"));
    const changed = await store.updateStatus({
      ...made,
      spec: { size: 9 },
      metadata: { ...made.metadata, labels: { x: "y" } },
      status: { phase: "x" },
    });
    expect(changed).toMatchObject({ spec: { size: 1 }, status: { phase: "x" }, metadata: { generation: 1 } });
    expect(changed.metadata.labels).toBeUndefined();
    expect(await store.updateStatus({ ...changed, status: undefined })).not.toHaveProperty("status");
    await store.close();
  });

  it("refuses an update of another version, also within one tick", async () => {
    const store = open();
    const made = await store.create(thing("a"));
    const change = (size: number) => reason(store.update({ ...made, spec: { size } }));
    expect(await Promise.all([change(2), change(3), reason(store.updateStatus({ ...made, status: {} }))])).toEqual([
      "ok",
      "Conflict",
      "Conflict",
    ]);
    expect(await store.get("Thing", "a")).toMatchObject({ spec: { size: 2 } });
    expect(await change(4)).toBe("Conflict");
    expect(await reason(store.update({ ...made, metadata: { ...made.metadata, name: "b" } }))).toBe("NotFound");
    await store.close();
  });

  it("writes nothing when nothing changed, whatever the order of keys", async () => {
    const store = open();
    const made = await store.create(thing("a", { spec: { a: 1, b: [{ c: 2, d: 3 }] }, status: { x: 1, y: 2 } }));
    const before = await store.resourceVersion();
    expect(
      await store.update({ ...made, spec: { b: [{ d: 3, c: 2 }], a: 1, none: undefined }, metadata: { ...made.metadata, labels: {} } }),
    ).toBe(made);
    expect(await store.updateStatus({ ...made, status: { y: 2, x: 1 } })).toBe(made);
    expect(await store.resourceVersion()).toBe(before);
    await store.close();
  });

  it("a write that changes nothing is still answered after the one that it saw", async () => {
    const store = open();
    const made = await store.create(thing("a"));
    const order: string[] = [];
    const first = store.update({ ...made, spec: { size: 2 } }).then((r) => order.push(r.metadata.resourceVersion));
    const second = reason(store.delete("Thing", "a", { resourceVersion: "99" })).then((r) => order.push(String(r)));
    expect(await store.get("Thing", "a")).toBe(made);
    await Promise.all([first, second]);
    expect(order).toEqual(["2", "Conflict"]);
    await store.close();
  });

  it("gives every write of the whole store its own, higher version", async () => {
    const store = open();
    const versions: number[] = [];
    for (let i = 0; i < 3; i++) {
      const made = await Promise.all(["A", "B"].map((kind) => store.create({ ...thing(`n${i}`), kind })));
      versions.push(...made.map((r) => Number(r.metadata.resourceVersion)));
    }
    expect(versions).toEqual([1, 2, 3, 4, 5, 6]);
    await store.delete("A", "n0");
    expect(await store.resourceVersion()).toBe("7");
    await store.close();
  });

  it("lists by name, and the same frozen list until something changes", async () => {
    const store = open();
    await Promise.all(["c", "a", "b-1", "b"].map((name) => store.create(thing(name))));
    const { items, resourceVersion } = await store.list("Thing");
    expect(items.map((r) => r.metadata.name)).toEqual(["a", "b", "b-1", "c"]);
    expect(resourceVersion).toBe("4");
    expect(Object.isFrozen(items)).toBe(true);
    expect((await store.list("Thing")).items).toBe(items);
    await store.delete("Thing", "b");
    expect((await store.list("Thing")).items.map((r) => r.metadata.name)).toEqual(["a", "b-1", "c"]);
    expect((await store.list("None")).items).toEqual([]);
    await store.close();
  });

  it("refuses what JSON can't say, and stays as it was", async () => {
    const store = open();
    await expect(store.create(thing("a", { spec: { n: 1n } }))).rejects.toThrow(TypeError);
    expect(await store.get("Thing", "a")).toBeUndefined();
    await store.close();
  });

  it("has one owner id, and refuses every call after close, which may be called again", async () => {
    const store = open();
    const owner = await store.ownerId();
    expect(owner).not.toBe("");
    expect(await store.ownerId()).toBe(owner);
    const last = store.create(thing("a"));
    await store.close();
    await store.close();
    expect((await last).metadata.name).toBe("a");
    await expect(store.create(thing("b"))).rejects.toThrow("closed");
    await expect(store.get("Thing", "a")).rejects.toThrow("closed");
  });
}

function deletion(open: Open) {
  it("removes what has no finalizers", async () => {
    const store = open();
    const made = await store.create(thing("a"));
    expect(await store.delete("Thing", "a", { uid: made.metadata.uid, resourceVersion: "1" })).toBeUndefined();
    expect(await store.get("Thing", "a")).toBeUndefined();
    expect(await reason(store.delete("Thing", "a"))).toBe("NotFound");
    await store.close();
  });

  it("marks what has finalizers, once, and removes it with the last one", async () => {
    const store = open();
    await store.create(thing("a", { finalizers: ["f", "g"] }));
    const marked = await store.delete("Thing", "a");
    expect(marked?.metadata.deletionTimestamp).toMatch(/Z$/);
    expect(await store.delete("Thing", "a")).toBe(marked);
    if (!marked) throw new Error("not marked");
    const { deletionTimestamp: _, ...unmarked } = marked.metadata;
    const one = await store.update({ ...marked, metadata: { ...unmarked, finalizers: ["g"] } });
    expect(one.metadata.deletionTimestamp).toBe(marked.metadata.deletionTimestamp);
    await store.update({ ...one, metadata: { ...one.metadata, finalizers: [] } });
    expect(await store.get("Thing", "a")).toBeUndefined();
    await store.close();
  });

  it("keeps what loses its last finalizer without being deleted", async () => {
    const store = open();
    const made = await store.create(thing("a", { finalizers: ["f"] }));
    const free = await store.update({ ...made, metadata: { ...made.metadata, finalizers: undefined } });
    expect(await store.get("Thing", "a")).toBe(free);
    await store.close();
  });

  it("refuses another uid or version", async () => {
    const store = open();
    await store.create(thing("a"));
    expect(await reason(store.delete("Thing", "a", { uid: "other" }))).toBe("Conflict");
    expect(await reason(store.delete("Thing", "a", { resourceVersion: "9" }))).toBe("Conflict");
    await store.close();
  });

  it("within one tick: an update of the deleted is NotFound, the name is free, and the old one's version is refused", async () => {
    const store = open();
    const made = await store.create(thing("a"));
    const results = [
      reason(store.delete("Thing", "a")),
      reason(store.update({ ...made, spec: { size: 2 } })),
      reason(store.create(thing("a", { spec: { size: 3 } }))),
      reason(store.update({ ...made, spec: { size: 4 } })),
    ];
    expect(await Promise.all(results)).toEqual(["ok", "NotFound", "ok", "Conflict"]);
    const now = await store.get("Thing", "a");
    expect(now?.spec).toEqual({ size: 3 });
    expect(now?.metadata.uid).not.toBe(made.metadata.uid);
    await store.close();
  });
}

/** Reads a watch until `count` events came. */
async function read(store: ResourceStore, options: WatchOptions, count: number): Promise<string[]> {
  const end = new AbortController();
  const told: string[] = [];
  for await (const event of store.watch(options, end.signal)) {
    told.push(describeEvent(event));
    if (told.length === count) break;
  }
  return told;
}
const describeEvent = (event: StoreEvent) =>
  event.type === "BOOKMARK"
    ? `BOOKMARK ${event.resourceVersion}`
    : `${event.type} ${event.resource.metadata.name} ${event.resourceVersion}`;

function watches(open: Open) {
  it("tell a snapshot, a bookmark, then every change in order", async () => {
    const store = open();
    await store.create(thing("b"));
    const a = await store.create(thing("a"));
    const told = read(store, { kind: "Thing" }, 7);
    await Promise.all([
      store.update({ ...a, spec: { size: 2 } }),
      store.create(thing("c")),
      store.create({ ...thing("x"), kind: "Other" }),
    ]);
    await store.delete("Thing", "b");
    await store.create(thing("b"));
    expect(await told).toEqual(["ADDED a 2", "ADDED b 1", "BOOKMARK 2", "MODIFIED a 3", "ADDED c 4", "DELETED b 6", "ADDED b 7"]);
    await store.close();
  });

  it("resume after a version without gap or repeat", async () => {
    const store = open();
    for (const name of ["a", "b", "c"]) await store.create(thing(name));
    const told = read(store, { sinceVersion: "1" }, 3);
    await store.create(thing("d"));
    expect(await told).toEqual(["ADDED b 2", "ADDED c 3", "ADDED d 4"]);
    await store.close();
  });

  it("without a kind tell all kinds", async () => {
    const store = open();
    await store.create(thing("a"));
    await store.create({ ...thing("b"), kind: "Other" });
    expect(await read(store, {}, 3)).toEqual(["ADDED a 1", "ADDED b 2", "BOOKMARK 2"]);
    await store.close();
  });

  it.each(["0", "2", "99", "-1", "x", ""])("fail with Expired for version %j, which is forgotten or never was", async (sinceVersion) => {
    const store = open({ historyLimit: 3 });
    for (let i = 0; i < 6; i++) await store.create(thing(`n${i}`));
    expect(await reason(read(store, { sinceVersion }, 1))).toBe("Expired");
    expect(await read(store, { sinceVersion: "3" }, 3)).toEqual(["ADDED n3 4", "ADDED n4 5", "ADDED n5 6"]);
    await store.close();
  });

  it("fail with Expired when their reader falls behind, and cost nothing until then", async () => {
    const store = open({ historyLimit: 100, watchBuffer: 5 });
    const end = new AbortController();
    const slow = store.watch({}, end.signal)[Symbol.asyncIterator]();
    expect((await slow.next()).value).toMatchObject({ type: "BOOKMARK" });
    for (let i = 0; i < 5; i++) await store.create(thing(`n${i}`));
    expect((await slow.next()).value).toMatchObject({ type: "ADDED", resourceVersion: "1" });
    for (let i = 5; i < 7; i++) await store.create(thing(`n${i}`));
    expect(await reason(slow.next())).toBe("Expired");
    expect((await slow.next()).done).toBe(true);
    await store.close();
  });

  it("of one kind tell now and then how far the others have gone", async () => {
    const store = open({ historyLimit: 8 });
    const told = read(store, { kind: "Thing" }, 2);
    for (let i = 0; i < 2; i++) await store.create({ ...thing(`n${i}`), kind: "Other" });
    expect(await told).toEqual(["BOOKMARK 0", "BOOKMARK 2"]);
    await store.close();
  });

  it("end with their signal, with return and with the store, also while they wait", async () => {
    const store = open();
    const end = new AbortController();
    const byEach = [end.signal, new AbortController().signal, new AbortController().signal].map((signal) =>
      store.watch({ sinceVersion: "0" }, signal)[Symbol.asyncIterator](),
    );
    const waiting = byEach.map((iterator) => iterator.next());
    end.abort();
    await byEach[1]?.return?.();
    await store.close();
    expect(await Promise.all(waiting)).toEqual(Array(3).fill({ done: true, value: undefined }));
    expect(await read(store, {}, 1)).toEqual([]);
  });
}

function events(open: Open) {
  const event = (message: string, more: object = {}) =>
    ({ kind: "Thing", name: "a", uid: "u", type: "Normal", reason: "Did", message, ...more }) as const;

  it("are counted when they repeat, and listed oldest first by when they were last seen", async () => {
    let now = 0;
    const store = open({ clock: { now: () => now, setTimer: () => () => {} } });
    for (const message of ["one", "two", "one"]) {
      store.recordEvent(event(message));
      now += 1000;
    }
    expect((await store.events({ kind: "Thing", name: "a" })).map((e) => [e.message, e.count, e.firstTime, e.lastTime])).toEqual([
      ["two", 1, "1970-01-01T00:00:01.000Z", "1970-01-01T00:00:01.000Z"],
      ["one", 2, "1970-01-01T00:00:00.000Z", "1970-01-01T00:00:02.000Z"],
    ]);
    expect((await store.events({ limit: 1 })).map((e) => e.message)).toEqual(["one"]);
    expect(await store.events({ name: "b" })).toEqual([]);
    await store.close();
  });

  it("keep the newest 50 of a resource and the newest of all", async () => {
    const store = open({ eventLimit: 60 });
    for (let i = 0; i < 55; i++) store.recordEvent(event(`a${i}`));
    expect((await store.events({ name: "a" })).map((e) => e.message)).toEqual(Array.from({ length: 50 }, (_, i) => `a${i + 5}`));
    for (let i = 0; i < 55; i++) store.recordEvent(event("x", { name: `b${i}` }));
    expect(await store.events({})).toHaveLength(60);
    expect((await store.events({ name: "a" })).map((e) => e.message)).toEqual(["a50", "a51", "a52", "a53", "a54"]);
    await store.close();
  });

  it("go an hour after their resource", async () => {
    let now = 0;
    const minute = 60_000;
    const store = open({ clock: { now: () => now, setTimer: () => () => {} }, newUid: () => "u" });
    await store.create(thing("a"));
    await store.create(thing("b"));
    store.recordEvent(event("a"));
    store.recordEvent(event("b", { name: "b" }));
    now = 300 * minute;
    await store.delete("Thing", "a");
    expect(await store.events({})).toHaveLength(2);
    now += 59 * minute;
    expect(await store.events({})).toHaveLength(2);
    now += 3 * minute;
    expect((await store.events({})).map((e) => e.message)).toEqual(["b"]);
    await store.close();
  });
}
