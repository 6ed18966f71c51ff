/** Why a cloud refused, or did not answer. What is done next differs for each. */
export type CloudReason =
  | "NOT_FOUND"
  | "CONFLICT"
  | "INVALID_SPEC"
  | "UNSUPPORTED"
  | "UNAUTHENTICATED"
  | "FORBIDDEN"
  | "NO_CAPACITY"
  | "QUOTA_EXCEEDED"
  | "BILLING"
  | "RATE_LIMITED"
  | "UNAVAILABLE"
  | "TIMEOUT"
  | "INTERRUPTED"
  | "INTERNAL";

export interface CloudErrorOptions {
  cause?: unknown;
  /** The API's own code. */
  code?: string | undefined;
  /** The HTTP status. */
  status?: number | undefined;
  /** Wait at least so long before the next try. */
  retryAfterMs?: number | undefined;
  /** The call may have done its work all the same: look before it is repeated. */
  mayHaveHappened?: boolean | undefined;
  /** The instance that was made though the answer says that it failed. */
  instanceId?: string | undefined;
  /** The field of the request that is wrong, such as "spec.cloud_init.user_data". */
  field?: string | undefined;
}

/** How every call to a cloud fails. The message holds the cloud's own words, without secrets. */
export class CloudError extends Error {
  override readonly name = "CloudError";
  readonly code: string | undefined;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly mayHaveHappened: boolean;
  readonly instanceId: string | undefined;
  readonly field: string | undefined;

  constructor(
    readonly reason: CloudReason,
    message: string,
    options: CloudErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
    this.mayHaveHappened = options.mayHaveHappened ?? false;
    this.instanceId = options.instanceId;
    this.field = options.field;
  }
}

/** The request can't be met by this cloud, whatever it has. */
export const invalid = (field: string, message: string): CloudError => new CloudError("INVALID_SPEC", message, { field });

export const isNotFound = (error: unknown): error is CloudError => error instanceof CloudError && error.reason === "NOT_FOUND";
