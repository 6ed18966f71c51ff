import { expect, it } from "vitest";
import { type Open, reason, thing } from "./testing-open";

export function writes(open: Open) {
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

export function deletion(open: Open) {
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
