import type { JsonObject } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import type { ManagerService } from "@remuda/contract/manager";
import { explain, type KindInfo, kinds, lookupKind } from "@remuda/resources";
import { type ResourceStore, StoreError } from "@remuda/store";
import type { Registry } from "prom-client";
import { version } from "../../package.json";
import { activityOf } from "./activity";
import { applyAll } from "./apply";
import { listPage } from "./list";
import { createOwnershipCalls, type Ownership } from "./ownership";
import { requireKind, requireName } from "./select";
import { toStruct, watchResources } from "./watch";

const defaultEvents = 100;

/** The manager's API over a store. */
export function createManagerService(
  store: ResourceStore,
  startedAtMs: number,
  { registry, ownership }: { registry?: Registry; ownership?: Ownership } = {},
): ServiceImpl<typeof ManagerService> {
  return {
    ...createOwnershipCalls(store, ownership),
    async apply({ resources, dryRun }) {
      const applied = await applyAll(store, resources, dryRun);
      return { results: applied.map(({ resource, ...told }) => ({ ...told, resource: toStruct(resource) })) };
    },
    async get(request) {
      const kind = requireKind(request.kind);
      const resource = await store.get(kind, requireName(request.name));
      if (!resource) throw notFound(kind, request.name);
      return { resource: toStruct(resource) };
    },
    async list(request) {
      const { resources, nextPageToken, resourceVersion } = await listPage(store, request);
      return { resources: resources.map(toStruct), nextPageToken, resourceVersion };
    },
    async delete(request) {
      const kind = requireKind(request.kind);
      const name = requireName(request.name);
      const current = await store.get(kind, name);
      if (!current) throw notFound(kind, name);
      const precondition = request.uid === "" ? {} : { uid: request.uid };
      if (request.dryRun) {
        if (precondition.uid !== undefined && precondition.uid !== current.metadata.uid) {
          throw new StoreError("Conflict", `${kind} ${name} is another one now: its uid is ${current.metadata.uid}`);
        }
        return { resource: toStruct(current) };
      }
      const resource = await store.delete(kind, name, precondition);
      return { resource: resource && toStruct(resource) };
    },
    watch: (request, { signal }) => watchResources(store, request, signal),
    explain: ({ kind, path }) => ({ kinds: kind === "" ? Object.keys(kinds).map(summary) : [wireKind(explain(kind, path))] }),
    async listEvents({ kind, name, limit, uid }) {
      const most = limit || defaultEvents;
      const found = await store.events({
        kind: kind === "" ? undefined : lookupKind(kind).kind,
        name: name === "" ? undefined : name,
        // Those of others count for nothing.
        limit: uid === "" ? most : undefined,
      });
      const wanted = uid === "" ? found : found.filter((event) => event.uid === uid).slice(-most);
      return {
        events: wanted.map(({ firstTime, lastTime, ...event }) => ({
          ...event,
          firstTime: timestampFromMs(Date.parse(firstTime)),
          lastTime: timestampFromMs(Date.parse(lastTime)),
        })),
      };
    },
    async getActivity() {
      return { ...(await activityOf(store, registry)), startTime: timestampFromMs(startedAtMs) };
    },
    async getInfo() {
      return {
        version,
        owner: await store.ownerId(),
        resourceVersion: await store.resourceVersion(),
        startTime: timestampFromMs(startedAtMs),
      };
    },
  };
}

/** Protobuf's messages have lists of their own, and every field. */
const wireKind = (info: KindInfo) => ({
  ...info,
  shortNames: [...info.shortNames],
  conditions: [...info.conditions],
  phases: [...info.phases],
  columns: [...info.columns],
  // A JSON Schema is JSON.
  jsonSchema: info.jsonSchema as JsonObject,
});

const summary = (kind: string) => ({ ...wireKind(explain(kind)), fields: [] });

const notFound = (kind: string, name: string) => new StoreError("NotFound", `there is no ${kind} ${name}`);
