import { Metadata, type ServiceError } from "@grpc/grpc-js";
import { fromServiceError, GetCapabilitiesRequest, ProviderError, ProviderServiceService } from "@remuda/contract";
import { HealthCheckResponse_ServingStatus } from "@remuda/contract/system";
import type { RuleContext } from "../context";
import { check, checkEqual } from "../expect";
import type { Rule } from "../rule";
import { openSystemClients } from "../system-clients";

/** Field 999, which no message of the contract has, with three bytes. */
const unknownFields = { [(999 << 3) | 2]: [Buffer.from([3, 1, 2, 3])] };

const health: Rule = {
  id: "health",
  title: "grpc.health.v1 answers SERVING for the server and for ProviderService",
  async run(ctx) {
    const { check: ask } = openSystemClients(ctx);
    for (const service of ["", "remuda.provider.v1.ProviderService"]) {
      checkEqual(await ask(service), HealthCheckResponse_ServingStatus.SERVING, `the health of "${service}"`);
    }
  },
};

const reflection: Rule = {
  id: "reflection",
  title: "server reflection lists every declared service and describes it",
  async run(ctx) {
    const { listServices, fileOf } = openSystemClients(ctx);
    const listed = await listServices();
    for (const service of ctx.capabilities.services) {
      check(listed.includes(service), `reflection lists ${listed.join(", ")}, but not ${service}`);
      const files = await fileOf(service);
      const name = service.slice(service.lastIndexOf(".") + 1);
      check(
        files.some((bytes) => Buffer.from(bytes).includes(name)),
        `no file that reflection answers describes ${service}`,
      );
    }
  },
};

const unknownField: Rule = {
  id: "unknown-fields",
  title: "fields from a later version of the contract do no harm",
  async run(ctx) {
    const { id } = await ctx.shared();
    const { virtualMachine } = await ctx.client.describe({ id, uid: "", _unknownFields: unknownFields }, { signal: ctx.signal });
    checkEqual(virtualMachine?.id, id, "what Describe answers");
    const request = ctx.createRequest();
    const { task } = await ctx.create({ ...request, _unknownFields: unknownFields });
    await ctx.settle(task);
    checkEqual(
      (await ctx.list()).map(({ uid }) => uid),
      [request.uid],
      "the machines of this owner",
    );
  },
};

/** The provider answers right after, over this connection and over another. */
async function checkAlive(ctx: RuleContext): Promise<void> {
  await ctx.client.validate({}, { signal: ctx.signal });
  await ctx.connect().validate({}, { signal: ctx.signal });
}

const oversized: Rule = {
  id: "oversized-message",
  title: "a message of 20 MiB is refused or served, and the provider goes on",
  alone: true,
  async run(ctx) {
    const request = ctx.createRequest({ cloudInit: { userData: `#cloud-config\n# ${"x".repeat(20 << 20)}` } });
    const refused = await ctx
      .connect()
      .create(request, { signal: ctx.signal })
      .then(
        ({ task }) => ctx.settle(task),
        (error: unknown) => error,
      );
    if (refused !== undefined) check(refused instanceof ProviderError, `${refused}`);
    await checkAlive(ctx);
    if (refused !== undefined) checkEqual(await ctx.list(), [], "the owner's list after the refused call");
  },
};

const malformed: Rule = {
  id: "malformed-message",
  title: "bytes that are no message, and a method that is none, are refused, and the provider goes on",
  alone: true,
  async run(ctx) {
    const { raw } = openSystemClients(ctx);
    const send = (path: string, bytes: Buffer) =>
      new Promise<ProviderError | undefined>((resolve) => {
        const deadline = Date.now() + ctx.settings.promptMs + 5_000;
        const done = (error: ServiceError | null) => resolve(error ? fromServiceError(error) : undefined);
        raw.makeUnaryRequest(
          path,
          (each: Buffer) => each,
          (each: Buffer) => each,
          bytes,
          new Metadata(),
          { deadline },
          done,
        );
      });
    // A field that says it has 100 bytes, and ends.
    const refused = await send(ProviderServiceService.create.path, Buffer.from([10, 100, 1]));
    check(refused, "bytes that are no message were accepted");
    check(refused.reason !== "TIMEOUT", "bytes that are no message were never answered");
    const noMethod = await send(
      "/remuda.provider.v1.ProviderService/NoSuchMethod",
      Buffer.from(GetCapabilitiesRequest.encode({}).finish()),
    );
    checkEqual(noMethod?.reason, "UNSUPPORTED", "the reason for a method that is none");
    await checkAlive(ctx);
  },
};

export const wireRules: Rule[] = [health, reflection, unknownField, oversized, malformed];
