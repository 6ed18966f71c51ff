import { asProviderError } from "@remuda/contract";
import type { Clock } from "@remuda/reconciler";
import { setCondition, type VMImage, type VMImageStatus } from "@remuda/resources";
import type { ResourceStore } from "@remuda/store";
import type { Logger } from "pino";
import { type Controller, createController } from "../controller";
import type { Change } from "../feed";
import type { ImageReadiness } from "../machine/context";
import type { Metrics } from "../metrics";
import type { Connection } from "../provider/connection";
import { retryDelayMs } from "../retry";
import { saveStatus } from "../status";
import { type ImageSource, prepare, sourceOn } from "./prepare";

export type ImageOnProvider = NonNullable<VMImageStatus["providers"]>[number];

export interface ImageControllerOptions {
  store: ResourceStore;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  connection(provider: string): Connection | undefined;
}

export interface ImageController extends Controller {
  /** Where the image stands on the provider. If it isn't there, it is brought from now on. */
  readiness(image: VMImage, connection: Connection): ImageReadiness;
  onChange(change: Change): void;
  /** Another platform is behind the provider: nothing is known of what is there. */
  forget(provider: string): Promise<void>;
  /** The provider can be reached again. */
  onProvider(provider: string): void;
}

const imageService = "remuda.provider.v1.ImageService";

