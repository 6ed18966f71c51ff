import type { StoreOptions } from "./core";
import type { NewResource, ResourceStore } from "./resource-store";

/** A new, empty store. */
export type Open = (options?: StoreOptions) => ResourceStore;

/** A small resource to create. */
export const thing = (name: string, more: Partial<NewResource> & { finalizers?: string[] } = {}): NewResource => {
  const { finalizers, ...rest } = more;
  return { kind: "Thing", metadata: { name, ...(finalizers && { finalizers }) }, spec: { size: 1 }, ...rest };
};

/** "ok", or why a store refused. */
export const reason = (promise: Promise<unknown>) =>
  promise.then(
    () => "ok",
    (error: unknown) => (error instanceof Error && "reason" in error ? error.reason : error),
  );
