import type { VimTypes } from "./gen/types";
import { isA } from "./schema";

/** Why a call failed. */
export type VsphereProblem =
  /** The server answered with a fault; `fault` has it. */
  | "FAULT"
  /** No connection, a broken one, or a server that says that it can't serve now. */
  | "UNREACHABLE"
  /** No answer in time. */
  | "TIMEOUT"
  /** The certificate is not the one that is trusted. */
  | "UNTRUSTED"
  /** The answer is not what the protocol allows, or larger than the bounds. */
  | "PROTOCOL"
  /** The server's HTTP side refused; `status` has the code. */
  | "HTTP"
  /** What was to be sent is no value of the API. */
  | "INVALID"
  /** Nothing has that path, name or id. */
  | "NOT_FOUND"
  /** More than one thing has it. */
  | "AMBIGUOUS"
  /** The server has no such service. */
  | "UNSUPPORTED";

export type Fault = VimTypes["MethodFault"] | VimTypes[Extract<keyof VimTypes, "VimFault" | "RuntimeFault">];

export interface VsphereErrorOptions {
  cause?: unknown;
  fault?: Fault;
  /** The HTTP status. */
  status?: number;
}

/** How every call of this package fails; only an abort is thrown as the signal's own reason. */
export class VsphereError extends Error {
  override readonly name = "VsphereError";
  readonly fault: Fault | undefined;
  readonly status: number | undefined;

  constructor(
    readonly problem: VsphereProblem,
    message: string,
    { cause, fault, status }: VsphereErrorOptions = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.fault = fault;
    this.status = status;
  }
}

/** The server's fault of that type or one that derives from it; undefined where the error is another. */
export function faultOf<N extends keyof VimTypes>(error: unknown, name: N): VimTypes[N] | undefined {
  if (!(error instanceof VsphereError) || !error.fault || !isA(error.fault._typeName, name)) return undefined;
  return error.fault as unknown as VimTypes[N]; // The type's name was just compared.
}

/** What the server said, as an error. The text is for people: what it means is the fault's type. */
export const faultError = (fault: Fault, text?: string): VsphereError =>
  new VsphereError("FAULT", text ? `${text} (${fault._typeName})` : fault._typeName, { fault });
