export {
  type NewResource,
  type ResourceEvent,
  type ResourceStore,
  StoreError,
  type StoreErrorReason,
  type StoreEvent,
  type WatchOptions,
} from "./resource-store";
