import { type ServerUnaryCall, type ServerWritableStream, status } from "@grpc/grpc-js";
import { type HealthServer, HealthCheckResponse_ServingStatus as Serving } from "@remuda/contract/system";

type HealthCall = Pick<ServerUnaryCall<{ service: string }, unknown>, "request">;
type WatchCall = ServerWritableStream<{ service: string }, { status: Serving }>;

/** grpc.health.v1: the same answer for "" and for each service, since all of them stand on the one platform. */
export function createHealth(services: readonly string[]) {
  const known = new Set(["", ...services]);
  const watchers = new Set<WatchCall>();
  let serving: Serving = Serving.NOT_SERVING;

  const statusFor = ({ request }: HealthCall) => (known.has(request.service) ? serving : undefined);

  const implementation: HealthServer = {
    check(call, callback) {
      const answer = statusFor(call);
      if (answer === undefined) return callback({ code: status.NOT_FOUND, details: `service ${call.request.service} is not known` });
      callback(null, { status: answer });
    },
    watch(call) {
      // The protocol wants an unknown service to be watchable: it might come.
      call.write({ status: statusFor(call) ?? Serving.SERVICE_UNKNOWN });
      watchers.add(call);
      call.once("cancelled", () => watchers.delete(call));
    },
  };

  return {
    implementation,
    set(healthy: boolean): void {
      const next = healthy ? Serving.SERVING : Serving.NOT_SERVING;
      if (next === serving) return;
      serving = next;
      for (const call of watchers) if (statusFor(call) !== undefined) call.write({ status: serving });
    },
    /** Ends the watches, so that the server can close. */
    close(): void {
      for (const call of watchers) call.end();
      watchers.clear();
    },
  };
}
