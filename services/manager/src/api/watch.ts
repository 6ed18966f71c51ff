import type { JsonObject, MessageInitShape } from "@bufbuild/protobuf";
import { WatchEventType, type WatchResponseSchema } from "@remuda/contract/manager";
import { lookupKind, type Resource, ResourceError } from "@remuda/resources";
import type { ResourceStore } from "@remuda/store";
import { selection } from "./select";

export interface WatchQuery {
  kind: string;
  name: string;
  labelSelector: string;
  fieldSelector: string;
  resourceVersion: string;
}

type WatchMessage = MessageInitShape<typeof WatchResponseSchema>;

const types = {
  ADDED: WatchEventType.ADDED,
  MODIFIED: WatchEventType.MODIFIED,
  DELETED: WatchEventType.DELETED,
} as const;

// After so many changes that did not concern it, a watcher is told how far it is, so that it can resume from there.
const bookmarkEvery = 1000;

/** Matching resources, a bookmark, then changes. A resource that ceases to match is DELETED, one that begins to is ADDED. */
export async function* watchResources(store: ResourceStore, query: WatchQuery, signal: AbortSignal): AsyncGenerator<WatchMessage> {
  const kind = query.kind === "" ? undefined : lookupKind(query.kind).kind;
  if (!/^\d*$/.test(query.resourceVersion)) {
    throw new ResourceError([
      { path: "resourceVersion", message: `expected a version such as "42", got ${JSON.stringify(query.resourceVersion.slice(0, 40))}` },
    ]);
  }
  const selected = selection(kind, query.labelSelector, query.fieldSelector);
  const matches = (resource: Resource) => (query.name === "" || resource.metadata.name === query.name) && (!selected || selected(resource));
  const resumed = query.resourceVersion !== "";
  // Only a selector can make a resource come and go without being made or deleted.
  const told = selected && new Map<string, boolean>();
  let silent = 0;

  for await (const event of store.watch({ kind, sinceVersion: resumed ? query.resourceVersion : undefined }, signal)) {
    const { resourceVersion } = event;
    if (event.type === "BOOKMARK") {
      yield { type: WatchEventType.BOOKMARK, resourceVersion };
      continue;
    }
    const { resource } = event;
    const uid = resource.metadata.uid;
    const matched = matches(resource);
    let type: WatchEventType | undefined = matched ? types[event.type] : undefined;
    if (told) {
      // What a resumed watcher was told before the break is not known: it is told of a leaving rather once too often.
      const before = told.get(uid) ?? resumed;
      if (event.type === "DELETED") type = before || matched ? types.DELETED : undefined;
      else if (!matched) type = before && (query.name === "" || resource.metadata.name === query.name) ? types.DELETED : undefined;
      else if (!before && event.type === "MODIFIED") type = types.ADDED;
      if (event.type === "DELETED") told.delete(uid);
      else told.set(uid, matched);
    }
    if (type !== undefined) yield { type, resource: toStruct(resource), resourceVersion };
    else if (++silent < bookmarkEvery) continue;
    else yield { type: WatchEventType.BOOKMARK, resourceVersion };
    silent = 0;
  }
}

/** A stored resource is JSON by its nature. */
export const toStruct = (resource: Resource): JsonObject => resource as unknown as JsonObject;
