import { type PrepareImageRequest, PrepareImageResponse, ProviderError } from "@remuda/contract";
import { systemClock } from "@remuda/reconciler";
import type { Resource, VMImage } from "@remuda/resources";
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
  const entryOn = (provider: string, isReady?: boolean) =>
    waitFor(
      async () => {
        const { status } = (await store.get("VMImage", "debian")) as VMImage;
        return status?.providers?.find((p) => p.provider === provider && (isReady ?? p.ready) === p.ready);
      },
      () => `no entry of ${provider}`,
    );
  const ask = () => {
    for (const connection of connections.values()) controller.readiness(applied?.resource as VMImage, connection);
  };
  ask();
  return { entryOn, controller, ask };
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

test("what a provider refused is asked of it again when it has been removed and comes back", async () => {
  let refuses = true;
  const provider: PrepareImage = () => (refuses ? Promise.reject(new ProviderError("INVALID_SPEC", "no such format")) : answer("img-1")());
  const { entryOn, controller, ask } = await imagesOn({ only: provider });
  expect(await entryOn("only")).toMatchObject({ ready: false, message: "INVALID_SPEC: no such format" });
  refuses = false;
  const resource = { apiVersion: "remuda.dev/v1alpha1", kind: "Provider", metadata: { name: "only" }, spec: {} } as Resource;
  controller.onChange({ type: "gone", resource, previous: resource });
  ask();
  expect(await entryOn("only", true)).toMatchObject({ imageId: "img-1" });
});
