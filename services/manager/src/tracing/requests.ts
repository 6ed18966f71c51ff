import { Code, type Interceptor } from "@connectrpc/connect";
import { ApplyAction, ManagerService } from "@remuda/contract/manager";
import { lookupKind } from "@remuda/resources";
import { toApiError } from "../api/errors";
import { kind as machineKind } from "../machine/work";
import type { Traces } from "./origins";

const { apply, delete: del } = ManagerService.method;

/** A span for each Apply and Delete; a caller's own trace goes on in it. What the machines' reconciles belong to is noted. */
export const traceRequests =
  ({ tracing, origins }: Traces): Interceptor =>
  (next) =>
  async (request) => {
    const { method } = request;
    if (request.stream || (method !== apply && method !== del)) return next(request);
    const asked = machinesIn(request.message);
    const span = tracing.begin(method.name, {
      kind: "server",
      parent: request.header.get("traceparent") ?? undefined,
      attributes: {
        "rpc.system": "connect_rpc",
        "rpc.service": method.parent.typeName,
        "rpc.method": method.name,
        "remuda.dry_run": asked.dryRun,
        "remuda.resources": asked.resources,
      },
    });
    const takeBack = origins.begin(asked.dryRun ? [] : asked.names, span.traceparent);
    try {
      const response = await tracing.under(span, () => next(request));
      for (const name of unchangedIn(response.message)) takeBack(name);
      span.end();
      return response;
    } catch (error) {
      // Of an Apply that was refused part was written perhaps; its machines say so by what they do, in traces of their own.
      for (const name of asked.names) takeBack(name);
      span.end(Code[toApiError(error).code]);
      throw error;
    }
  };

type Named = { kind?: unknown; metadata?: { name?: unknown } };

// Apply's and Delete's requests, by the fields in which they differ; a Struct is JSON here.
function machinesIn(message: object): { names: string[]; resources: number; dryRun: boolean } {
  if ("resources" in message) {
    const { resources, dryRun } = message as { resources: Named[]; dryRun: boolean };
    return { names: resources.flatMap(machineName), resources: resources.length, dryRun };
  }
  const { kind, name, dryRun } = message as { kind: string; name: string; dryRun: boolean };
  return { names: isMachine(kind) ? [name] : [], resources: 1, dryRun };
}

const unchangedIn = (message: object): string[] =>
  "results" in message
    ? (message.results as { action: ApplyAction; resource?: Named }[])
        .filter(({ action }) => action === ApplyAction.UNCHANGED)
        .flatMap(({ resource }) => (resource ? machineName(resource) : []))
    : [];

const machineName = ({ kind, metadata }: Named): string[] =>
  kind === machineKind && typeof metadata?.name === "string" ? [metadata.name] : [];

function isMachine(kind: string): boolean {
  try {
    return lookupKind(kind).kind === machineKind;
  } catch {
    // The call itself says what is wrong with it.
    return false;
  }
}
