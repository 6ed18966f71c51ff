import { type Clock, pause } from "@remuda/reconciler";
import type { Resource } from "@remuda/resources";
import { type ResourceStore, StoreError } from "@remuda/store";
import type { Logger } from "pino";
import { resourceKey } from "./resource-key";

/** A change of one resource, beside what was known of it before. */
export type Change =
  | { type: "present"; resource: Resource; previous: Resource | undefined }
  | { type: "gone"; resource: Resource; previous: Resource };

export interface FeedOptions {
  store: ResourceStore;
  clock: Clock;
  log: Logger;
  onChange(change: Change): void;
  /** Everything that was there at the start has been told. Called once. */
  onSynced(): void;
}

const resumeAfterMs = 200;

/**
 * Tells every change of the store, each exactly once and in order, until the signal ends it. A watch that falls behind is begun anew with a
 * snapshot; what that lacks is told as gone.
 */
export async function followStore({ store, clock, log, onChange, onSynced }: FeedOptions, signal: AbortSignal): Promise<void> {
  const known = new Map<string, Resource>();
  let synced = false;

  const present = (resource: Resource) => {
    const key = resourceKey(resource.kind, resource.metadata.name);
    const previous = known.get(key);
    if (previous?.metadata.resourceVersion === resource.metadata.resourceVersion) return;
    known.set(key, resource);
    if (previous && previous.metadata.uid !== resource.metadata.uid) {
      onChange({ type: "gone", resource: previous, previous });
      onChange({ type: "present", resource, previous: undefined });
    } else onChange({ type: "present", resource, previous });
  };
  const gone = (resource: Resource) => {
    const key = resourceKey(resource.kind, resource.metadata.name);
    const previous = known.get(key);
    if (!previous) return;
    known.delete(key);
    onChange({ type: "gone", resource, previous });
  };

  while (!signal.aborted) {
    const snapshot = new Set<string>();
    let inSnapshot = true;
    try {
      for await (const event of store.watch({}, signal)) {
        if (event.type === "BOOKMARK") {
          if (!inSnapshot) continue;
          inSnapshot = false;
          for (const [key, resource] of [...known]) if (!snapshot.has(key)) gone(resource);
          if (!synced) {
            synced = true;
            onSynced();
          }
        } else if (event.type === "DELETED") gone(event.resource);
        else {
          if (inSnapshot) snapshot.add(resourceKey(event.resource.kind, event.resource.metadata.name));
          present(event.resource);
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof StoreError && error.reason === "Expired")) log.error({ err: error }, "watching the store failed");
    }
    if (!signal.aborted) await pause(clock, resumeAfterMs, signal);
  }
}
