import { type ErrorCode, type ErrorDomain, errorCodeOf, errorDomainOf } from "./error-codes";

/**
 * Why a call failed.
 * - REFUSED: libvirt answered with an error; `code` and `domain` say which.
 * - LOST: the connection broke while the call was with the daemon. Whether it took effect is unknown.
 * - TIMEOUT: the deadline passed. With `sent`, whether it took effect is unknown.
 * - ABORTED: the caller's signal. With `sent`, the daemon goes on with it, and its answer is dropped.
 * - UNREACHABLE: there is no connection; the call was never sent.
 * - UNAUTHENTICATED: the daemon, sshd or the TLS server refused who we are.
 * - UNTRUSTED: the other side isn't who it should be: an unknown or changed host key, a wrong certificate.
 * - BUSY: too many calls wait already; this one was never sent.
 * - CLOSED: the connection was closed by its owner.
 * - INVALID: the URI or the arguments can't be used; nothing was sent.
 * - PROTOCOL: what the other side sent is no libvirt RPC. The connection is given up.
 */
export type LibvirtReason =
  | "REFUSED"
  | "LOST"
  | "TIMEOUT"
  | "ABORTED"
  | "UNREACHABLE"
  | "UNAUTHENTICATED"
  | "UNTRUSTED"
  | "BUSY"
  | "CLOSED"
  | "INVALID"
  | "PROTOCOL";

export interface LibvirtErrorOptions {
  cause?: unknown;
  /** The procedure that was called. */
  procedure?: string;
  /** Whether the call had been written to the connection. */
  sent?: boolean;
  /** libvirt's own numbers, with REFUSED. */
  code?: number;
  domain?: number;
}

/** How everything in this package fails. */
export class LibvirtError extends Error {
  override readonly name = "LibvirtError";
  readonly procedure: string | undefined;
  readonly sent: boolean;
  /** virErrorNumber by name, such as "NO_DOMAIN"; "UNKNOWN" for a number that is newer than this table. Only with REFUSED. */
  readonly code: ErrorCode | undefined;
  readonly codeNumber: number | undefined;
  /** virErrorDomain by name, such as "QEMU". Only with REFUSED. */
  readonly domain: ErrorDomain | undefined;

  constructor(
    readonly reason: LibvirtReason,
    message: string,
    { cause, procedure, sent = false, code, domain }: LibvirtErrorOptions = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.procedure = procedure;
    this.sent = sent;
    this.codeNumber = code;
    this.code = code === undefined ? undefined : errorCodeOf(code);
    this.domain = domain === undefined ? undefined : errorDomainOf(domain);
  }

  /** Whether a mutation may have happened although no answer came. Never true for REFUSED: that is an answer. */
  get outcomeUnknown(): boolean {
    return this.sent && this.reason !== "REFUSED";
  }
}

/** Whether libvirt answered with this code: `isRefusal(error, "NO_DOMAIN")`. */
export const isRefusal = (error: unknown, ...codes: ErrorCode[]): error is LibvirtError =>
  error instanceof LibvirtError && error.code !== undefined && codes.includes(error.code);

/** An unknown error as one of ours; ours is left as it is. */
export function toLibvirtError(error: unknown, reason: LibvirtReason, what: string): LibvirtError {
  if (error instanceof LibvirtError) return error;
  const said = error instanceof Error ? error.message : String(error);
  return new LibvirtError(reason, said === "" ? what : `${what}: ${said}`, { cause: error });
}
