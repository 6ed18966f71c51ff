// The manager's API, for Connect clients and servers.
export * as errorDetails from "./gen/connect/google/rpc/error_details_pb";
export {
  ApplyAction,
  type ApplyResult,
  type Event,
  type FieldInfo,
  type KindInfo,
  ManagerService,
  type PrinterColumn,
  WatchEventType,
  type WatchResponse,
} from "./gen/connect/remuda/manager/v1/manager_pb";
