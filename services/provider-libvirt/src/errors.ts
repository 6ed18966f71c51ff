import { ProviderError, type Reason } from "@remuda/contract";
import { type ErrorCode, LibvirtError, type LibvirtReason } from "@remuda/libvirt-client";

const ofRefusal: Partial<Record<ErrorCode, Reason>> = {
  NO_DOMAIN: "NOT_FOUND",
  NO_NETWORK: "NOT_FOUND",
  NO_STORAGE_POOL: "NOT_FOUND",
  NO_STORAGE_VOL: "NOT_FOUND",
  NO_DOMAIN_SNAPSHOT: "NOT_FOUND",
  NO_NODE_DEVICE: "NOT_FOUND",
  DOM_EXIST: "ALREADY_EXISTS",
  STORAGE_VOL_EXIST: "ALREADY_EXISTS",
  OPERATION_INVALID: "CONFLICT",
  OPERATION_TIMEOUT: "CONFLICT",
  RESOURCE_BUSY: "CONFLICT",
  BLOCK_COPY_ACTIVE: "CONFLICT",
  OPERATION_ABORTED: "INTERRUPTED",
  XML_ERROR: "INVALID_SPEC",
  XML_DETAIL: "INVALID_SPEC",
  XML_INVALID_SCHEMA: "INVALID_SPEC",
  INVALID_ARG: "INVALID_SPEC",
  INVALID_MAC: "INVALID_SPEC",
  CONFIG_UNSUPPORTED: "UNSUPPORTED",
  NO_SUPPORT: "UNSUPPORTED",
  OPERATION_UNSUPPORTED: "UNSUPPORTED",
  ARGUMENT_UNSUPPORTED: "UNSUPPORTED",
  CPU_INCOMPATIBLE: "UNSUPPORTED",
  OPERATION_DENIED: "FORBIDDEN",
  ACCESS_DENIED: "FORBIDDEN",
  AUTH_FAILED: "UNAUTHENTICATED",
  AUTH_UNAVAILABLE: "UNAUTHENTICATED",
  AGENT_UNRESPONSIVE: "TIMEOUT",
  NO_MEMORY: "NO_CAPACITY",
};

const ofReason = {
  REFUSED: "INTERNAL",
  LOST: "UNAVAILABLE",
  UNREACHABLE: "UNAVAILABLE",
  BUSY: "RATE_LIMITED",
  CLOSED: "UNAVAILABLE",
  TIMEOUT: "TIMEOUT",
  ABORTED: "INTERRUPTED",
  UNAUTHENTICATED: "UNAUTHENTICATED",
  UNTRUSTED: "UNAUTHENTICATED",
  INVALID: "INTERNAL",
  PROTOCOL: "UNAVAILABLE",
} as const satisfies Record<LibvirtReason, Reason>;

/** What libvirt said in the contract's words; what is none of libvirt's stays as it is. */
export function translated(error: unknown): unknown {
  if (!(error instanceof LibvirtError)) return error;
  const reason = (error.code !== undefined && ofRefusal[error.code]) || ofReason[error.reason];
  return new ProviderError(reason, error.message, { cause: error });
}

/** A call whose errors come in the contract's words. */
export const withTranslation =
  <Args extends unknown[], T>(call: (...args: Args) => Promise<T>) =>
  async (...args: Args): Promise<T> => {
    try {
      return await call(...args);
    } catch (error) {
      throw translated(error);
    }
  };
