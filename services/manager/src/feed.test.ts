import { virtualClock } from "@remuda/reconciler/testing";
import type { Resource } from "@remuda/resources";
import { createMemoryStore, type ResourceStore, StoreError } from "@remuda/store";
import pino from "pino";
import { expect, test } from "vitest";
import { followStore } from "./feed";

const log = pino({ level: "silent" });

test("a watch that falls behind is begun anew: what went meanwhile is told as gone, what stayed is not told again", async () => {
  const store = createMemoryStore();
  const create = (name: string) => store.create({ kind: "VMClass", metadata: { name }, spec: { cpus: 1, memoryMiB: 512 } });
  for (const name of ["stays", "goes", "changes", "replaced"]) await create(name);
  const clock = virtualClock();
  const ending = new AbortController();
  let expire = () => {};
  let synced = 0;
  // Breaks off when told to, as a watch does whose place in the log is gone.
  const watch: ResourceStore["watch"] = async function* (query, signal) {
    const broken = new Promise<never>((_, reject) => {
      expire = () => reject(new StoreError("Expired", "too old"));
    });
    const events = store.watch(query, signal)[Symbol.asyncIterator]();
    for (;;) {
      const item = await Promise.race([events.next(), broken]);
      if (item.done) return;
      yield item.value;
    }
  };
  const told: string[] = [];
  const following = followStore(
    {
      store: { ...store, watch },
      clock,
      log,
      onChange: ({ type, resource }) => told.push(`${type} ${resource.metadata.name}`),
      onSynced: () => synced++,
    },
    ending.signal,
  );
  await clock.advance(0);
  expect(told.splice(0).sort()).toEqual(["present changes", "present goes", "present replaced", "present stays"]);
  expire();
  await clock.advance(100);
  const current = async (name: string) => (await store.get("VMClass", name)) as Resource;
  await store.delete("VMClass", "goes");
  await store.delete("VMClass", "replaced");
  await create("replaced");
  const changed = await current("changes");
  await store.update({ ...changed, spec: { cpus: 2, memoryMiB: 512 } });
  expect(told).toEqual([]);
  await clock.advance(100);
  expect(told.sort()).toEqual(["gone goes", "gone replaced", "present changes", "present replaced"]);
  expect(synced).toBe(1);
  ending.abort();
  await following;
});
