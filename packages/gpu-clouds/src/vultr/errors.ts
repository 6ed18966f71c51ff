import type { ErrorDialect } from "../http/dialect";
import { failure } from "./wire";

/** Errors have a status and words, no codes. */
export const vultrErrors: ErrorDialect = {
  read(body) {
    const told = failure.safeParse(body).data;
    return told && { status: told.status ?? undefined, message: told.error };
  },
  codes: {},
  phrases: [
    ["not available", "NO_CAPACITY"],
    ["unavailable in", "NO_CAPACITY"],
    ["sold out", "NO_CAPACITY"],
    ["out of stock", "NO_CAPACITY"],
    ["insufficient funds", "BILLING"],
    ["credit balance", "BILLING"],
    ["limit reached", "QUOTA_EXCEEDED"],
    ["maximum", "QUOTA_EXCEEDED"],
    ["locked", "CONFLICT"],
  ],
};
