import { CloudError, type CloudReason } from "../error";
import type { ErrorDialect } from "../http/dialect";
import { failure, type Operation } from "./wire";

const codes: Readonly<Record<string, CloudReason>> = {
  ZONE_RESOURCE_POOL_EXHAUSTED: "NO_CAPACITY",
  ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS: "NO_CAPACITY",
  stockout: "NO_CAPACITY",
  QUOTA_EXCEEDED: "QUOTA_EXCEEDED",
  quotaExceeded: "QUOTA_EXCEEDED",
  RESOURCE_NOT_READY: "CONFLICT",
  resourceNotReady: "CONFLICT",
  RESOURCE_IN_USE_BY_ANOTHER_RESOURCE: "CONFLICT",
  RESOURCE_ALREADY_EXISTS: "CONFLICT",
  alreadyExists: "CONFLICT",
  RESOURCE_NOT_FOUND: "NOT_FOUND",
  notFound: "NOT_FOUND",
  rateLimitExceeded: "RATE_LIMITED",
  userRateLimitExceeded: "RATE_LIMITED",
  authError: "UNAUTHENTICATED",
  required: "UNAUTHENTICATED",
  forbidden: "FORBIDDEN",
  PERMISSIONS_ERROR: "FORBIDDEN",
  accessNotConfigured: "FORBIDDEN",
  billingNotEnabled: "BILLING",
  UNSUPPORTED_OPERATION: "UNSUPPORTED",
  invalid: "INVALID_SPEC",
  INVALID_FIELD_VALUE: "INVALID_SPEC",
  INVALID_USAGE: "INVALID_SPEC",
  backendError: "UNAVAILABLE",
  INTERNAL_ERROR: "UNAVAILABLE",
};

export const gceErrors: ErrorDialect = {
  read(body) {
    const told = failure.safeParse(body).data?.error;
    return told && { code: told.errors?.[0]?.reason ?? told.status ?? undefined, message: told.message ?? undefined };
  },
  codes,
};

/** Capacity and quota are told by the operation, after the order was accepted. */
export function problemOf({ name, error }: Operation): CloudError | undefined {
  const [first] = error?.errors ?? [];
  if (!first) return undefined;
  const reason = Object.hasOwn(codes, first.code) ? codes[first.code] : undefined;
  return new CloudError(reason ?? "INTERNAL", `gce: ${name}: ${first.code}: ${first.message ?? ""}`, { code: first.code });
}
