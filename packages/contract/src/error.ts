import { Metadata, type ServiceError, type StatusObject } from "@grpc/grpc-js";
import { boundedDelayMs, durationFromMs, msFromDuration } from "./duration";
import { BadRequest, ErrorInfo, RetryInfo } from "./gen/grpc/google/rpc/error_details";
import { Status } from "./gen/grpc/google/rpc/status";
import { plainText } from "./plain-text";
import { isReason, isRetryable, type Reason, reasonFromCode, reasons } from "./reason";

/** The domain of our ErrorInfo. */
export const errorDomain = "remuda.dev";

const detailsKey = "grpc-status-details-bin";
const typePrefix = "type.googleapis.com/";
// HTTP/2 peers commonly refuse header blocks over 8 KiB; the details travel in one, in base64, beside the message.
const maxMessageLength = 1024;
const maxViolations = 16;

/** One wrong field of a request. */
export interface FieldViolation {
  /** Such as "spec.disks[0].size_gib". */
  field: string;
  /** What was expected, and what was there. */
  description: string;
}

export interface ProviderErrorOptions {
  /** What caused it; kept in this process, never sent. */
  cause?: unknown;
  /** Wait at least so long before the next try; at most maxDelayMs are kept, and nothing of what is no time. */
  retryAfterMs?: number;
  /** Wrong fields, with INVALID_SPEC. */
  violations?: readonly FieldViolation[];
  /** Further facts for programs, such as {host: "h1"}. No secrets. */
  metadata?: Readonly<Record<string, string>>;
}

/** How every call of the contract fails, on both sides. */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
  readonly retryAfterMs: number | undefined;
  readonly violations: readonly FieldViolation[];
  readonly metadata: Readonly<Record<string, string>>;

  constructor(
    readonly reason: Reason,
    message: string,
    options: ProviderErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.retryAfterMs = boundedDelayMs(options.retryAfterMs);
    this.violations = options.violations ?? [];
    this.metadata = options.metadata ?? {};
  }

  /** Whether the same call may succeed later. */
  get retryable(): boolean {
    return isRetryable(this.reason);
  }
}

/** INVALID_SPEC with one message that names every wrong field. */
export const invalidSpec = (violations: readonly FieldViolation[]): ProviderError =>
  new ProviderError("INVALID_SPEC", violations.map((v) => `${v.field}: ${v.description}`).join("; "), { violations });

/** The error as google.rpc.Status, with its details; also what a failed task carries. */
export function toStatus(error: ProviderError): Status {
  const details = [
    pack("google.rpc.ErrorInfo", ErrorInfo.encode({ reason: error.reason, domain: errorDomain, metadata: { ...error.metadata } }).finish()),
  ];
  if (error.retryAfterMs !== undefined) {
    details.push(pack("google.rpc.RetryInfo", RetryInfo.encode({ retryDelay: durationFromMs(error.retryAfterMs) }).finish()));
  }
  if (error.violations.length > 0) {
    const fieldViolations = error.violations
      .slice(0, maxViolations)
      .map(({ field, description }) => ({ field: clip(field, 200), description: clip(description, 200) }));
    details.push(pack("google.rpc.BadRequest", BadRequest.encode({ fieldViolations }).finish()));
  }
  return { code: reasons[error.reason].code, message: clip(error.message, maxMessageLength), details };
}

/** The error of a google.rpc.Status, whoever made it. */
export function fromStatus(wire: Status, cause?: unknown): ProviderError {
  const told: ToldDetails = { reason: reasonFromCode(wire.code), metadata: {}, violations: [] };
  for (const detail of wire.details) {
    try {
      readDetail(detail, told);
    } catch {
      // A detail that doesn't parse says nothing; the code, the message and the other details still do.
    }
  }
  return new ProviderError(told.reason, plainText(wire.message, maxMessageLength), { cause, ...told });
}

interface ToldDetails {
  reason: Reason;
  metadata: Record<string, string>;
  retryAfterMs?: number;
  violations: FieldViolation[];
}

function readDetail({ typeUrl, value }: Status["details"][number], told: ToldDetails): void {
  switch (typeUrl.slice(typeUrl.lastIndexOf("/") + 1)) {
    case "google.rpc.ErrorInfo": {
      const info = ErrorInfo.decode(value);
      if (info.domain !== errorDomain) break;
      if (isReason(info.reason)) told.reason = info.reason;
      told.metadata = info.metadata;
      break;
    }
    case "google.rpc.RetryInfo": {
      const { retryDelay } = RetryInfo.decode(value);
      if (retryDelay) told.retryAfterMs = msFromDuration(retryDelay);
      break;
    }
    case "google.rpc.BadRequest":
      told.violations = BadRequest.decode(value).fieldViolations.map(({ field, description }) => ({ field, description }));
      break;
  }
}

/** The error as grpc-js servers send it. */
export function toServiceStatus(error: ProviderError): StatusObject {
  const wire = toStatus(error);
  const metadata = new Metadata();
  metadata.set(detailsKey, Buffer.from(Status.encode(wire).finish()));
  return { code: wire.code, details: wire.message, metadata };
}

/** The error that a grpc-js client got. Its cause is the bare status: logs would tell an error's words once more. */
export function fromServiceError(error: ServiceError): ProviderError {
  const translated = told(error);
  const calls = error.stack?.indexOf("\n    at ") ?? -1;
  if (calls >= 0) translated.stack = `${translated.name}: ${translated.message}${error.stack?.slice(calls)}`;
  return translated;
}

function told({ code, details, metadata, message }: ServiceError): ProviderError {
  const cause = { code, details, metadata };
  const [bytes] = metadata?.get(detailsKey) ?? [];
  if (Buffer.isBuffer(bytes)) {
    try {
      return fromStatus({ ...Status.decode(bytes), message: details }, cause);
    } catch {
      // Details that don't parse come from something else than Remuda; the code alone still says enough.
    }
  }
  return new ProviderError(reasonFromCode(code), plainText(plain(details || message), maxMessageLength), { cause });
}

/** What grpc-js says of a connection that failed, less what tells people nothing: "connect ECONNREFUSED 127.0.0.1:7710". */
function plain(text: string): string {
  const [, last, note] = /^No connection established\. Last error: (?:Error: )?(.*?)\.? Resolution note: (.*)$/s.exec(text) ?? [];
  return ((last === "null" ? note : last) || text).replace(/^(?:\d{1,2} [A-Z_]+: )+/, "");
}

/** Any thrown thing as a ProviderError: one stays itself, all else is INTERNAL with its cause kept. */
export function asProviderError(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  return new ProviderError("INTERNAL", error instanceof Error ? error.message : String(error), { cause: error });
}

const pack = (type: string, value: Uint8Array) => ({ typeUrl: typePrefix + type, value: Buffer.from(value) });
// A character cut in two would be no valid UTF-16, which grpc-js can't encode.
const clip = (text: string, length: number) => (text.length <= length ? text : `${text.slice(0, length - 1)}…`).toWellFormed();
