import { status } from "@grpc/grpc-js";

/** What a reason means on the wire and to a caller. */
export interface ReasonMeaning {
  /** The gRPC status code that carries it. */
  code: status;
  /** Whether the same call may succeed later without anyone changing the request. */
  retryable: boolean;
  /** For people: what it means. */
  meaning: string;
}

/** The one table of error reasons that both sides of the Provider contract use. */
export const reasons = {
  NOT_FOUND: { code: status.NOT_FOUND, retryable: false, meaning: "the platform says that it does not exist" },
  ALREADY_EXISTS: { code: status.ALREADY_EXISTS, retryable: false, meaning: "something else has that name" },
  CONFLICT: { code: status.ABORTED, retryable: true, meaning: "it is busy, or was changed meanwhile" },
  INVALID_SPEC: { code: status.INVALID_ARGUMENT, retryable: false, meaning: "a field is wrong" },
  UNSUPPORTED: { code: status.UNIMPLEMENTED, retryable: false, meaning: "this platform can't do it" },
  UNAUTHENTICATED: { code: status.UNAUTHENTICATED, retryable: true, meaning: "the credentials are missing, wrong or expired" },
  FORBIDDEN: { code: status.PERMISSION_DENIED, retryable: false, meaning: "the credentials may not do it, or it belongs to someone else" },
  NO_CAPACITY: { code: status.RESOURCE_EXHAUSTED, retryable: true, meaning: "the platform has no room now" },
  QUOTA_EXCEEDED: { code: status.RESOURCE_EXHAUSTED, retryable: true, meaning: "the account's quota is used up" },
  BILLING: { code: status.FAILED_PRECONDITION, retryable: true, meaning: "the account can't pay" },
  RATE_LIMITED: { code: status.RESOURCE_EXHAUSTED, retryable: true, meaning: "too many calls" },
  UNAVAILABLE: { code: status.UNAVAILABLE, retryable: true, meaning: "it can't be reached now" },
  TIMEOUT: { code: status.DEADLINE_EXCEEDED, retryable: true, meaning: "no answer in time" },
  INTERRUPTED: { code: status.ABORTED, retryable: true, meaning: "it was begun and not finished" },
  INTERNAL: { code: status.INTERNAL, retryable: true, meaning: "a fault of the provider or the platform" },
} as const satisfies Record<string, ReasonMeaning>;

/** Why a call failed. */
export type Reason = keyof typeof reasons;

/** Whether the text is one of the reasons. */
export const isReason = (text: string): text is Reason => Object.hasOwn(reasons, text);

/** Whether the same call may succeed later. */
export const isRetryable = (reason: Reason): boolean => reasons[reason].retryable;

/** For statuses that carry no ErrorInfo of ours: proxies, other servers, grpc-js itself. */
const reasonOfCode = {
  [status.OK]: "INTERNAL",
  [status.CANCELLED]: "INTERRUPTED",
  [status.UNKNOWN]: "INTERNAL",
  [status.INVALID_ARGUMENT]: "INVALID_SPEC",
  [status.DEADLINE_EXCEEDED]: "TIMEOUT",
  [status.NOT_FOUND]: "NOT_FOUND",
  [status.ALREADY_EXISTS]: "ALREADY_EXISTS",
  [status.PERMISSION_DENIED]: "FORBIDDEN",
  [status.RESOURCE_EXHAUSTED]: "RATE_LIMITED",
  [status.FAILED_PRECONDITION]: "CONFLICT",
  [status.ABORTED]: "CONFLICT",
  [status.OUT_OF_RANGE]: "INVALID_SPEC",
  [status.UNIMPLEMENTED]: "UNSUPPORTED",
  [status.INTERNAL]: "INTERNAL",
  [status.UNAVAILABLE]: "UNAVAILABLE",
  [status.DATA_LOSS]: "INTERNAL",
  [status.UNAUTHENTICATED]: "UNAUTHENTICATED",
} as const satisfies Record<status, Reason>;

/** The nearest reason for a bare gRPC code. */
export const reasonFromCode = (code: number): Reason => (reasonOfCode as Record<number, Reason>)[code] ?? "INTERNAL";
