import type { ConnectRouter } from "@connectrpc/connect";
import { descriptorSetBase64 } from "@remuda/contract/descriptors";
import { Health, HealthCheckResponse_ServingStatus, ServerReflection, ServerReflectionAlpha } from "@remuda/contract/manager";
import type { ReflectionQuestion } from "@remuda/contract/reflection";
import { createReflection } from "@remuda/contract/reflection";
import { type Clock, pause } from "@remuda/reconciler";
import { type ResourceStore, StoreError } from "@remuda/store";

const lookAtStoreMs = 1_000;

/** What every gRPC server has: health and reflection, of which grpcurl and buf curl live. */
export function systemRoutes(
  router: ConnectRouter,
  services: readonly string[],
  store: Pick<ResourceStore, "problem">,
  clock: Clock,
  closing: AbortSignal,
): void {
  const known = new Set(["", ...services]);
  const serving = () => !closing.aborted && store.problem() === undefined;
  const status = () => (serving() ? HealthCheckResponse_ServingStatus.SERVING : HealthCheckResponse_ServingStatus.NOT_SERVING);
  router.service(Health, {
    check({ service }) {
      if (!known.has(service)) throw new StoreError("NotFound", `there is no service ${service}`);
      return { status: status() };
    },
    async *watch({ service }, { signal }) {
      const ending = AbortSignal.any([signal, closing]);
      const newest = () => (known.has(service) ? status() : HealthCheckResponse_ServingStatus.SERVICE_UNKNOWN);
      for (let told: HealthCheckResponse_ServingStatus | undefined; !signal.aborted; ) {
        const current = newest();
        if (current !== told) yield { status: current };
        told = current;
        if (closing.aborted) return;
        await pause(clock, lookAtStoreMs, ending);
      }
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
