// The manager's API, for Connect clients and servers.
export * as errorDetails from "./gen/connect/google/rpc/error_details_pb";
export { Health, HealthCheckResponse_ServingStatus } from "./gen/connect/grpc/health/v1/health_pb";
export { ServerReflection } from "./gen/connect/grpc/reflection/v1/reflection_pb";
export { ServerReflection as ServerReflectionAlpha } from "./gen/connect/grpc/reflection/v1alpha/reflection_pb";
export {
  ApplyAction,
  type ApplyResult,
  type Event,
  type FieldInfo,
  type KindInfo,
  ManagerService,
  type PlatformMachine,
  type PrinterColumn,
  WatchEventType,
  type WatchResponse,
  WatchResponseSchema,
} from "./gen/connect/remuda/manager/v1/manager_pb";
