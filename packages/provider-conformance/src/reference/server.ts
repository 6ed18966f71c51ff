import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import {
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerWritableStream,
  type ServiceDefinition,
  type StatusObject,
  type sendUnaryData,
} from "@grpc/grpc-js";
import {
  asProviderError,
  ConsoleServiceService,
  DiskServiceService,
  ImageServiceService,
  OfferServiceService,
  type ProviderError,
  ProviderServiceService,
  SnapshotServiceService,
  toServiceStatus,
} from "@remuda/contract";
import { descriptorSetBase64 } from "@remuda/contract/descriptors";
import {
  HealthCheckResponse_ServingStatus,
  HealthService,
  type ServerReflectionRequest,
  ServerReflectionResponse,
  ServerReflectionService,
} from "@remuda/contract/system";
import { adaptHandlers, type MethodShape } from "./adapt";
import type { Handlers } from "./handler-types";

export interface ServerFaults {
  /** Instead of the contract's own form. */
  encodeError?(error: ProviderError): Partial<StatusObject>;
  health?: HealthCheckResponse_ServingStatus;
  maxMessageBytes?: number;
  /** A request that could not be read came. */
  onMalformed?(): void;
  reflection?(request: ServerReflectionRequest): ServerReflectionResponse;
}

const services: { name: string; definition: { [method: string]: MethodShape } }[] = [
  { name: "ProviderService", definition: ProviderServiceService },
  { name: "SnapshotService", definition: SnapshotServiceService },
  { name: "ImageService", definition: ImageServiceService },
  { name: "DiskService", definition: DiskServiceService },
  { name: "OfferService", definition: OfferServiceService },
  { name: "ConsoleService", definition: ConsoleServiceService },
];

/** Serves the handlers as they are, with nothing in between that could mend them. Answers the port. */
export function serve(
  handlers: Handlers,
  declared: readonly string[],
  faults: ServerFaults,
  port: number,
): Promise<{ server: Server; port: number }> {
  const server = new Server({ "grpc.max_receive_message_length": faults.maxMessageBytes ?? 4 << 20 });
  const encode = (error: unknown) => (faults.encodeError ?? toServiceStatus)(asProviderError(error));
  for (const { name, definition } of services) {
    if (!declared.includes(`remuda.provider.v1.${name}`)) continue;
    const noting = Object.entries(definition).map(([method, shape]) => [
      method,
      { ...shape, requestDeserialize: noteMalformed(shape, faults) },
    ]);
    server.addService(Object.fromEntries(noting) as ServiceDefinition, adaptHandlers(definition, handlers, encode));
  }
  server.addService(HealthService, {
    check: (_: unknown, callback: sendUnaryData<{ status: HealthCheckResponse_ServingStatus }>) =>
      callback(null, { status: faults.health ?? HealthCheckResponse_ServingStatus.SERVING }),
    watch: (call: ServerWritableStream<unknown, unknown>) => call.end(),
  });
  server.addService(ServerReflectionService, {
    serverReflectionInfo: (call: ServerDuplexStream<ServerReflectionRequest, ServerReflectionResponse>) => {
      call.on("data", (request: ServerReflectionRequest) => call.write((faults.reflection ?? ((r) => reflect(r, declared)))(request)));
      call.on("end", () => call.end());
    },
  });
  return new Promise((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve({ server, port: bound });
    });
  });
}

function noteMalformed({ requestDeserialize }: MethodShape, { onMalformed }: ServerFaults) {
  return (bytes: Buffer) => {
    try {
      return requestDeserialize(bytes);
    } catch (error) {
      onMalformed?.();
      throw error;
    }
  };
}

let files: Buffer[] | undefined;
const readFiles = () =>
  fromBinary(FileDescriptorSetSchema, Buffer.from(descriptorSetBase64, "base64")).file.map((each) =>
    Buffer.from(toBinary(FileDescriptorProtoSchema, each)),
  );

function reflect({ messageRequest }: ServerReflectionRequest, declared: readonly string[]): ServerReflectionResponse {
  if (messageRequest?.$case === "listServices") {
    const names = [...declared, "grpc.health.v1.Health"].map((name) => ({ name }));
    return ServerReflectionResponse.create({ messageResponse: { $case: "listServicesResponse", value: { service: names } } });
  }
  files ??= readFiles();
  return ServerReflectionResponse.create({ messageResponse: { $case: "fileDescriptorResponse", value: { fileDescriptorProto: files } } });
}
