import { ProviderError, type Reason } from "@remuda/contract";
import { faultOf, type Vim, VsphereError, type VsphereProblem } from "@remuda/vsphere-client";

/** What a fault of the platform means to a caller. Derived faults before those that they derive from. */
const reasonOfFault = [
  ["NotAuthenticated", "UNAUTHENTICATED"],
  ["InvalidLogin", "UNAUTHENTICATED"],
  ["NoPermission", "FORBIDDEN"],
  ["RestrictedVersion", "FORBIDDEN"],
  ["LicenseRestricted", "FORBIDDEN"],
  ["ManagedObjectNotFound", "NOT_FOUND"],
  ["FileNotFound", "NOT_FOUND"],
  ["DuplicateName", "ALREADY_EXISTS"],
  ["AlreadyExists", "ALREADY_EXISTS"],
  ["NoDiskSpace", "NO_CAPACITY"],
  ["InsufficientResourcesFault", "NO_CAPACITY"],
  ["NoCompatibleHost", "NO_CAPACITY"],
  ["TaskInProgress", "CONFLICT"],
  ["ConcurrentAccess", "CONFLICT"],
  ["InvalidPowerState", "CONFLICT"],
  ["InvalidState", "CONFLICT"],
  ["RequestCanceled", "INTERRUPTED"],
  ["Timedout", "TIMEOUT"],
  ["HostCommunication", "UNAVAILABLE"],
  ["MethodNotFound", "UNSUPPORTED"],
  ["MethodDisabled", "CONFLICT"],
  ["NotSupported", "UNSUPPORTED"],
  ["CpuHotPlugNotSupported", "UNSUPPORTED"],
  ["MemoryHotPlugNotSupported", "UNSUPPORTED"],
  ["ToolsUnavailable", "CONFLICT"],
  ["VmConfigFault", "INVALID_SPEC"],
  ["InvalidName", "INVALID_SPEC"],
  ["InvalidFolder", "INVALID_SPEC"],
  ["InvalidDatastore", "INVALID_SPEC"],
  ["InvalidArgument", "INVALID_SPEC"],
] as const satisfies readonly (readonly [keyof FaultNames, Reason])[];

type FaultNames = { [N in Parameters<typeof faultOf>[1]]: Vim<N> };

const reasonOfProblem = {
  FAULT: "INTERNAL",
  UNREACHABLE: "UNAVAILABLE",
  TIMEOUT: "TIMEOUT",
  UNTRUSTED: "UNAVAILABLE",
  PROTOCOL: "UNAVAILABLE",
  HTTP: "UNAVAILABLE",
  INVALID: "INVALID_SPEC",
  NOT_FOUND: "NOT_FOUND",
  AMBIGUOUS: "INVALID_SPEC",
  UNSUPPORTED: "UNSUPPORTED",
} as const satisfies Record<VsphereProblem, Reason>;

/** Any error of a call to vCenter as the contract knows it. */
export function toProviderError(error: unknown): unknown {
  if (!(error instanceof VsphereError)) return error;
  const known = reasonOfFault.find(([name]) => faultOf(error, name) !== undefined);
  return new ProviderError(known?.[1] ?? reasonOfProblem[error.problem], error.message, { cause: error });
}

/** Runs, and throws what the contract knows. */
export async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toProviderError(error);
  }
}
