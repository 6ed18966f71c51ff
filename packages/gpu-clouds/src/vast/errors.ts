import type { ErrorDialect } from "../http/dialect";
import { failure } from "./wire";

export const vastErrors: ErrorDialect = {
  read(body) {
    const told = failure.safeParse(body).data;
    if (!told || told.success === true || (told.success !== false && !told.error)) return undefined;
    // "Not a success" together with a contract has made an instance, which is billed.
    const instanceId = told.new_contract && told.new_contract > 0 ? String(told.new_contract) : undefined;
    return { status: undefined, code: told.error ?? undefined, message: told.msg ?? told.error ?? undefined, instanceId };
  },
  codes: {
    invalid_args: "INVALID_SPEC",
    invalid_price: "INVALID_SPEC",
    no_such_ask: "NOT_FOUND",
    no_such_instance: "NOT_FOUND",
    not_found: "NOT_FOUND",
    auth_error: "UNAUTHENTICATED",
    insufficient_credit: "BILLING",
  },
  // The code of an offer that is gone stands in the message: "error 404/3603: no_such_ask …".
  phrases: [
    ["no_such_ask", "NOT_FOUND"],
    ["no_such_instance", "NOT_FOUND"],
    ["requests too frequent", "RATE_LIMITED"],
    ["credit", "BILLING"],
  ],
  waitMs(message) {
    const seconds = /threshold=(\d+(?:\.\d+)?)/.exec(message)?.[1];
    return seconds === undefined ? undefined : Number(seconds) * 1000;
  },
};
