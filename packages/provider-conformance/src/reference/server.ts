import { PassThrough } from "node:stream";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import {
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
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
import type { Handlers } from "./handler-types";

export interface ServerFaults {
  /** Instead of the contract's own form. */
  encodeError?(error: ProviderError): Partial<StatusObject>;
  health?: HealthCheckResponse_ServingStatus;
  reflection?(request: ServerReflectionRequest): ServerReflectionResponse;
}

const services: { name: string; definition: { [method: string]: { path: string; requestStream: boolean; responseStream: boolean } } }[] = [
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
  const server = new Server({ "grpc.max_receive_message_length": 4 << 20 });
  const encode = (error: unknown) => (faults.encodeError ?? toServiceStatus)(asProviderError(error));
  // The generic shape: which of the four it is depends on the method's definition, which the compiler does not see here.
  const table = handlers as unknown as Record<string, (request: unknown, signal: AbortSignal) => unknown>;

  const adapt = (method: string, requestStream: boolean, responseStream: boolean) => {
    const handle = (request: unknown, signal: AbortSignal) => table[method]?.(request, signal);
    if (responseStream) {
      return async (call: ServerWritableStream<unknown, unknown> | ServerDuplexStream<unknown, unknown>) => {
        const stop = new AbortController();
        call.on("cancelled", () => stop.abort());
        try {
          for await (const message of handle(
            requestStream
              ? messagesOf(call as ServerReadableStream<unknown, unknown>)
              : (call as ServerWritableStream<unknown, unknown>).request,
            stop.signal,
          ) as AsyncIterable<unknown>) {
            call.write(message);
          }
          call.end();
        } catch (error) {
          call.emit("error", encode(error));
        }
      };
    }
    return async (call: ServerUnaryCall<unknown, unknown> | ServerReadableStream<unknown, unknown>, callback: sendUnaryData<unknown>) => {
      try {
        callback(
          null,
          await handle(
            requestStream
              ? messagesOf(call as ServerReadableStream<unknown, unknown>)
              : (call as ServerUnaryCall<unknown, unknown>).request,
            new AbortController().signal,
          ),
        );
      } catch (error) {
        callback(encode(error));
      }
    };
  };

  for (const { name, definition } of services) {
    if (!declared.includes(`remuda.provider.v1.${name}`)) continue;
    const methods = Object.entries(definition).map(([method, { requestStream, responseStream }]) => [
      method,
      adapt(method, requestStream, responseStream),
    ]);
    server.addService(definition as typeof ProviderServiceService, Object.fromEntries(methods));
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

/** A stream of its own: an iterator that ends destroys its stream, and with the call's own the answer would be lost. */
const messagesOf = (call: ServerReadableStream<unknown, unknown>) => {
  const messages = new PassThrough({ objectMode: true });
  call.on("cancelled", () => messages.destroy(new Error("the caller hung up")));
  return call.pipe(messages);
};

function reflect({ messageRequest }: ServerReflectionRequest, declared: readonly string[]): ServerReflectionResponse {
  if (messageRequest?.$case === "listServices") {
    const names = [...declared, "grpc.health.v1.Health"].map((name) => ({ name }));
    return ServerReflectionResponse.create({ messageResponse: { $case: "listServicesResponse", value: { service: names } } });
  }
  const { file } = fromBinary(FileDescriptorSetSchema, Buffer.from(descriptorSetBase64, "base64"));
  const fileDescriptorProto = file.map((each) => Buffer.from(toBinary(FileDescriptorProtoSchema, create(FileDescriptorProtoSchema, each))));
  return ServerReflectionResponse.create({ messageResponse: { $case: "fileDescriptorResponse", value: { fileDescriptorProto } } });
}
