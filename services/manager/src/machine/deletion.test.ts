import { ProviderError, IsTaskCompleteResponse as TaskState } from "@remuda/contract";
import { afterEach, expect, test } from "vitest";
import { createPhase, madeStatus, shown } from "../testing/phase";
import { apiVersion, basics, createWorld, isRunning, machine, ready, type World } from "../testing/world";
import { finalize } from "./finalize";

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

test("a machine that is being made can be deleted", async () => {
  world = await createWorld({ sim: { latencyMs: 300 } });
  await world.apply(...basics(world.provider.address), machine("web"));
  await world.machine("web", (vm) => vm.status?.task?.operation === "Create");
  await world.store.delete("VirtualMachine", "web");
  await world.gone("VirtualMachine", "web");
  expect(world.sim.state().machines).toHaveLength(0);
});

test("a machine that was never asked for goes at once, without its provider", async () => {
  world = await createWorld();
  await world.apply(machine("web", { provider: "nowhere" }));
  await world.machine("web", (vm) => ready(vm)?.reason === "ProviderNotFound");
  await world.store.delete("VirtualMachine", "web");
  await world.gone("VirtualMachine", "web");
});

test("deletionPolicy Retain leaves the machine as it is", async () => {
  world = await createWorld();
  await world.apply(...basics(world.provider.address), machine("web", { deletionPolicy: "Retain" }));
  await world.machine("web", isRunning);
  await world.store.delete("VirtualMachine", "web");
  await world.gone("VirtualMachine", "web");
  expect(world.sim.state().machines).toHaveLength(1);
  expect((await world.store.events({ kind: "VirtualMachine", name: "web" })).at(-1)?.reason).toBe("Retained");
});

test("a machine whose provider is away waits, unless it is let go by force", async () => {
  world = await createWorld();
  await world.apply(...basics(world.provider.address), machine("web"));
  await world.machine("web", isRunning);
  await world.stopProvider();
  await world.until("Provider", "sim", (p) => (p.status as { phase?: string }).phase === "Unreachable");
  await world.store.delete("VirtualMachine", "web");
  await world.machine("web", (vm) => ready(vm)?.reason === "ProviderNotReady");
  const spec = machine("web");
  await world.apply({ ...spec, metadata: { ...spec.metadata, annotations: { "remuda.dev/force-delete": "true" } } });
  await world.gone("VirtualMachine", "web");
  expect((await world.store.events({ kind: "VirtualMachine", name: "web" })).at(-1)).toMatchObject({
    type: "Warning",
    reason: "ForceDeleted",
  });
});

test("a deletion that the platform refuses is told, tried again, and can be given up by force", async () => {
  const errors = [{ rpc: "delete" as const, reason: "FORBIDDEN", rate: 1, message: "protected" }];
  world = await createWorld({ sim: { faults: { errors } } });
  await world.apply(...basics(world.provider.address), machine("web"));
  await world.machine("web", isRunning);
  await world.store.delete("VirtualMachine", "web");
  const refused = await world.machine("web", (vm) => ready(vm)?.reason === "FORBIDDEN");
  expect(ready(refused)?.message).toContain("protected");
  expect(refused.status).toMatchObject({ phase: "Deleting", failures: { reason: "FORBIDDEN", nextTryAt: expect.any(String) } });
  const spec = machine("web");
  await world.apply({ ...spec, metadata: { ...spec.metadata, annotations: { "remuda.dev/force-delete": "true" } } });
  await world.gone("VirtualMachine", "web");
  expect(world.sim.state().machines).toHaveLength(1);
});

test("a class and a provider go when the last machine that uses them has gone", async () => {
  world = await createWorld();
  await world.apply(...basics(world.provider.address), machine("web"));
  await world.machine("web", isRunning);
  await world.store.delete("VMClass", "small");
  await world.store.delete("Provider", "sim");
  const held = await world.until("VMClass", "small", (r) => (r.status as { conditions?: unknown[] } | undefined)?.conditions !== undefined);
  expect(JSON.stringify(held.status)).toContain("still used by VirtualMachine/web");
  await expect(world.apply(machine("db"))).rejects.toThrow("spec.provider: Provider sim is being deleted");
  await world.store.delete("VirtualMachine", "web");
  await world.gone("VirtualMachine", "web");
  await world.gone("VMClass", "small");
  await world.gone("Provider", "sim");
  expect(world.sim.state().machines).toHaveLength(0);
});

test("a machine that is let go by force before the provider was dialled anew is deleted all the same", async () => {
  world = await createWorld();
  await world.apply(...basics(world.provider.address), machine("web"));
  await world.machine("web", isRunning);
  await world.manager.stop();
  const spec = machine("web");
  await world.apply({ ...spec, metadata: { ...spec.metadata, annotations: { "remuda.dev/force-delete": "true" } } });
  await world.store.delete("VirtualMachine", "web");
  await world.restartManager();
  await world.gone("VirtualMachine", "web");
  expect(world.sim.state().machines).toHaveLength(0);
});

