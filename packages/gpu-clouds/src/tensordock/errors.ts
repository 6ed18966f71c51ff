import type { ErrorDialect } from "../http/dialect";
import { failure, invalidFields } from "./wire";

/** The API has no codes: a status that stands in the body, and words. */
export const tensorDockErrors: ErrorDialect = {
  read(body) {
    const fields = invalidFields.safeParse(body).data;
    if (fields) return { status: 400, message: fields.map(({ message, path }) => `${[path].flat().join(".")}: ${message}`).join("; ") };
    const told = failure.safeParse(body).data;
    if (!told || (!told.error && (told.status ?? 0) < 400)) return undefined;
    return { status: told.status ?? 400, message: told.error ?? told.message ?? undefined };
  },
  codes: {},
  phrases: [
    ["no available nodes", "NO_CAPACITY"],
    ["insufficient capacity", "NO_CAPACITY"],
    ["no available public ip", "NO_CAPACITY"],
    ["sold out", "NO_CAPACITY"],
    ["hostnode unavailable", "NO_CAPACITY"],
    ["quota exceeded", "QUOTA_EXCEEDED"],
    ["maximum", "QUOTA_EXCEEDED"],
    ["insufficient balance", "BILLING"],
    ["insufficient funds", "BILLING"],
  ],
};
