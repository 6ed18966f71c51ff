import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { errorDomain, ProviderError, type Reason } from "@remuda/contract";
import { errorDetails } from "@remuda/contract/manager";
import { ResourceError } from "@remuda/resources";
import { StoreError, type StoreErrorReason, UnwritableError } from "@remuda/store";
import type { Logger } from "pino";

/** Why a call of the manager's API failed, for programs. */
export type ApiReason =
  | "NOT_FOUND"
  | "ALREADY_EXISTS"
  | "CONFLICT"
  | "INVALID_SPEC"
  | "EXPIRED"
  | "UNAUTHENTICATED"
  | "UNSUPPORTED"
  | "UNAVAILABLE"
  | "INTERNAL";

const codes = {
  NOT_FOUND: Code.NotFound,
  ALREADY_EXISTS: Code.AlreadyExists,
  CONFLICT: Code.Aborted,
  INVALID_SPEC: Code.InvalidArgument,
  EXPIRED: Code.OutOfRange,
  UNAUTHENTICATED: Code.Unauthenticated,
  UNSUPPORTED: Code.Unimplemented,
  UNAVAILABLE: Code.Unavailable,
  INTERNAL: Code.Internal,
} as const satisfies Record<ApiReason, Code>;

const reasonOfStore = {
  NotFound: "NOT_FOUND",
  AlreadyExists: "ALREADY_EXISTS",
  Conflict: "CONFLICT",
  Expired: "EXPIRED",
} as const satisfies Record<StoreErrorReason, ApiReason>;

export interface ApiErrorOptions {
  violations?: readonly { path: string; message: string }[];
  metadata?: Record<string, string>;
  cause?: unknown;
}

/** An error with its ErrorInfo and, for bad input, its BadRequest. */
export function apiError(reason: ApiReason, message: string, { violations, metadata = {}, cause }: ApiErrorOptions = {}): ConnectError {
  const info = { desc: errorDetails.ErrorInfoSchema, value: { reason, domain: errorDomain, metadata } };
  const fieldViolations = violations?.map(({ path, message }) => ({ field: path, description: message })) ?? [];
  const details = fieldViolations.length > 0 ? [info, { desc: errorDetails.BadRequestSchema, value: { fieldViolations } }] : [info];
  return new ConnectError(message, codes[reason], undefined, details, cause);
}

const told: readonly string[] = ["NOT_FOUND", "ALREADY_EXISTS", "CONFLICT", "INVALID_SPEC", "UNSUPPORTED"] satisfies (ApiReason & Reason)[];

/** A provider's refusal is told as it is; a fault on the way to its platform says that it may go well later. */
const reasonOfProvider = (reason: Reason): ApiReason =>
  told.includes(reason) ? (reason as ApiReason) : reason === "FORBIDDEN" ? "CONFLICT" : "UNAVAILABLE";

/** Any thrown thing as the API tells it; `metadata` is added to its ErrorInfo. */
export function toApiError(error: unknown, metadata: Record<string, string> = {}): ConnectError {
  if (error instanceof ConnectError) return withMetadata(error, metadata);
  if (error instanceof ResourceError)
    return apiError("INVALID_SPEC", error.message, { violations: error.violations, metadata, cause: error });
  if (error instanceof StoreError) return apiError(reasonOfStore[error.reason], error.message, { metadata, cause: error });
  if (error instanceof ProviderError) return apiError(reasonOfProvider(error.reason), error.message, { metadata, cause: error });
  if (error instanceof UnwritableError) return apiError("UNAVAILABLE", error.message, { metadata, cause: error });
  return apiError("INTERNAL", "a fault of the manager; its log says more", { metadata, cause: error });
}

function withMetadata(error: ConnectError, metadata: Record<string, string>): ConnectError {
  const details = error.details.map((detail) =>
    "desc" in detail && detail.desc === errorDetails.ErrorInfoSchema
      ? {
          ...detail,
          value: { ...detail.value, metadata: { ...("metadata" in detail.value ? (detail.value.metadata as object) : {}), ...metadata } },
        }
      : detail,
  );
  const { code, cause } = error;
  // What has been received has details of another form; here all were made by apiError.
  return new ConnectError(error.rawMessage, code, error.metadata, details as ConstructorParameters<typeof ConnectError>[3], cause);
}

/** Translates what handlers throw, once, and logs what is the manager's own fault or its disk's. */
export const translateErrors =
  (log: Logger): Interceptor =>
  (next) =>
  async (request) => {
    const translate = (error: unknown) => {
      const told = toApiError(error);
      // A caller that went away is no fault.
      if ((told.code === Code.Internal || told.code === Code.Unavailable) && !request.signal.aborted)
        log.error({ method: request.method.name, err: error }, "a call of the API failed");
      return told;
    };
    try {
      const response = await next(request);
      if (!response.stream) return response;
      return { ...response, message: translated(response.message, translate) };
    } catch (error) {
      throw translate(error);
    }
  };

async function* translated<T>(messages: AsyncIterable<T>, translate: (error: unknown) => ConnectError): AsyncGenerator<T> {
  try {
    yield* messages;
  } catch (error) {
    throw translate(error);
  }
}
