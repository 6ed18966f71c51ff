import { expect, it } from "vitest";
import { type Open, thing } from "./testing-open";

export function events(open: Open) {
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

  it("keep no more of a message than 2048 characters", async () => {
    const store = open();
    store.recordEvent(event("x".repeat(10_000)));
    expect((await store.events({}))[0]?.message).toHaveLength(2048);
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
