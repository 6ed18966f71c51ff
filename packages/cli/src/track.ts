import type { JsonObject } from "@bufbuild/protobuf";
import type { Api, Selection } from "./api/api";
import type { Context } from "./context";
import { CliError } from "./exit-status";
import { textAt } from "./field-path";
import { keyOf, refOf } from "./resource";

/** By name; where several kinds are followed at once, by "kind/name" as refOf writes it. */
export type Resources = ReadonlyMap<string, JsonObject>;

export interface TrackOptions {
  /** undefined: as long as it takes. */
  timeoutMs?: number;
  /** Which are kept, where a watch can't be asked for just those; left out: all. */
  keeps?(resource: JsonObject): boolean;
  /** Told once what was there is known, and after every change with what changed; true ends the tracking. */
  onChange(resources: Resources, changed?: string): boolean;
  /** What is said when the time has passed. */
  onTimeout(resources: Resources): CliError;
}

/** Follows resources until they are as wanted, through breaks of the connection. */
export async function track(context: Context, api: Api, selection: Selection, options: TrackOptions): Promise<void> {
  const deadline = options.timeoutMs === undefined ? undefined : AbortSignal.timeout(options.timeoutMs);
  const ended = new AbortController();
  const signal = AbortSignal.any([ended.signal, ...(deadline ? [deadline] : [])]);
  const idOf = (resource: JsonObject) => (selection.kind === "" ? refOf(keyOf(resource)) : textAt(resource, "metadata.name"));
  let resources = new Map<string, JsonObject>();
  let synced = false;
  try {
    for await (const change of api.watch(selection, signal)) {
      let changed: string | undefined;
      if (change.type === "reset") [resources, synced] = [new Map<string, JsonObject>(), false];
      else if (change.type === "synced") synced = true;
      else {
        if (options.keeps?.(change.resource) === false) continue;
        changed = idOf(change.resource);
        if (change.type === "gone") resources.delete(changed);
        else resources.set(changed, change.resource);
      }
      if (synced && options.onChange(resources, changed)) return;
    }
  } finally {
    ended.abort();
  }
  if (context.signal.aborted) throw new CliError("INTERRUPTED", "interrupted");
  throw options.onTimeout(resources);
}
