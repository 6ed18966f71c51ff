import type { VsphereClient } from "./client";
import { type Properties, unboxed } from "./retrieve";
import type { MoRef, ObjectType, Vim } from "./schema";
import { updates } from "./updates";
import { closeView, openView, viewFilter } from "./view";

export interface Watched<K extends ObjectType, P extends string> {
  type: K;
  paths: readonly P[];
  /** Objects of the type at any depth in it; the root folder unless told. */
  container?: MoRef;
}

export type ObjectEvent<K extends ObjectType, P extends string> =
  /** It is in the container: all that is known of it, and nothing that was known before. */
  | { kind: "enter"; ref: MoRef; properties: Partial<Properties<K, P>> }
  /** These are what they are now; undefined: not set any more. `stale` names what changed in a part that must be read anew. */
  | { kind: "modify"; ref: MoRef; properties: Partial<Properties<K, P>>; stale: readonly P[] }
  /** It is gone, or left the container. */
  | { kind: "leave"; ref: MoRef };

export interface WatchedChanges<K extends ObjectType, P extends string> {
  events: readonly ObjectEvent<K, P>[];
  /** False while the first picture is not complete. */
  complete: boolean;
}

/** Every object of a type, then every change of it: one view and one collector, however many objects. */
export async function* watch<K extends ObjectType, const P extends string>(
  client: VsphereClient,
  { type, paths, container }: Watched<K, P>,
  signal: AbortSignal,
): AsyncGenerator<WatchedChanges<K, P>, void, void> {
  const view = await openView(client, { type, container }, signal);
  try {
    let complete = false;
    for await (const { filterSet, truncated } of updates(client, viewFilter(view, type, paths), {}, signal)) {
      complete ||= truncated !== true;
      const events = (filterSet ?? []).flatMap(({ objectSet }) => objectSet ?? []).map((update) => toEvent<K, P>(update, paths));
      yield { events, complete };
    }
  } finally {
    await closeView(client, view, signal);
  }
}

function toEvent<K extends ObjectType, P extends string>(
  { kind, obj, changeSet }: Vim<"ObjectUpdate">,
  paths: readonly P[],
): ObjectEvent<K, P> {
  if (kind === "leave") return { kind, ref: obj };
  const properties: Partial<Record<P, unknown>> = {};
  const stale = new Set<P>();
  for (const { name, op, val } of changeSet ?? []) {
    const path = paths.find((wanted) => wanted === name);
    if (path) properties[path] = op === "assign" || op === "add" ? unboxed(val) : undefined;
    else for (const wanted of paths) if (covers(wanted, name) || covers(name, wanted)) stale.add(wanted);
  }
  const known = properties as Partial<Properties<K, P>>; // Decoded by the tables that the type comes from.
  return kind === "enter" ? { kind, ref: obj, properties: known } : { kind, ref: obj, properties: known, stale: [...stale] };
}

/** "config" covers "config.name" and "config[1]". */
const covers = (path: string, name: string): boolean => name.startsWith(path) && (name[path.length] === "." || name[path.length] === "[");
