// The services that every gRPC server of Remuda has beside its own: health and reflection, for grpc-js.
export { HealthCheckResponse_ServingStatus, HealthClient, type HealthServer, HealthService } from "./gen/grpc/grpc/health/v1/health";
export {
  ServerReflectionClient,
  ServerReflectionRequest,
  ServerReflectionResponse,
  type ServerReflectionServer,
  ServerReflectionService,
} from "./gen/grpc/grpc/reflection/v1/reflection";
export {
  type ServerReflectionServer as ServerReflectionAlphaServer,
  ServerReflectionService as ServerReflectionAlphaService,
} from "./gen/grpc/grpc/reflection/v1alpha/reflection";
