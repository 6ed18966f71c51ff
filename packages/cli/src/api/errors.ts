import { Code, ConnectError } from "@connectrpc/connect";
import { errorDetails } from "@remuda/contract/manager";
import type { Target } from "../connection";
import { CliError, type Outcome } from "../exit-status";
import { oneLine } from "../text";

const outcomes = {
  // Whoever stops a command by Ctrl-C is answered before this table is asked.
  [Code.Canceled]: "UNREACHABLE",
  [Code.Unknown]: "ERROR",
  [Code.InvalidArgument]: "INVALID",
  [Code.DeadlineExceeded]: "UNREACHABLE",
  [Code.NotFound]: "NOT_FOUND",
  [Code.AlreadyExists]: "CONFLICT",
  [Code.PermissionDenied]: "DENIED",
  [Code.ResourceExhausted]: "ERROR",
  [Code.FailedPrecondition]: "CONFLICT",
  [Code.Aborted]: "CONFLICT",
  [Code.OutOfRange]: "INVALID",
  [Code.Unimplemented]: "ERROR",
  [Code.Internal]: "ERROR",
  [Code.Unavailable]: "UNREACHABLE",
  [Code.DataLoss]: "ERROR",
  [Code.Unauthenticated]: "DENIED",
} as const satisfies Record<Code, Outcome>;

/** Any error of a call, in words for people; an error that is none of Connect's stays itself. */
export function translateError(error: unknown, target: Target): unknown {
  return error instanceof ConnectError ? fromConnectError(error, target) : error;
}

function fromConnectError(error: ConnectError, target: Target): CliError {
  const outcome = outcomes[error.code];
  const said = oneLine(error.rawMessage);
  const network = networkCode(error);
  if (/^(EPROTO|ERR_SSL)/.test(network)) {
    return new CliError("UNREACHABLE", `the server at ${target.address} does not speak TLS`, {
      hint: `leave out https:// and --tls-ca, or name another server`,
      cause: error,
    });
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO_|^ERR_TLS/.test(network)) {
    return new CliError("UNREACHABLE", `the manager at ${target.address} can't be trusted: ${said}`, {
      hint: "name the authority that signed its certificate with --tls-ca FILE, and the server by the name in the certificate",
      cause: error,
    });
  }
  // HTTP/2 that could not be spoken, or an answer that is HTTP and nothing more.
  if (network.startsWith("ERR_HTTP2") || (error.details.length === 0 && /^HTTP [34]\d\d$/.test(error.rawMessage))) {
    return new CliError("UNREACHABLE", `the server at ${target.address} is no Remuda manager (${said})`, {
      hint: "name the manager with --server ADDRESS or REMUDA_SERVER",
      cause: error,
    });
  }
  // With details it comes from a manager that is there.
  if (error.code === Code.Unavailable && error.details.length > 0) {
    const told = infoOf(error);
    return new CliError(outcome, `the manager at ${target.address}: ${said}`, {
      index: indexOf(told),
      serverReason: told?.reason,
      cause: error,
    });
  }
  if (error.code === Code.Unavailable || (error.code === Code.Unknown && network !== "")) {
    return new CliError("UNREACHABLE", `no manager at ${target.address} (${said})`, {
      hint: "start one with `remuda up`, or name another with --server ADDRESS or REMUDA_SERVER",
      cause: error,
    });
  }
  switch (error.code) {
    case Code.Canceled:
      return new CliError(outcome, `the server at ${target.address} broke the connection off (${said})`, {
        hint: target.url.startsWith("https:") ? "does it speak TLS?" : `does it speak TLS? then write https://${target.address}`,
        cause: error,
      });
    case Code.DeadlineExceeded:
      return new CliError(outcome, `the manager at ${target.address} did not answer in time`, {
        hint: "give it longer, such as --timeout 2m",
        cause: error,
      });
    case Code.Unauthenticated:
    case Code.PermissionDenied:
      return new CliError(outcome, `the manager at ${target.address} refused: ${said}`, {
        hint: target.token === undefined ? "name a token's file with --token-file or REMUDA_TOKEN_FILE" : "is it the right token?",
        cause: error,
      });
    case Code.Unimplemented:
      return new CliError(outcome, `the server at ${target.address} can't do this: ${said}`, {
        hint: "compare both sides with `remuda version`",
        cause: error,
      });
  }
  const info = infoOf(error);
  if (info?.metadata.deletionTimestamp !== undefined) {
    const { kind = "KIND", name = "NAME" } = info.metadata;
    const hint = `wait for it with \`remuda wait ${oneLine(kind.toLowerCase())} ${oneLine(name)} --for delete\``;
    return new CliError(outcome, said, { hint, index: indexOf(info), serverReason: info?.reason, cause: error });
  }
  const violations = violationsOf(error);
  const missing = violations.filter((v) => !said.includes(v.field)).map((v) => `\n  ${v.field}: ${v.description}`);
  return new CliError(outcome, `${said}${missing.join("")}`, {
    violations,
    index: indexOf(info),
    serverReason: info?.reason,
    cause: error,
  });
}

/** The system's or TLS's own code of what went wrong on the way; "" where the server answered. */
const networkCode = ({ cause }: ConnectError): string =>
  cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "";

const violationsOf = (error: ConnectError) =>
  error
    .findDetails(errorDetails.BadRequestSchema)
    .flatMap((d) => d.fieldViolations.map(({ field, description }) => ({ field: oneLine(field), description: oneLine(description) })));

const infoOf = (error: ConnectError) => error.findDetails(errorDetails.ErrorInfoSchema).find((d) => d.domain === "remuda.dev");

function indexOf(info: ReturnType<typeof infoOf>): number | undefined {
  const text = info?.metadata.index;
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
