import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "@bufbuild/protobuf";
import { ApplyAction } from "@remuda/contract/manager";
import { immutableChanges, parseResource, type Resource, ResourceError, type ResourceInput, references } from "@remuda/resources";
import { type ResourceStore, StoreError } from "@remuda/store";
import { finalizer as machineFinalizer } from "../machine/work";
import { inUseFinalizer, protectedKinds } from "../protection/controller";
import { apiError, toApiError } from "./errors";

export interface Applied {
  action: ApplyAction;
  resource: Resource;
}

const maxTries = 10;

/** Applies resources in order; the first that fails ends it, and the error says which. */
export async function applyAll(store: ResourceStore, inputs: readonly JsonObject[], dryRun: boolean): Promise<Applied[]> {
  const applied: Applied[] = [];
  for (const [index, input] of inputs.entries()) {
    try {
      applied.push(await applyOne(store, parseResource(input), dryRun));
    } catch (error) {
      throw toApiError(error, { index: String(index), ...namesOf(input) });
    }
  }
  return applied;
}

async function applyOne(store: ResourceStore, wanted: ResourceInput, dryRun: boolean): Promise<Applied> {
  const { kind } = wanted;
  const { name, uid, resourceVersion } = wanted.metadata;
  for (let tries = 1; ; tries++) {
    const current = await store.get(kind, name);
    if (!current && (uid !== undefined || resourceVersion !== undefined)) {
      throw new StoreError("Conflict", `${kind} ${name} is gone; apply it without uid and resourceVersion to make it anew`);
    }
    try {
      return current ? await update(store, current, wanted, dryRun) : await create(store, wanted, dryRun);
    } catch (error) {
      // Someone was faster. Without a version the caller wants this state, whatever was there before.
      const raced = error instanceof StoreError && error.reason !== "Expired" && tries < maxTries;
      if (!raced || (resourceVersion !== undefined && current)) throw error;
    }
  }
}

async function create(store: ResourceStore, wanted: ResourceInput, dryRun: boolean): Promise<Applied> {
  await refuseDying(store, wanted, undefined);
  const { kind, spec } = wanted;
  const { name, labels, annotations } = wanted.metadata;
  const finalizers = finalizersOf(kind);
  const metadata = { name, ...(labels && { labels }), ...(annotations && { annotations }), ...(finalizers.length > 0 && { finalizers }) };
  if (!dryRun) return { action: ApplyAction.CREATED, resource: await store.create({ kind, metadata, spec }) };
  const unset = { uid: "", resourceVersion: "", generation: 1, creationTimestamp: "" };
  return { action: ApplyAction.CREATED, resource: { apiVersion: wanted.apiVersion, kind, metadata: { ...metadata, ...unset }, spec } };
}

async function update(store: ResourceStore, current: Resource, wanted: ResourceInput, dryRun: boolean): Promise<Applied> {
  const { kind, metadata, spec } = current;
  const { name, uid, resourceVersion, labels, annotations } = wanted.metadata;
  if (uid !== undefined && uid !== metadata.uid)
    throw apiError("CONFLICT", `${kind} ${name} is another one now: its uid is ${metadata.uid}`);
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    throw apiError("CONFLICT", `${kind} ${name} was changed: its version is ${metadata.resourceVersion}, not ${resourceVersion}`);
  }
  const specChanged = !isDeepStrictEqual(spec, wanted.spec);
  if (specChanged) {
    // Labels and annotations may still change: deletion itself can be told something by them.
    if (metadata.deletionTimestamp) throw apiError("CONFLICT", `${kind} ${name} is being deleted; apply it again when it is gone`);
    const violations = immutableChanges(current, wanted);
    if (violations.length > 0) throw new ResourceError(violations);
    await refuseDying(store, wanted, current);
  }
  const next: Resource = { ...current, metadata: { ...metadata, labels, annotations }, spec: wanted.spec };
  const same = !specChanged && isDeepStrictEqual([metadata.labels ?? {}, metadata.annotations ?? {}], [labels ?? {}, annotations ?? {}]);
  if (same) return { action: ApplyAction.UNCHANGED, resource: current };
  return { action: ApplyAction.UPDATED, resource: dryRun ? next : await store.update(next) };
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
