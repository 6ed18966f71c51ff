import type { VirtualMachine, VMClass, VMClassSpec } from "@remuda/resources";
import { expect, test } from "vitest";
import { classRevision } from "../machine/applied";
import { createRollouts } from "./rollouts";

const spec = (memoryMiB: number): VMClassSpec => ({ cpus: 1, memoryMiB, rollout: { maxConcurrent: 7, maxFailures: 3 } });
// Only what rollouts read.
const vmClass = (generation: number) =>
  ({ kind: "VMClass", metadata: { name: "small", generation }, spec: spec(512 * generation) }) as unknown as VMClass;
const vm = (name: string, { spec }: VMClass, more: object = {}) =>
  ({
    kind: "VirtualMachine",
    metadata: { name },
    status: { applied: { class: { name: "small", revision: classRevision(spec) } }, ...more },
  }) as unknown as VirtualMachine;

function rolling(count: number) {
  const woken: string[] = [];
  const rollouts = createRollouts({ wake: (machine) => woken.push(machine), onProgress: () => {} });
  const names = Array.from({ length: count }, (_, i) => `m${i}`);
  const [before, after] = [vmClass(1), vmClass(2)];
  const tell = (resource: VMClass | VirtualMachine) => rollouts.onChange({ type: "present", resource, previous: undefined });
  return { rollouts, woken, names, before, after, tell };
}

test("a class of ten thousand machines rolls through all of them, each called once, in a time that grows with their number", async () => {
  const timeFor = async (count: number) => {
    const { rollouts, woken, names, before, after, tell } = rolling(count);
    for (const name of names) tell(vm(name, before));
    tell(before);
    await rollouts.begin(() => Promise.reject(new Error("none is outdated")));
    const beganMs = performance.now();
    tell(after);
    expect(woken).toHaveLength(7);
    for (let i = 0; i < woken.length; i++) {
      const name = woken[i] ?? "";
      expect(rollouts.enter("small", name)).toBe(true);
      const changed = vm(name, after);
      rollouts.ran(name, changed);
      tell(changed);
    }
    const tookMs = performance.now() - beganMs;
    expect(new Set(woken).size).toBe(count);
    expect(rollouts.entry("small")).toMatchObject({ outdated: new Set(), places: new Set(), waiting: new Set() });
    return tookMs;
  };
  await timeFor(2_000);
  const [few, many] = [await timeFor(2_000), await timeFor(20_000)];
  // Ten times as many: were it quadratic, it would take a hundred times as long.
  expect(many).toBeLessThan(40 * few + 100);
});

test("a manager that starts goes on with those that were being changed, and calls others for what is left", async () => {
  const { rollouts, woken, names, before, after, tell } = rolling(20);
  const revision = classRevision(after.spec);
  const task = { operation: "Reconfigure", ref: "t", startedAt: "", brings: { generation: 1, class: { name: "small", revision } } };
  const failures = {
    count: 3,
    reason: "NO_CAPACITY",
    message: "full",
    generation: 1,
    classRevision: revision,
    nextTryAt: "2026-01-01T00:00:00Z",
  };
  const stored = new Map(names.map((name, i) => [name, vm(name, before, i < 5 ? { task } : i === 5 ? { failures } : {})]));
  for (const machine of stored.values()) tell(machine);
  tell(after);
  expect(woken).toEqual([]);
  await rollouts.begin((name) => Promise.resolve(stored.get(name)));
  const entry = rollouts.entry("small");
  expect([...(entry?.failed ?? [])]).toEqual([["m5", "NO_CAPACITY: full"]]);
  // Five places are taken, and one failure leaves no more than two.
  expect(woken).toEqual([]);
  for (const name of names.slice(0, 4)) rollouts.ran(name, vm(name, after));
  expect(woken).toEqual(["m6"]);
  expect(entry?.places).toEqual(new Set(["m4", "m6"]));
});

test("a machine that is called and can't begin leaves its place to the next", async () => {
  const { rollouts, woken, names, before, after, tell } = rolling(10);
  for (const name of names) tell(vm(name, before));
  tell(before);
  await rollouts.begin(() => Promise.resolve(undefined));
  tell(after);
  rollouts.ran("m0", vm("m0", before));
  expect(woken.at(-1)).toBe("m7");
  // It comes by itself when it can, and waits for its turn then.
  expect(rollouts.enter("small", "m0")).toBe(false);
  for (const name of woken.slice(1)) rollouts.ran(name, vm(name, after));
  expect(woken).toContain("m0");
  rollouts.onChange({ type: "gone", resource: vm("m8", before), previous: vm("m8", before) });
  expect(rollouts.entry("small")?.users.has("m8")).toBe(false);
});
