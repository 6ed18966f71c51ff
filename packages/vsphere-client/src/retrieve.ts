import { service, type VsphereClient } from "./client";
import { faultOf } from "./error";
import type { VimObjects } from "./gen/types";
import type { MoRef, ObjectType, Vim } from "./schema";
import { closeView, openView, viewFilter } from "./view";

type Step<T, K> = K extends keyof NonNullable<T> ? NonNullable<T>[K] : never;
type At<T, P extends string> = P extends `${infer Head}.${infer Rest}` ? At<Step<T, Head>, Rest> : Step<T, P>;

/** The type of a property, such as "config.hardware.device" of "VirtualMachine". */
export type Property<K extends ObjectType, P extends string> = At<VimObjects[K], P>;
export type Properties<K extends ObjectType, P extends string> = { [path in P]: Property<K, path> | undefined };

export interface Retrieved<K extends ObjectType, P extends string> {
  ref: MoRef;
  /** Undefined: not set, or not readable; then it stands in `refused`. */
  properties: Properties<K, P>;
  refused: readonly Vim<"MissingProperty">[];
}

export interface Retrieval<K extends ObjectType, P extends string> {
  type: K;
  paths: readonly P[];
  /** Objects of the type at any depth in it; the root folder unless told. */
  container?: MoRef;
  /** Only what is directly in the container. */
  shallow?: boolean;
  /** These and nothing else. */
  objects?: readonly MoRef[];
  /** Objects in one answer; 500 unless told. */
  pageSize?: number;
}

/** Objects with some of their properties, a page at a time. A listed object that is gone meanwhile fails with ManagedObjectNotFound. */
export async function* retrieve<K extends ObjectType, const P extends string>(
  client: VsphereClient,
  wanted: Retrieval<K, P>,
  signal: AbortSignal,
): AsyncGenerator<Retrieved<K, P>, void, void> {
  if (wanted.objects) {
    if (wanted.objects.length === 0) return;
    const objectSet = wanted.objects.map((obj) => ({ _typeName: "ObjectSpec" as const, obj, skip: false }));
    const propSet = [{ _typeName: "PropertySpec" as const, type: wanted.type, all: false, pathSet: [...wanted.paths] }];
    return yield* pages(client, { _typeName: "PropertyFilterSpec", propSet, objectSet }, wanted, signal);
  }
  const view = await openView(client, wanted, signal);
  try {
    yield* pages(client, viewFilter(view, wanted.type, wanted.paths), wanted, signal);
  } finally {
    await closeView(client, view, signal);
  }
}

/** All of `retrieve`. */
export async function retrieveAll<K extends ObjectType, const P extends string>(
  client: VsphereClient,
  wanted: Retrieval<K, P>,
  signal: AbortSignal,
): Promise<Retrieved<K, P>[]> {
  const all: Retrieved<K, P>[] = [];
  for await (const object of retrieve(client, wanted, signal)) all.push(object);
  return all;
}

/** Properties of one object; undefined where the server says that it does not exist. */
export async function readObject<K extends ObjectType, const P extends string>(
  client: VsphereClient,
  type: K,
  ref: MoRef,
  paths: readonly P[],
  signal: AbortSignal,
): Promise<Properties<K, P> | undefined> {
  try {
    const [found] = await retrieveAll(client, { type, paths, objects: [ref] }, signal);
    return found?.properties;
  } catch (error) {
    if (faultOf(error, "ManagedObjectNotFound")?.obj.value === ref.value) return undefined;
    throw error;
  }
}

async function* pages<K extends ObjectType, P extends string>(
  client: VsphereClient,
  filter: Vim<"PropertyFilterSpec">,
  { paths, pageSize = 500 }: Retrieval<K, P>,
  signal: AbortSignal,
): AsyncGenerator<Retrieved<K, P>, void, void> {
  const collector = await service(client, "propertyCollector", signal);
  const options = { _typeName: "RetrieveOptions" as const, maxObjects: pageSize };
  let page = await client.call(collector, "RetrievePropertiesEx", { specSet: [filter], options }, signal);
  let token = page?.token;
  try {
    for (;;) {
      for (const content of page?.objects ?? []) yield retrieved<K, P>(content, paths);
      if (token === undefined) return;
      page = await client.call(collector, "ContinueRetrievePropertiesEx", { token }, signal);
      token = page.token;
    }
  } finally {
    // A reader that stops early leaves a page waiting on the server.
    if (token !== undefined && !signal.aborted) await client.call(collector, "CancelRetrievePropertiesEx", { token }, signal);
  }
}

function retrieved<K extends ObjectType, P extends string>(content: Vim<"ObjectContent">, paths: readonly P[]): Retrieved<K, P> {
  const values = new Map(content.propSet?.map(({ name, val }) => [name, unboxed(val)]));
  const properties = Object.fromEntries(paths.map((path) => [path, values.get(path)]));
  return { ref: content.obj, properties: properties as Properties<K, P>, refused: content.missingSet ?? [] }; // Decoded by the tables that the type comes from.
}

/** A value from a field that may hold anything: scalars and arrays as themselves. */
export const unboxed = (value: unknown): unknown =>
  typeof value === "object" && value !== null && "_value" in value ? value._value : value;
