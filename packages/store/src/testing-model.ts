import type { Resource } from "@remuda/resources";
import fc from "fast-check";
import { expect } from "vitest";
import { type ResourceStore, StoreError } from "./resource-store";
import type { Open } from "./testing-open";

const name = fc.constantFrom("a", "b", "c");
const command = fc.oneof(
  fc.record({ type: fc.constant("create" as const), name, finalizer: fc.boolean() }),
  fc.record({ type: fc.constant("update" as const), name, size: fc.integer({ min: 0, max: 2 }) }),
  fc.record({ type: fc.constant("release" as const), name }),
  fc.record({ type: fc.constant("status" as const), name, phase: fc.integer({ min: 0, max: 2 }) }),
  fc.record({ type: fc.constant("delete" as const), name }),
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

interface Entry {
  version: number;
  size: number;
  phase: number | undefined;
  finalizer: boolean;
  deleting: boolean;
}

/** Groups of commands, each group in one tick, on the store and on a model that takes them one after the other. */
export function modelTest(open: Open) {
  return fc.asyncProperty(fc.array(fc.array(command, { minLength: 1, maxLength: 6 }), { maxLength: 12 }), async (ticks) => {
    const store = open();
    const end = new AbortController();
    const seen = new Map<string, Resource>();
    const versions: number[] = [];
    const follow = async () => {
      for await (const event of store.watch({ sinceVersion: "0" }, end.signal)) {
        if (event.type === "BOOKMARK") continue;
        versions.push(Number(event.resourceVersion));
        if (event.type === "DELETED") seen.delete(event.resource.metadata.name);
        else seen.set(event.resource.metadata.name, event.resource);
        if (versions.length === model.version) caughtUp?.();
      }
    };
    let caughtUp: (() => void) | undefined;
    const model = createModel();
    const following = follow();

    for (const tick of ticks) {
      // What everyone holds at the beginning of the tick: the second change of a resource comes with an old version.
      const held = new Map((await store.list("Thing")).items.map((resource) => [resource.metadata.name, resource]));
      const outcomes = tick.map((c) => [model.apply(c, held.get(c.name)), run(store, c, held.get(c.name))] as const);
      for (const [expected, actual] of outcomes) expect(await actual).toBe(expected);
      expect((await store.list("Thing")).items.map(toEntry)).toEqual(model.entries());
      expect(await store.resourceVersion()).toBe(String(model.version));
    }
    if (versions.length < model.version) {
      await new Promise<void>((resolve) => {
        caughtUp = resolve;
      });
    }
    end.abort();
    await following;
    expect(versions).toEqual(Array.from({ length: model.version }, (_, i) => i + 1));
    expect([...seen.values()].map(toEntry).sort(byName)).toEqual(model.entries());
    await store.close();
  });
}

const byName = ([a]: readonly [string, Entry], [b]: readonly [string, Entry]) => (a < b ? -1 : 1);

function toEntry({ metadata, spec, status }: Resource): [string, Entry] {
  // The model's own resources: only modelTest writes them.
  const { size } = spec as { size: number };
  const { phase } = (status ?? {}) as { phase?: number };
  const { finalizers, deletionTimestamp, resourceVersion } = metadata;
  return [
    metadata.name,
    { version: Number(resourceVersion), size, phase, finalizer: finalizers !== undefined, deleting: deletionTimestamp !== undefined },
  ];
}

function run(store: ResourceStore, command: Command, held: Resource | undefined): Promise<string> {
  const { name } = command;
  const answer = (promise: Promise<unknown>) =>
    promise.then(
      () => "ok",
      (error: unknown) => {
        if (error instanceof StoreError) return error.reason;
        throw error;
      },
    );
  if (command.type === "create") {
    return answer(store.create({ kind: "Thing", metadata: { name, ...(command.finalizer && { finalizers: ["f"] }) }, spec: { size: 0 } }));
  }
  if (command.type === "delete") return answer(store.delete("Thing", name));
  if (!held) return Promise.resolve("unheld");
  if (command.type === "update") return answer(store.update({ ...held, spec: { size: command.size } }));
  if (command.type === "status") return answer(store.updateStatus({ ...held, status: { phase: command.phase } }));
  return answer(store.update({ ...held, metadata: { ...held.metadata, finalizers: [] } }));
}

function createModel() {
  const entries = new Map<string, Entry>();
  const model = {
    version: 0,
    entries: () => [...entries].sort(byName),
    apply(command: Command, held: Resource | undefined): string {
      const { name } = command;
      const entry = entries.get(name);
      if (command.type === "create") {
        if (entry) return "AlreadyExists";
        entries.set(name, { version: ++model.version, size: 0, phase: undefined, finalizer: command.finalizer, deleting: false });
        return "ok";
      }
      if (command.type === "delete") {
        if (!entry) return "NotFound";
        if (!entry.finalizer) {
          entries.delete(name);
          model.version++;
        } else if (!entry.deleting) entries.set(name, { ...entry, deleting: true, version: ++model.version });
        return "ok";
      }
      if (!held) return "unheld";
      if (!entry) return "NotFound";
      if (entry.version !== Number(held.metadata.resourceVersion)) return "Conflict";
      const change = changeOf(command);
      if (JSON.stringify({ ...entry, ...change }) === JSON.stringify(entry)) return "ok";
      model.version++;
      if (entry.deleting && change.finalizer === false) entries.delete(name);
      else entries.set(name, { ...entry, ...change, version: model.version });
      return "ok";
    },
  };
  return model;
}

function changeOf(command: Command): Partial<Entry> {
  if (command.type === "update") return { size: command.size };
  if (command.type === "status") return { phase: command.phase };
  return { finalizer: false };
}