test("a machine whose Provider can't be dialled any more is let go by force", async () => {
  world = await createWorld();
  await world.apply(...basics(world.provider.address), machine("web"));
  await world.machine("web", isRunning);
  const tls = { ca: { name: "missing", key: "ca.crt" } };
  await world.apply({ apiVersion, kind: "Provider", metadata: { name: "sim" }, spec: { address: world.provider.address, tls } });
  await world.until("Provider", "sim", (p) => (p.status as { phase?: string }).phase === "Invalid");
  const spec = machine("web");
  await world.apply({ ...spec, metadata: { ...spec.metadata, annotations: { "remuda.dev/force-delete": "true" } } });
  await world.store.delete("VirtualMachine", "web");
  await world.gone("VirtualMachine", "web");
});

test("a machine is let go by force only of a provider that was tried and failed, or is not there", async () => {
  let standing: "connecting" | "ready" | "lost" = "connecting";
  const annotations = { "remuda.dev/force-delete": "true" };
  const phase = await createPhase({ status: { ...madeStatus, phase: "Deleting" }, annotations, standing: () => standing });
  const work = await phase.begin();
  const run = () => finalize(work, phase.connection, phase.context, phase.signal);
  expect(await run()).toEqual({});
  // Nothing is known yet that could be told.
  expect(work.status).toEqual(work.vm.status);
  standing = "lost";
  expect(await run()).toBe("released");
});

test("a Delete whose task failed is asked for again before the platform is asked whether the machine is gone", async () => {
  const asked: string[] = [];
  const phase = await createPhase({
    status: { ...madeStatus, phase: "Deleting", task: { operation: "Delete", ref: "t-1", startedAt: "2026-01-01T00:00:00.000Z" } },
    calls: {
      isTaskComplete: () => Promise.resolve(TaskState.fromPartial({ done: true, error: { code: 9, message: "locked" } })),
      delete: () => Promise.resolve({ task: undefined, asked: asked.push("delete") }),
      describe: () => {
        asked.push("describe");
        return Promise.reject(new ProviderError("NOT_FOUND", "no such machine"));
      },
    },
  });
  const work = await phase.begin();
  const run = () => finalize(work, phase.connection, phase.context, phase.signal);
  await run();
  await phase.clock.advance(0);
  await run();
  expect(work.status.failures).toMatchObject({ count: 1 });
  expect(asked).toEqual([]);
  await phase.clock.advance(300_000);
  expect(await run()).toBe("released");
  expect(asked).toEqual(["delete", "describe"]);
});

test("a machine whose Delete task has ended is looked for, not deleted once more", async () => {
  const phase = await createPhase({
    status: { ...madeStatus, phase: "Deleting", task: { operation: "Delete", ref: "t-1", startedAt: "2026-01-01T00:00:00.000Z" } },
    calls: {
      isTaskComplete: () => Promise.resolve(TaskState.fromPartial({ done: true })),
      delete: () => Promise.reject(new Error("deleted once more")),
      describe: () => Promise.reject(new ProviderError("NOT_FOUND", "no such machine")),
    },
  });
  const work = await phase.begin();
  const run = () => finalize(work, phase.connection, phase.context, phase.signal);
  await run();
  await phase.clock.advance(0);
  expect(await run()).toBe("released");
});

test("a machine is gone when its uid is, whatever now has its id", async () => {
  const phase = await createPhase({
    status: { ...madeStatus, phase: "Deleting" },
    calls: {
      delete: () => Promise.resolve({ task: undefined }),
      describe: ({ id, uid }) =>
        id === ""
          ? Promise.reject(new ProviderError("NOT_FOUND", `no machine ${uid}`))
          : Promise.resolve({ virtualMachine: shown("another") }),
    },
  });
  expect(await finalize(await phase.begin(), phase.connection, phase.context, phase.signal)).toBe("released");
});

test("a machine that was made anew under another id is deleted by that one", async () => {
  const deleted: string[] = [];
  const phase = await createPhase({
    status: { ...madeStatus, phase: "Deleting" },
    calls: {
      delete: ({ id }) => Promise.resolve({ task: undefined, asked: deleted.push(id) }),
      describe: ({ uid }) =>
        deleted.includes("m-2")
          ? Promise.reject(new ProviderError("NOT_FOUND", "gone"))
          : Promise.resolve({ virtualMachine: shown(uid, { id: "m-2" }) }),
    },
  });
  const work = await phase.begin();
  const run = () => finalize(work, phase.connection, phase.context, phase.signal);
  expect(await run()).toMatchObject({ requeueAfterMs: expect.any(Number) });
  expect(await run()).toBe("released");
  expect(deleted).toEqual(["m-1", "m-2"]);
});

test("a machine that the provider answers Delete with NOT_FOUND for is looked for once, dropped from the view, and let go", async () => {
  const missing = () => Promise.reject(new ProviderError("NOT_FOUND", "no such machine"));
  const phase = await createPhase({ status: { ...madeStatus, phase: "Deleting" }, calls: { delete: missing, describe: missing } });
  const dropped: string[] = [];
  phase.connection.observer.drop = (uid) => dropped.push(uid);
  const work = await phase.begin();
  expect(await finalize(work, phase.connection, phase.context, phase.signal)).toBe("released");
  expect(work.status.failures).toBeUndefined();
  expect(dropped).toEqual([work.vm.metadata.uid]);
});
