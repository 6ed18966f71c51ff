import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "@bufbuild/protobuf";
import { ApplyAction } from "@remuda/contract/manager";
import { immutableChanges, parseResource, type Resource, ResourceError, type ResourceInput, references } from "@remuda/resources";
import { type ResourceStore, StoreError } from "@remuda/store";
import { finalizer as machineFinalizer } from "../machine/work";
import { inUseFinalizer, protectedKinds } from "../protection/controller";
import { apiError, toApiError } from "./errors";
import { findUnresolved, type UnresolvedReference } from "./unresolved";

interface Written {
  action: ApplyAction;
  resource: Resource;
}

export interface Applied extends Written {
  /** What it names and what is not there yet. */
  unresolved: UnresolvedReference[];
}

const maxTries = 10;

/**
 * Applies resources in order; the first that is refused ends it, and the error says which. Each is judged when all before it have been;
 * only the writes go on side by side, so that many become durable at once.
 */
export async function applyAll(store: ResourceStore, inputs: readonly JsonObject[], dryRun: boolean): Promise<Applied[]> {
  const writes: Promise<Written>[] = [];
  let refused: { error: unknown } | undefined;
  for (const [index, input] of inputs.entries()) {
    const told = (error: unknown) => toApiError(error, { index: String(index), ...namesOf(input) });
    try {
      const wanted = parseResource(input);
      const write = await judge(store, wanted, dryRun);
      writes.push(persist(store, wanted, dryRun, write).catch((error) => Promise.reject(told(error))));
    } catch (error) {
      refused = { error: told(error) };
      break;
    }
  }
  // A write that fails is of an earlier resource than the one that was refused.
  const applied: Written[] = [];
  const results = await Promise.allSettled(writes);
  for (const result of results) {
    if (result.status === "rejected") throw result.reason;
    applied.push(result.value);
  }
  if (refused) throw refused.error;
  const unresolved = await findUnresolved(
    store,
    applied.map((a) => a.resource),
  );
  return applied.map((a, i) => ({ ...a, unresolved: unresolved[i] ?? [] }));
}

type Write = () => Promise<Written>;

/** What is to be done with the resource as the store is now. Throws what is wrong with it. */
async function judge(store: ResourceStore, wanted: ResourceInput, dryRun: boolean): Promise<Write> {
  const { kind } = wanted;
  const { name, uid, resourceVersion } = wanted.metadata;
  const current = await store.get(kind, name);
  if (current) return update(store, current, wanted, dryRun);
  if (uid !== undefined || resourceVersion !== undefined) {
    throw new StoreError("Conflict", `${kind} ${name} is gone; apply it without uid and resourceVersion to make it anew`);
  }
  return create(store, wanted, dryRun);
}

/** If someone was faster, it is judged anew: without a version the caller wants this state, whatever was there before. */
async function persist(store: ResourceStore, wanted: ResourceInput, dryRun: boolean, first: Write): Promise<Written> {
  let write = first;
  for (let tries = 1; ; tries++) {
    try {
      return await write();
    } catch (error) {
      const raced = error instanceof StoreError && error.reason !== "Expired" && tries < maxTries;
      if (!raced || wanted.metadata.resourceVersion !== undefined) throw error;
    }
    write = await judge(store, wanted, dryRun);
  }
}

async function create(store: ResourceStore, wanted: ResourceInput, dryRun: boolean): Promise<Write> {
  await refuseDying(store, wanted, undefined);
  const { kind, spec } = wanted;
  const { name, labels, annotations } = wanted.metadata;
  const finalizers = finalizersOf(kind);
  const metadata = { name, ...(labels && { labels }), ...(annotations && { annotations }), ...(finalizers.length > 0 && { finalizers }) };
  const unset = { uid: "", resourceVersion: "", generation: 1, creationTimestamp: "" };
  // Told from the start: a machine that stands in line for its provider gets its first word late.
  const made = { kind, metadata, spec, ...(kind === "VirtualMachine" && { status: { phase: "Pending" } }) };
  const planned: Resource = { apiVersion: wanted.apiVersion, ...made, metadata: { ...metadata, ...unset } };
  return async () => ({ action: ApplyAction.CREATED, resource: dryRun ? planned : await store.create(made) });
}

async function update(store: ResourceStore, current: Resource, wanted: ResourceInput, dryRun: boolean): Promise<Write> {
  const { kind, metadata, spec } = current;
  const { name, uid, resourceVersion, labels, annotations } = wanted.metadata;
  if (uid !== undefined && uid !== metadata.uid)
    throw apiError("CONFLICT", `${kind} ${name} is another one now: its uid is ${metadata.uid}`);
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    throw apiError("CONFLICT", `${kind} ${name} was changed: its version is ${metadata.resourceVersion}, not ${resourceVersion}`);
  }
  const specChanged = !isDeepStrictEqual(spec, wanted.spec);
  if (metadata.deletionTimestamp && (specChanged || !tellsMore(metadata.annotations, annotations))) throw beingDeleted(current);
  if (specChanged) {
    const violations = immutableChanges(current, wanted);
    if (violations.length > 0) throw new ResourceError(violations);
    await refuseDying(store, wanted, current);
  }
  const next: Resource = { ...current, metadata: { ...metadata, labels, annotations }, spec: wanted.spec };
  const same = !specChanged && isDeepStrictEqual([metadata.labels ?? {}, metadata.annotations ?? {}], [labels ?? {}, annotations ?? {}]);
  if (same) return () => Promise.resolve({ action: ApplyAction.UNCHANGED, resource: current });
  return async () => ({ action: ApplyAction.UPDATED, resource: dryRun ? next : await store.update(next) });
}

/** Deletion itself can be told something by an annotation. */
const tellsMore = (before: Record<string, string> = {}, after: Record<string, string> = {}) =>
  Object.entries(after).some(([key, value]) => before[key] !== value);

function beingDeleted({ kind, metadata }: Resource): Error {
  const { name, deletionTimestamp = "", finalizers = [] } = metadata;
  return apiError(
    "CONFLICT",
    `${kind} ${name} is being deleted since ${deletionTimestamp}, and waits for ${finalizers.join(", ")}; apply it again when it is gone`,
    { metadata: { deletionTimestamp } },
  );
}

/** A reference to what is being deleted would keep it for ever. */
async function refuseDying(store: ResourceStore, wanted: ResourceInput, current: Resource | undefined): Promise<void> {
  const had = new Set((current ? references(current) : []).map((r) => `${r.kind}/${r.name}`));
  for (const { kind, name, path } of references(wanted)) {
    if (had.has(`${kind}/${name}`)) continue;
    const target = await store.get(kind, name);
    if (target?.metadata.deletionTimestamp)
      throw apiError("CONFLICT", `${path}: ${kind} ${name} is being deleted`, { metadata: { field: path } });
  }
}

const finalizersOf = (kind: string): string[] => {
  if (kind === "VirtualMachine") return [machineFinalizer];
  return protectedKinds.includes(kind) ? [inUseFinalizer] : [];
};

/** For the error alone: nothing here has been checked yet. */
function namesOf(input: JsonObject): Record<string, string> {
  const { kind, metadata } = input;
  const name = typeof metadata === "object" && metadata !== null && !Array.isArray(metadata) ? metadata.name : undefined;
  return { ...(typeof kind === "string" && { kind }), ...(typeof name === "string" && { name }) };
}
