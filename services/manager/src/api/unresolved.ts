import { nearest, type Resource, references } from "@remuda/resources";
import type { ResourceStore } from "@remuda/store";

/** A name of something that does not exist. */
export interface UnresolvedReference {
  field: string;
  kind: string;
  name: string;
  /** The existing name that was probably meant; "": none is near. */
  nearest: string;
}

/** For each of the applied resources: what it names and what is neither stored nor among them, as they are in a dry run. */
export async function findUnresolved(store: ResourceStore, applied: readonly Resource[]): Promise<UnresolvedReference[][]> {
  const together = new Set(applied.map((r) => `${r.kind}/${r.metadata.name}`));
  // Many machines name the same few things.
  const nearestOf = new Map<string, string>();
  const found: UnresolvedReference[][] = [];
  for (const resource of applied) {
    const own: UnresolvedReference[] = [];
    for (const { kind, name, path } of references(resource)) {
      const key = `${kind}/${name}`;
      if (together.has(key) || (await store.get(kind, name))) continue;
      if (!nearestOf.has(key)) nearestOf.set(key, nearest(name, await namesOf(store, kind, applied)) ?? "");
      own.push({ field: path, kind, name, nearest: nearestOf.get(key) ?? "" });
    }
    found.push(own);
  }
  return found;
}

async function namesOf(store: ResourceStore, kind: string, applied: readonly Resource[]): Promise<string[]> {
  const { items } = await store.list(kind);
  return [...items, ...applied.filter((r) => r.kind === kind)].map((r) => r.metadata.name);
}
