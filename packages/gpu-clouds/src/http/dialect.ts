import type { CloudReason } from "../error";

/** What an answer says about an error. */
interface Complaint {
  /** Where the body has another status than the answer. */
  status?: number | undefined;
  code?: string | undefined;
  message?: string | undefined;
  /** The instance that was made all the same. */
  instanceId?: string | undefined;
}

/** How one API tells its errors. */
export interface ErrorDialect {
  /** Reads a body; undefined: it is no error. Asked about answers with status 200 too. */
  read(body: unknown): Complaint | undefined;
  codes: Readonly<Record<string, CloudReason>>;
  /** For what has no code of its own: parts of messages in lower case, in order. They decide only where the code, if any, is not in `codes`. */
  phrases?: readonly (readonly [part: string, reason: CloudReason])[];
  /** Where a message says how long to wait, and no header does. */
  waitMs?: (message: string) => number | undefined;
}

export interface Answer {
  status: number;
  /** Parsed JSON; undefined where there was none. */
  body: unknown;
  text: string;
}

export interface Refusal {
  reason: CloudReason;
  code: string | undefined;
  status: number;
  message: string;
  instanceId: string | undefined;
}

/** The refusal in an answer; undefined where it is none. */
export function refusalIn({ status, body, text }: Answer, { read, codes, phrases = [] }: ErrorDialect): Refusal | undefined {
  const complaint = body === undefined ? undefined : read(body);
  if (status < 400 && !complaint) return undefined;
  const { code, message: told } = complaint ?? {};
  const message = told || text.trim().slice(0, 2_000) || `HTTP status ${status}`;
  const effective = complaint?.status ?? (status < 400 ? 400 : status);
  const words = message.toLowerCase();
  const known = code !== undefined && Object.hasOwn(codes, code) ? codes[code] : undefined;
  const reason = known ?? phrases.find(([part]) => words.includes(part))?.[1] ?? ofStatus(effective);
  return { reason, code, status: effective, message, instanceId: complaint?.instanceId };
}

function ofStatus(status: number): CloudReason {
  switch (status) {
    case 401:
      return "UNAUTHENTICATED";
    case 402:
      return "BILLING";
    case 403:
      return "FORBIDDEN";
    case 404:
    case 410:
      return "NOT_FOUND";
    case 408:
    case 504:
      return "TIMEOUT";
    case 409:
    case 423:
      return "CONFLICT";
    case 429:
      return "RATE_LIMITED";
    case 405:
    case 501:
      return "UNSUPPORTED";
    default:
      return status >= 500 ? "UNAVAILABLE" : "INVALID_SPEC";
  }
}
