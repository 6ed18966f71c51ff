import { isDeepStrictEqual } from "node:util";
import type { Resource } from "@remuda/resources";
import { type ResourceStore, StoreError } from "@remuda/store";

/** Writes what `next` makes of the newest status, if that differs. A resource that is gone meanwhile, or another by then, is let be. */
export async function saveStatus<Status extends object>(
  store: ResourceStore,
  resource: Resource<unknown, Status>,
  next: (status: Status | undefined) => Status,
): Promise<void> {
  for (let newest: Resource | undefined = resource; newest?.metadata.uid === resource.metadata.uid; ) {
    // A kind's statuses are written by its own controller alone.
    const status = next(newest.status as Status | undefined);
    if (isDeepStrictEqual(status, newest.status)) return;
    try {
      await store.updateStatus({ ...newest, status });
      return;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (error.reason === "NotFound") return;
      newest = await store.get(resource.kind, resource.metadata.name);
    }
  }
}
