import type { JsonObject } from "@bufbuild/protobuf";
import { ApplyAction } from "@remuda/contract/manager";
import { createMemoryStore, type ResourceStore } from "@remuda/store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { apiVersion, basics, machine } from "../testing/world";
import { applyAll } from "./apply";

let store: ResourceStore;
beforeEach(() => {
  store = createMemoryStore();
});
afterEach(() => store.close());

const json = (value: object) => value as JsonObject;
const apply = (...resources: object[]) => applyAll(store, resources.map(json), false);
const vmClass = (name: string, metadata: object = {}, spec: object = { cpus: 1, memoryMiB: 512 }) => ({
  apiVersion,
  kind: "VMClass",
  metadata: { name, ...metadata },
  spec,
});

describe("what a resource names and what is not there", () => {
  test("is told with its field, its kind and the nearest name", async () => {
    await apply(vmClass("small"), vmClass("large"));
    const [applied] = await apply(machine("web", { class: "smal", interfaces: [{ name: "eth0", network: "lan" }] }));
    expect(applied?.unresolved).toEqual([
      { field: "spec.provider", kind: "Provider", name: "sim", nearest: "" },
      { field: "spec.class", kind: "VMClass", name: "smal", nearest: "small" },
      { field: "spec.image", kind: "VMImage", name: "ubuntu", nearest: "" },
      { field: "spec.interfaces[0].network", kind: "VMNetwork", name: "lan", nearest: "" },
    ]);
  });

  test("is not told of what stands in the same request, in whatever order, nor of what is stored", async () => {
    const told = async (dryRun: boolean, ...resources: object[]) =>
      (await applyAll(store, resources.map(json), dryRun)).flatMap((a) => a.unresolved);
    const all = basics("127.0.0.1:1");
    expect(await told(true, machine("web"), ...all)).toEqual([]);
    expect(await told(false, machine("web"), ...all)).toEqual([]);
    expect(await told(false, machine("web"))).toEqual([]);
  });
});

describe("what is being deleted", () => {
  beforeEach(async () => {
    await apply(vmClass("small", { annotations: { a: "b" } }));
    await store.delete("VMClass", "small", {});
  });

  test.each([
    ["as it is", vmClass("small", { annotations: { a: "b" } })],
    ["without its annotations", vmClass("small")],
    ["with other labels", vmClass("small", { annotations: { a: "b" }, labels: { c: "d" } })],
    ["with another spec", vmClass("small", { annotations: { a: "b" } }, { cpus: 2, memoryMiB: 512 })],
  ])("can't be applied %s", async (_, resource) => {
    await expect(apply(resource)).rejects.toThrow(
      /VMClass small is being deleted since \S+, and waits for remuda.dev\/in-use; apply it again when it is gone/,
    );
  });

  test("can still be told something by an annotation", async () => {
    const [applied] = await apply(vmClass("small", { annotations: { a: "b", "remuda.dev/force-delete": "true" } }));
    expect(applied?.action).toBe(ApplyAction.UPDATED);
  });
});
