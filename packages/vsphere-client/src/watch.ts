import { service, type VsphereClient } from "./client";
import { type Properties, unboxed } from "./retrieve";
import type { MoRef, Vim } from "./schema";
import { updates } from "./updates";
import { machinesFilter } from "./view";

export type MachineChange<P extends string> =
  /** It is there: all that is known of it, and nothing that was known before. */
  | { kind: "enter"; ref: MoRef; properties: Partial<Properties<"VirtualMachine", P>> }
  /** These are what they are now; undefined: not set any more. `stale` names what changed in a part that must be read anew. */
  | { kind: "modify"; ref: MoRef; properties: Partial<Properties<"VirtualMachine", P>>; stale: readonly P[] }
  /** It is gone, or not to be seen any more. */
  | { kind: "leave"; ref: MoRef };

export interface MachineChanges<P extends string> {
  events: readonly MachineChange<P>[];
  /** False while the first picture is not complete. */
  complete: boolean;
}

/** Every machine that the account can see, then every change: one collector, however many machines. It fails when its session ends; begin anew. */
export async function* watchMachines<const P extends string>(
  client: VsphereClient,
  paths: readonly P[],
  signal: AbortSignal,
): AsyncGenerator<MachineChanges<P>, void, void> {
  const root = await service(client, "rootFolder", signal);
  let complete = false;
  for await (const { filterSet, truncated } of updates(client, machinesFilter(root, paths), {}, signal)) {
    complete ||= truncated !== true;
    const events = (filterSet ?? []).flatMap(({ objectSet }) => objectSet ?? []).map((update) => toEvent<P>(update, paths));
    yield { events, complete };
  }
}

function toEvent<P extends string>({ kind, obj, changeSet }: Vim<"ObjectUpdate">, paths: readonly P[]): MachineChange<P> {
  if (kind === "leave") return { kind, ref: obj };
  const properties: Partial<Record<P, unknown>> = {};
  const stale = new Set<P>();
  for (const { name, op, val } of changeSet ?? []) {
    const path = paths.find((wanted) => wanted === name);
    if (path) properties[path] = op === "assign" || op === "add" ? unboxed(val) : undefined;
    else for (const wanted of paths) if (covers(wanted, name) || covers(name, wanted)) stale.add(wanted);
  }
  const known = properties as Partial<Properties<"VirtualMachine", P>>; // Decoded by the tables that the type comes from.
  return kind === "enter" ? { kind, ref: obj, properties: known } : { kind, ref: obj, properties: known, stale: [...stale] };
}

/** "config" covers "config.name" and "config[1]". */
const covers = (path: string, name: string): boolean => name.startsWith(path) && (name[path.length] === "." || name[path.length] === "[");
