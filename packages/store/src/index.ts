export { createStore, type StoreClock, type StoreOptions } from "./core";
export type { Batch, Driver, StoredEvent } from "./driver";
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
