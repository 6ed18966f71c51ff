export type { StoreClock, StoreOptions } from "./core";
export { createMemoryStore } from "./memory";
export {
  type NewResource,
  type ResourceEvent,
  type ResourceStore,
  StoreError,
  type StoreErrorReason,
  type StoreEvent,
  UnwritableError,
  type WatchOptions,
} from "./resource-store";
export { createSqliteStore, type SqliteStoreOptions } from "./sqlite";
