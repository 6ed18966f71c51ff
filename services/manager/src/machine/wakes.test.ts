import { virtualClock } from "@remuda/reconciler/testing";
import type { VirtualMachine } from "@remuda/resources";
import { createMemoryStore } from "@remuda/store";
import pino from "pino";
import { expect, test } from "vitest";
import { createMetrics } from "../metrics";
import { createUsage } from "../usage";
import { createMachineController } from "./controller";

/** A machine as it was and as it is, whose status was written meanwhile. */
function written(change: Partial<VirtualMachine["metadata"]>) {
  const metadata = { name: "web", uid: "u-1", resourceVersion: "1", generation: 1, creationTimestamp: "2026-01-01T00:00:00.000Z" };
  // The controller looks at nothing else of it here.
  const vm = { apiVersion: "remuda.dev/v1alpha1", kind: "VirtualMachine", metadata, spec: {} } as unknown as VirtualMachine;
  const previous: VirtualMachine = { ...vm, status: { phase: "Pending" } };
  const resource: VirtualMachine = { ...vm, metadata: { ...metadata, resourceVersion: "2", ...change }, status: { phase: "Running" } };
  return { type: "present", resource, previous } as const;
}

test.each([
  ["nothing else", {}, 0],
  ["its generation", { generation: 2 }, 1],
  ["a label", { labels: { tier: "web" } }, 1],
  ["an annotation, such as the one that forces a deletion", { annotations: { "remuda.dev/force-delete": "true" } }, 1],
  ["its deletion", { deletionTimestamp: "2026-01-01T00:00:01.000Z" }, 1],
])("a machine whose status was written, and with it %s, is looked at again only for what is not status", (_, change, depth) => {
  const controller = createMachineController({
    store: createMemoryStore(),
    clock: virtualClock(),
    log: pino({ level: "silent" }),
    metrics: createMetrics(),
    owner: "o",
    usage: createUsage(() => {}),
    readSecret: () => Promise.reject(new Error("no secrets")),
    connection: () => undefined,
    standing: () => "connecting",
    classes: { isOutdated: () => false, spec: () => undefined, enter: () => false },
    ran: () => Promise.resolve(),
    image: () => ({ state: "pending", message: "" }),
  });
  controller.onChange(written(change));
  expect(controller.queue.depth).toBe(depth);
  controller.queue.close();
});
