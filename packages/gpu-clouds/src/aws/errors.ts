import { CloudError, type CloudReason } from "../error";

/** EC2's codes; a suffix such as ".NotFound" is looked up too. */
const codes: Readonly<Record<string, CloudReason>> = {
  InsufficientInstanceCapacity: "NO_CAPACITY",
  InsufficientReservedInstanceCapacity: "NO_CAPACITY",
  InsufficientHostCapacity: "NO_CAPACITY",
  InsufficientCapacity: "NO_CAPACITY",
  SpotMaxPriceTooLow: "NO_CAPACITY",
  UnfulfillableCapacity: "NO_CAPACITY",
  Unsupported: "NO_CAPACITY",
  MaxSpotInstanceCountExceeded: "QUOTA_EXCEEDED",
  VcpuLimitExceeded: "QUOTA_EXCEEDED",
  InstanceLimitExceeded: "QUOTA_EXCEEDED",
  LimitExceeded: "QUOTA_EXCEEDED",
  RequestLimitExceeded: "RATE_LIMITED",
  Throttling: "RATE_LIMITED",
  ThrottlingException: "RATE_LIMITED",
  AuthFailure: "UNAUTHENTICATED",
  ExpiredToken: "UNAUTHENTICATED",
  RequestExpired: "UNAUTHENTICATED",
  InvalidClientTokenId: "UNAUTHENTICATED",
  CredentialsProviderError: "UNAUTHENTICATED",
  UnauthorizedOperation: "FORBIDDEN",
  AccessDenied: "FORBIDDEN",
  OptInRequired: "BILLING",
  PendingVerification: "BILLING",
  IncorrectInstanceState: "CONFLICT",
  IncorrectState: "CONFLICT",
  ResourceInUse: "CONFLICT",
  ScalingActivityInProgress: "CONFLICT",
  AlreadyExists: "CONFLICT",
  IdempotentParameterMismatch: "CONFLICT",
  "InvalidLaunchTemplateName.AlreadyExistsException": "CONFLICT",
  NotFound: "NOT_FOUND",
  Malformed: "INVALID_SPEC",
  InternalError: "UNAVAILABLE",
  InternalFailure: "UNAVAILABLE",
  ServiceUnavailable: "UNAVAILABLE",
  Unavailable: "UNAVAILABLE",
};

/** Undefined for a code that is not known. */
function reasonOfCode(code: string): CloudReason | undefined {
  const suffix = code.slice(code.lastIndexOf(".") + 1);
  for (const name of [code, suffix]) if (Object.hasOwn(codes, name)) return codes[name];
  return /NotFound(Exception)?$/.test(code) ? "NOT_FOUND" : undefined;
}

interface Told {
  name?: unknown;
  message?: unknown;
  $metadata?: { httpStatusCode?: number };
}

/** What the SDK throws. Its message holds the API's words; no credential is in it. */
export function awsError(error: unknown, what: string, mutation: boolean, signal: AbortSignal): CloudError {
  if (error instanceof CloudError) return error;
  const told = (typeof error === "object" && error !== null ? error : {}) as Told; // Only what may be there is asked of it.
  const code = typeof told.name === "string" ? told.name : "";
  const status = told.$metadata?.httpStatusCode;
  const message = `aws: ${what}: ${code}: ${typeof told.message === "string" ? told.message : String(error)}`;
  if (signal.aborted) return new CloudError("INTERRUPTED", message, { code, mayHaveHappened: mutation });
  if (code === "TimeoutError") return new CloudError("TIMEOUT", message, { code, mayHaveHappened: mutation });
  const known = reasonOfCode(code);
  const mayHaveHappened =
    mutation && (status === undefined || status < 400 || status >= 500) && !["RATE_LIMITED", "NO_CAPACITY"].includes(known ?? "");
  if (known) return new CloudError(known, message, { code, status, mayHaveHappened });
  if (status === undefined || status >= 500 || status < 400)
    return new CloudError("UNAVAILABLE", message, { code, status, mayHaveHappened });
  return new CloudError("INVALID_SPEC", message, { code, status });
}

/** Why one of several ways to launch did not work. */
export interface OverrideError {
  code: string;
  message: string;
  /** Such as "us-east-1a g5.xlarge". */
  override: string;
}

/** One error for all of them: what the first that is not about capacity says, else that there is none; each is told. */
export function launchFailed(errors: readonly OverrideError[], otherwise: string): CloudError {
  const [first] = errors;
  if (!first) return new CloudError("NO_CAPACITY", `aws: ${otherwise}`);
  const reasons = errors.map(({ code }) => reasonOfCode(code) ?? "INVALID_SPEC");
  const worst = errors[reasons.findIndex((reason) => reason !== "NO_CAPACITY")] ?? first;
  const told = errors.map(({ code, message, override }) => `${override}: ${code}: ${message}`).join("; ");
  return new CloudError(reasonOfCode(worst.code) ?? "INVALID_SPEC", `aws: ${told}`, { code: worst.code });
}
