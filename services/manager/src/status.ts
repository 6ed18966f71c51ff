import { isDeepStrictEqual } from "node:util";
import type { Resource } from "@remuda/resources";
import { type ResourceStore, StoreError } from "@remuda/store";

/** Writes over the newest state, however often others are faster. Undefined: the resource is gone meanwhile, or another by then. */
export async function overNewest<R extends Resource>(
  store: ResourceStore,
  resource: R,
  write: (newest: R) => Promise<R>,
): Promise<R | undefined> {
  const { kind, metadata } = resource;
  for (let newest: R | undefined = resource; newest?.metadata.uid === metadata.uid; ) {
    try {
      return await write(newest);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (error.reason === "NotFound") return undefined;
      if (error.reason !== "Conflict") throw error;
      // The store keeps each kind with its own shape.
      newest = (await store.get(kind, metadata.name)) as R | undefined;
    }
  }
  return undefined;
}

/** Writes what `next` makes of the newest status, if that differs. A resource that is gone meanwhile, or another by then, is let be. */
export async function saveStatus<Status extends object>(
  store: ResourceStore,
  resource: Resource<unknown, Status>,
  next: (status: Status | undefined) => Status,
): Promise<void> {
  await overNewest<Resource>(store, resource, (newest) => {
    // A kind's statuses are written by its own controller alone.
    const status = next(newest.status as Status | undefined);
    return isDeepStrictEqual(status, newest.status) ? Promise.resolve(newest) : store.updateStatus({ ...newest, status });
  });
}