/** Brings images to the providers on which machines want them. */
export function createImageController({ store, clock, log, metrics, connection }: ImageControllerOptions): ImageController {
  /** Who was asked for what; a machine that still waits asks again after a restart. */
  const wanted = new Map<string, Set<string>>();
  /** Tries that failed, by image, provider and generation; without a time: never again. */
  const failures = new Map<string, { count: number; message: string; nextTryAtMs?: number }>();
  const attemptKey = (image: VMImage, provider: string) => `${image.metadata.uid}/${provider}/${image.metadata.generation}`;

  const entryOf = (image: VMImage, provider: string): ImageOnProvider | undefined =>
    isCurrent(image) ? image.status?.providers?.find((p) => p.provider === provider) : undefined;

  // Machines that still want an image there ask again when the provider is ready.
  const forgetProvider = (provider: string) => {
    for (const providers of wanted.values()) providers.delete(provider);
    forgetFailures((key) => key.split("/")[1] === provider);
  };
  const forgetFailures = (which: (key: string) => boolean) => {
    for (const key of [...failures.keys()]) if (which(key)) failures.delete(key);
  };

  async function bring(image: VMImage, source: ImageSource, to: Connection, signal: AbortSignal): Promise<ImageOnProvider> {
    const { provider } = to;
    const key = attemptKey(image, provider);
    const entry = entryOf(image, provider);
    const failed = failures.get(key);
    const failedEntry = (message: string): ImageOnProvider => ({ provider, imageId: "", ready: false, message });
    if (failed && (failed.nextTryAtMs === undefined || failed.nextTryAtMs > clock.monotonicMs())) return failedEntry(failed.message);
    try {
      const next = await prepare(image, entry, source, to, () => controller.queue.add(`${image.metadata.name}/${provider}`), signal);
      failures.delete(key);
      return next;
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      const error = asProviderError(thrown);
      const count = (failed?.count ?? 0) + 1;
      const delayMs = retryDelayMs(clock, count, error.retryAfterMs);
      const message = `${error.reason}: ${error.message}`;
      failures.set(key, { count, message, ...(error.retryable && { nextTryAtMs: clock.monotonicMs() + delayMs }) });
      store.recordEvent({
        kind: "VMImage",
        name: image.metadata.name,
        uid: image.metadata.uid,
        type: "Warning",
        reason: "PrepareFailed",
        message: `on ${provider}: ${message}`,
      });
      return failedEntry(message);
    }
  }

  /** A key is an image and a provider, so that no provider waits for another; or an image alone, which wakes all of its own. */
  const reconcile = async (key: string, signal: AbortSignal) => {
    const [name = "", provider] = key.split("/");
    // The store keeps each kind with its own schema.
    const image = (await store.get("VMImage", name)) as VMImage | undefined;
    if (!image || image.metadata.deletionTimestamp) {
      wanted.delete(name);
      return {};
    }
    if (provider === undefined) {
      for (const each of wanted.get(name) ?? []) controller.queue.add(`${name}/${each}`);
      if (!isCurrent(image)) await saveEntry(image);
      return {};
    }
    const source = sourceOn(image.spec, provider);
    if (!source) await saveEntry(image, { provider, imageId: "", ready: false, message: noSource(name, provider) });
    const to = connection(provider);
    if (!to?.ready || !source || entryOf(image, provider)?.ready) return {};
    await saveEntry(image, await bring(image, source, to, signal));
    const nextTryAtMs = failures.get(attemptKey(image, provider))?.nextTryAtMs;
    return nextTryAtMs === undefined ? {} : { requeueAfterMs: Math.max(1, nextTryAtMs - clock.monotonicMs()) };
  };
  /** Beside the entries that others have saved meanwhile; those of an older spec are dropped. */
  const saveEntry = (image: VMImage, entry?: ImageOnProvider) =>
    saveStatus<VMImageStatus>(store, image, (status = {}) => {
      const { generation } = image.metadata;
      const told = generationOf(status) ?? 0;
      if (told > generation) return status;
      const entries = new Map((told === generation ? (status.providers ?? []) : []).map((e) => [e.provider, e]));
      if (entry) entries.set(entry.provider, entry);
      return withReady(image, status, [...entries.values()], clock);
    });
  const controller = createController({ name: "image", clock, log, metrics, concurrency: 64, reconcile });

  return {
    ...controller,
    readiness(image, to) {
      const { name } = image.metadata;
      const { provider, capabilities } = to;
      const source = sourceOn(image.spec, provider);
      if (!source) return { state: "failed", message: noSource(name, provider) };
      if (!capabilities?.services.includes(imageService)) {
        if (source.existing !== undefined) return { state: "ready", imageId: source.existing };
        return {
          state: "failed",
          message: `provider ${provider} can't fetch images: VMImage ${name} must name one that it has, with existing`,
        };
      }
      const entry = entryOf(image, provider);
      if (entry?.ready) return { state: "ready", imageId: entry.imageId };
      const providers = wanted.get(name) ?? new Set();
      wanted.set(name, providers);
      if (!providers.has(provider)) {
        providers.add(provider);
        controller.queue.add(`${name}/${provider}`);
      }
      if (entry?.message) return { state: "failed", message: `VMImage ${name} on provider ${provider}: ${entry.message}` };
      return { state: "pending", message: `VMImage ${name} is being brought to provider ${provider}` };
    },
    onChange({ type, resource, previous }) {
      if (resource.kind === "Provider" && type === "gone") forgetProvider(resource.metadata.name);
      if (resource.kind !== "VMImage") return;
      const changed = type === "gone" || (previous !== undefined && previous.metadata.generation !== resource.metadata.generation);
      if (changed) forgetFailures((key) => key.startsWith(`${resource.metadata.uid}/`));
      // A task that was going on before a restart is followed again.
      const pending = previous === undefined && (resource as VMImage).status?.providers?.filter((p) => p.task !== undefined);
      if (pending && pending.length > 0) wanted.set(resource.metadata.name, new Set(pending.map((p) => p.provider)));
      if (changed || (pending && pending.length > 0)) controller.queue.add(resource.metadata.name);
    },
    async forget(provider) {
      forgetProvider(provider);
      const { items } = await store.list("VMImage");
      const isThere = ({ provider: on }: ImageOnProvider) => on === provider;
      for (const image of items as VMImage[]) {
        if (!image.status?.providers?.some(isThere)) continue;
        await saveStatus<VMImageStatus>(store, image, (status = {}) => ({
          ...status,
          providers: status.providers?.filter((entry) => !isThere(entry)),
        }));
      }
    },
    onProvider(provider) {
      for (const [name, providers] of wanted) if (providers.has(provider)) controller.queue.add(`${name}/${provider}`);
    },
  };
}

const noSource = (image: string, provider: string) => `VMImage ${image} does not say where it comes from on provider ${provider}`;

/** What the status says was made from the spec as it is now. */
const isCurrent = ({ metadata, status }: VMImage): boolean => generationOf(status) === metadata.generation;

const generationOf = (status: VMImageStatus | undefined): number | undefined =>
  status?.conditions?.find((c) => c.type === "Ready")?.observedGeneration;

function withReady(image: VMImage, status: VMImageStatus, providers: ImageOnProvider[], clock: Clock): VMImageStatus {
  const waits = providers.filter((p) => !p.ready);
  const message = waits.map((p) => `${p.provider}: ${p.message ?? "on its way"}`).join("; ");
  const observedGeneration = image.metadata.generation;
  const conditions = setCondition(
    status.conditions,
    waits.length === 0
      ? { type: "Ready", status: "True", reason: "Ready", message: "on every provider that was asked for it", observedGeneration }
      : { type: "Ready", status: "False", reason: waits.some((p) => p.message) ? "Failed" : "Preparing", message, observedGeneration },
    clock.now(),
  );
  return { ...status, providers, conditions };
}
