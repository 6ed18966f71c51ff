import { type PrepareImageRequest, PrepareImageResponse } from "@remuda/contract";
import { systemClock } from "@remuda/reconciler";
import type { VMImage } from "@remuda/resources";
import { createMemoryStore } from "@remuda/store";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { applyAll } from "../api/apply";
import { createMetrics } from "../metrics";
import type { Connection } from "../provider/connection";
import { waitFor } from "../testing/world";
import { createImageController } from "./controller";

type PrepareImage = (request: PrepareImageRequest, signal: AbortSignal) => Promise<PrepareImageResponse>;

let stopping: AbortController;
beforeEach(() => {
  stopping = new AbortController();
});
afterEach(() => stopping.abort());

/** An image controller whose providers answer as the test says. */
async function imagesOn(providers: Record<string, PrepareImage>) {
  const store = createMemoryStore();
  const connections = new Map(
    Object.entries(providers).map(([provider, prepareImage]) => [
      provider,
      // Only what the controller uses.
      {
        provider,
        ready: true,
        calls: { prepareImage },
        capabilities: { services: ["remuda.provider.v1.ImageService"] },
      } as Partial<Connection> as Connection,
    ]),
  );
  const log = pino({ level: "silent" });
  const controller = createImageController({
    store,
    clock: systemClock,
    log,
    metrics: createMetrics(),
    connection: (name) => connections.get(name),
  });
  void controller.run(stopping.signal);
  const [applied] = await applyAll(
    store,
    [{ apiVersion: "remuda.dev/v1alpha1", kind: "VMImage", metadata: { name: "debian" }, spec: { source: { existing: "debian-12" } } }],
    false,
  );
  for (const connection of connections.values()) controller.readiness(applied?.resource as VMImage, connection);
  const entryOn = (provider: string) =>
    waitFor(
      async () => ((await store.get("VMImage", "debian")) as VMImage).status?.providers?.find((p) => p.provider === provider),
      () => `no entry of ${provider}`,
    );
  return { entryOn };
}

const answer = (id: string) => () => Promise.resolve(PrepareImageResponse.fromPartial({ image: { id } }));

test("a provider that doesn't answer holds up no other", async () => {
  const hanging: PrepareImage = () => new Promise(() => {});
  const { entryOn } = await imagesOn({ hanging, slow: hanging, good: answer("img-1"), better: answer("img-2") });
  expect(await entryOn("good")).toEqual({ provider: "good", imageId: "img-1", ready: true });
  expect(await entryOn("better")).toEqual({ provider: "better", imageId: "img-2", ready: true });
});

test("an image without an id is not ready", async () => {
  const { entryOn } = await imagesOn({ empty: () => Promise.resolve(PrepareImageResponse.fromPartial({})) });
  expect(await entryOn("empty")).toMatchObject({ ready: false, message: "INTERNAL: the provider answered no image id" });
});
