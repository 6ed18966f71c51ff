import { apiVersion, type Metadata, type Resource } from "@remuda/resources";
import type { Change } from "./change-log";
import { frozenCopy } from "./json";
import { type NewResource, StoreError } from "./resource-store";

/** What a write makes of a resource; without a type it changes nothing. */
export interface Decision {
  type?: Change["type"];
  resource: Resource;
}

export function decideCreate(current: Resource | undefined, input: NewResource, uid: string, now: string): Decision {
  const { kind, metadata, spec, status } = input;
  const { name } = metadata;
  if (current) throw new StoreError("AlreadyExists", `${kind} ${name} exists already`);
  const creation = { uid, resourceVersion: "", generation: 1, creationTimestamp: now };
  return {
    type: "ADDED",
    resource: {
      apiVersion,
      kind,
      metadata: { name, ...present(frozenCopy(metadata)), ...creation },
      spec: frozenCopy(spec),
      ...(status === undefined ? {} : { status: frozenCopy(status) }),
    },
  };
}

export function decideUpdate(found: Resource | undefined, resource: Resource): Decision {
  const current = expectVersion(found, resource);
  const before = present(current.metadata);
  const wanted = frozenCopy(present(resource.metadata), before);
  const spec = frozenCopy(resource.spec, current.spec);
  if (spec === current.spec && wanted === before) return { resource: current };
  const { labels: _l, annotations: _a, finalizers: _f, ...set } = current.metadata;
  const generation = set.generation + (spec === current.spec ? 0 : 1);
  const gone = set.deletionTimestamp !== undefined && wanted.finalizers === undefined;
  return { type: gone ? "DELETED" : "MODIFIED", resource: { ...current, metadata: { ...set, ...wanted, generation }, spec } };
}

export function decideStatus(found: Resource | undefined, resource: Resource): Decision {
  const current = expectVersion(found, resource);
  const status = frozenCopy(resource.status, current.status);
  if (status === current.status) return { resource: current };
  const { status: _, ...rest } = current;
  return { type: "MODIFIED", resource: status === undefined ? rest : { ...rest, status } };
}

export function decideDelete(current: Resource, precondition: { uid?: string; resourceVersion?: string }, now: string): Decision {
  check(current, precondition);
  const { finalizers, deletionTimestamp } = current.metadata;
  if (finalizers === undefined) return { type: "DELETED", resource: current };
  if (deletionTimestamp !== undefined) return { resource: current };
  return { type: "MODIFIED", resource: { ...current, metadata: { ...current.metadata, deletionTimestamp: now } } };
}

export const notFound = (kind: string, name: string) => new StoreError("NotFound", `there is no ${kind} ${name}`);

/** The metadata as it is stored and shown: in one order, and an empty list or map like none. */
export function arrange({ name, labels, annotations, finalizers, ...set }: Metadata, resourceVersion: string): Metadata {
  return { name, ...present({ labels, annotations }), ...set, resourceVersion, ...present({ finalizers }) };
}

function present({ labels, annotations, finalizers }: Pick<Partial<Metadata>, "labels" | "annotations" | "finalizers">) {
  return {
    ...(labels && Object.keys(labels).length > 0 ? { labels } : {}),
    ...(annotations && Object.keys(annotations).length > 0 ? { annotations } : {}),
    ...(finalizers && finalizers.length > 0 ? { finalizers } : {}),
  };
}

function expectVersion(current: Resource | undefined, { kind, metadata }: Resource): Resource {
  if (!current) throw notFound(kind, metadata.name);
  check(current, { uid: metadata.uid, resourceVersion: metadata.resourceVersion });
  return current;
}

function check({ kind, metadata }: Resource, { uid, resourceVersion }: { uid?: string; resourceVersion?: string }) {
  if (uid !== undefined && uid !== metadata.uid) {
    throw new StoreError("Conflict", `${kind} ${metadata.name} is another one now: its uid is ${metadata.uid}, not ${uid}`);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    throw new StoreError(
      "Conflict",
      `${kind} ${metadata.name} was changed: its version is ${metadata.resourceVersion}, not ${resourceVersion}`,
    );
  }
}
