import { expect, it } from "vitest";
import type { ResourceStore, StoreEvent, WatchOptions } from "./resource-store";
import { type Open, reason, thing } from "./testing-open";

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

export function watches(open: Open) {
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
