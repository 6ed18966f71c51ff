import type { ConnectRouter } from "@connectrpc/connect";
import { descriptorSetBase64 } from "@remuda/contract/descriptors";
import { Health, HealthCheckResponse_ServingStatus, ServerReflection, ServerReflectionAlpha } from "@remuda/contract/manager";
import type { ReflectionQuestion } from "@remuda/contract/reflection";
import { createReflection } from "@remuda/contract/reflection";
import { StoreError } from "@remuda/store";

/** What every gRPC server has: health and reflection, of which grpcurl and buf curl live. */
export function systemRoutes(router: ConnectRouter, services: readonly string[], closing: AbortSignal): void {
  const known = new Set(["", ...services]);
  const status = () => (closing.aborted ? HealthCheckResponse_ServingStatus.NOT_SERVING : HealthCheckResponse_ServingStatus.SERVING);
  router.service(Health, {
    check({ service }) {
      if (!known.has(service)) throw new StoreError("NotFound", `there is no service ${service}`);
      return { status: status() };
    },
    async *watch({ service }, { signal }) {
      yield { status: known.has(service) ? status() : HealthCheckResponse_ServingStatus.SERVICE_UNKNOWN };
      const ending = AbortSignal.any([signal, closing]);
      if (!ending.aborted) await new Promise((resolve) => ending.addEventListener("abort", resolve, { once: true }));
      if (!signal.aborted) yield { status: status() };
    },
  });

  const answer = createReflection(Buffer.from(descriptorSetBase64, "base64"), services);
  router.service(ServerReflection, {
    async *serverReflectionInfo(requests) {
      for await (const request of requests) yield { originalRequest: request, messageResponse: answer(asked(request.messageRequest)) };
    },
  });
  router.service(ServerReflectionAlpha, {
    async *serverReflectionInfo(requests) {
      for await (const request of requests) yield { originalRequest: request, messageResponse: answer(asked(request.messageRequest)) };
    },
  });
}

const asked = (question: ReflectionQuestion | { case: undefined }): ReflectionQuestion | undefined =>
  question.case === undefined ? undefined : question;
