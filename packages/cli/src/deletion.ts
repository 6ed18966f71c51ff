import type { JsonObject } from "@bufbuild/protobuf";
import type { Api } from "./api/api";
import type { Context } from "./context";
import { textAt } from "./field-path";
import { type ResourceKey, refOf } from "./resource";
import { oneLine } from "./text";
import { type Resources, track } from "./track";
import { createProgressView, waitedTooLong } from "./waiting";

/** Something that was marked for deletion; its name may be taken by another one later. */
export interface Marked extends ResourceKey {
  uid: string;
}

/** Waits until all are gone, and tells of each. */
export async function waitUntilGone(context: Context, api: Api, marked: readonly Marked[], timeout: { text: string; ms: number }) {
  const deadline = context.now() + timeout.ms;
  const view = createProgressView(context);
  for (const kind of new Set(marked.map((m) => m.kind))) {
    const left = new Map(marked.filter((m) => m.kind === kind).map((m) => [m.name, m]));
    const [only] = left.size === 1 ? left.keys() : [];
    const still = (resources: Resources): JsonObject[] =>
      [...left.values()].flatMap((m) => {
        const resource = resources.get(m.name);
        return resource && textAt(resource, "metadata.uid") === m.uid ? [resource] : [];
      });
    const onChange = (resources: Resources) => {
      const there = still(resources);
      const names = new Set(there.map((r) => textAt(r, "metadata.name")));
      for (const m of left.values()) {
        if (names.has(m.name)) continue;
        view.print(`${oneLine(refOf(m))} deleted`);
        left.delete(m.name);
      }
      view.show(new Map(there.map((r) => [textAt(r, "metadata.name"), r])));
      return left.size === 0;
    };
    await track(
      context,
      api,
      { kind, name: only ?? "" },
      {
        timeoutMs: Math.max(1, deadline - context.now()),
        onChange,
        onTimeout: (resources) => waitedTooLong(timeout.text, "deletion", still(resources)),
      },
    ).finally(() => view.done());
  }
}
