import { Client, Metadata } from "@grpc/grpc-js";
import {
  type HealthCheckResponse_ServingStatus,
  HealthClient,
  ServerReflectionClient,
  ServerReflectionRequest,
  type ServerReflectionResponse,
} from "@remuda/contract/system";
import type { RuleContext } from "./context";
import { BrokenPromise, present } from "./expect";

/** The services that every gRPC server of Remuda has beside its own, and a client that sends any bytes. */
export function openSystemClients(ctx: RuleContext) {
  const { address, credentials } = ctx;
  const options = () => ({ deadline: Date.now() + ctx.settings.taskTimeoutMs });
  const health = ctx.closing(new HealthClient(address, credentials));
  const reflection = ctx.closing(new ServerReflectionClient(address, credentials));
  const raw = ctx.closing(new Client(address, credentials));

  /** One question over a stream of its own. */
  const ask = (messageRequest: ServerReflectionRequest["messageRequest"]) =>
    new Promise<NonNullable<ServerReflectionResponse["messageResponse"]>>((resolve, reject) => {
      const call = reflection.serverReflectionInfo(options());
      call.on("error", reject);
      call.on("data", ({ messageResponse }: ServerReflectionResponse) => {
        if (messageResponse) resolve(messageResponse);
      });
      call.on("end", () => reject(new BrokenPromise("reflection ended without an answer")));
      call.write(ServerReflectionRequest.create({ messageRequest }));
      call.end();
    });

  return {
    raw,

    check: (service: string) =>
      new Promise<HealthCheckResponse_ServingStatus>((resolve, reject) => {
        health.check({ service }, new Metadata(), options(), (error, response) => (error ? reject(error) : resolve(response.status)));
      }),

    async listServices(): Promise<string[]> {
      const answer = await ask({ $case: "listServices", value: "" });
      const value = answer.$case === "listServicesResponse" ? answer.value : undefined;
      return present(value, "reflection's list of services").service.map(({ name }) => name);
    },

    /** The serialized FileDescriptorProtos that describe the symbol. */
    async fileOf(symbol: string): Promise<readonly Uint8Array[]> {
      const answer = await ask({ $case: "fileContainingSymbol", value: symbol });
      const value = answer.$case === "fileDescriptorResponse" ? answer.value : undefined;
      return present(value, `reflection's file of ${symbol}`).fileDescriptorProto;
    },
  };
}
