import type { handleBidiStreamingCall } from "@grpc/grpc-js";
import { createReflection, type ReflectionAnswer, type ReflectionQuestion } from "@remuda/contract/reflection";
import type { ServerReflectionRequest, ServerReflectionResponse, ServerReflectionServer } from "@remuda/contract/system";

/** grpc.reflection for v1 and v1alpha, whose messages are the same on the wire. */
export function createReflectionService(descriptorSet: Uint8Array, services: readonly string[], draining: AbortSignal) {
  const answer = createReflection(descriptorSet, services);
  const serverReflectionInfo: handleBidiStreamingCall<ServerReflectionRequest, ServerReflectionResponse> = (call) => {
    const end = () => call.end();
    const over = () => draining.removeEventListener("abort", end);
    draining.addEventListener("abort", end, { once: true });
    call.once("cancelled", over);
    call.on("data", (request: ServerReflectionRequest) => {
      call.write({ validHost: request.host, originalRequest: request, messageResponse: toWire(answer(fromWire(request))) });
    });
    call.on("end", end);
  };
  return { serverReflectionInfo } satisfies ServerReflectionServer;
}

function fromWire({ messageRequest }: ServerReflectionRequest): ReflectionQuestion | undefined {
  if (!messageRequest) return undefined;
  if (messageRequest.$case === "fileContainingExtension") return { case: messageRequest.$case, value: messageRequest.value };
  return { case: messageRequest.$case, value: messageRequest.value };
}

function toWire(answer: ReflectionAnswer): ServerReflectionResponse["messageResponse"] {
  if (answer.case === "fileDescriptorResponse") {
    return { $case: answer.case, value: { fileDescriptorProto: answer.value.fileDescriptorProto.map((bytes) => Buffer.from(bytes)) } };
  }
  if (answer.case === "listServicesResponse") return { $case: answer.case, value: answer.value };
  if (answer.case === "errorResponse") return { $case: answer.case, value: answer.value };
  return { $case: answer.case, value: answer.value };
}
