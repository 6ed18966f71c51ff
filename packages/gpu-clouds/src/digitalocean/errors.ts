import type { ErrorDialect } from "../http/dialect";
import { failure } from "./wire";

export const digitalOceanErrors: ErrorDialect = {
  read: (body) => {
    const told = failure.safeParse(body).data;
    return told && { code: told.id, message: told.message };
  },
  codes: {
    unauthorized: "UNAUTHENTICATED",
    forbidden: "FORBIDDEN",
    not_found: "NOT_FOUND",
    conflict: "CONFLICT",
    too_many_requests: "RATE_LIMITED",
    server_error: "UNAVAILABLE",
    service_unavailable: "UNAVAILABLE",
    bad_request: "INVALID_SPEC",
  },
  // "unprocessable_entity" says only that it was refused.
  phrases: [
    ["size is unavailable", "NO_CAPACITY"],
    ["region is not available", "NO_CAPACITY"],
    ["not available in", "NO_CAPACITY"],
    ["currently unavailable", "NO_CAPACITY"],
    ["droplet limit", "QUOTA_EXCEEDED"],
    ["payment", "BILLING"],
    ["pending event", "CONFLICT"],
  ],
};
