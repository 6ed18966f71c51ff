import type { ErrorDialect } from "../http/dialect";
import { failure } from "./wire";

export const scalewayErrors: ErrorDialect = {
  read(body) {
    const told = failure.safeParse(body).data;
    if (!told) return undefined;
    const more = [told.current_state, told.details === undefined ? undefined : JSON.stringify(told.details)].filter(Boolean).join(" ");
    return { code: told.type, message: [told.message ?? told.type, more].filter(Boolean).join(": ") };
  },
  codes: {
    out_of_stock: "NO_CAPACITY",
    quotas_exceeded: "QUOTA_EXCEEDED",
    transient_state: "CONFLICT",
    invalid_arguments: "INVALID_SPEC",
    not_found: "NOT_FOUND",
    unknown_resource: "NOT_FOUND",
    denied_authentication: "UNAUTHENTICATED",
    permissions_denied: "FORBIDDEN",
    precondition_failed: "CONFLICT",
    too_many_requests: "RATE_LIMITED",
  },
  // The older form has one type for everything.
  phrases: [["quota exceeded", "QUOTA_EXCEEDED"]],
};
