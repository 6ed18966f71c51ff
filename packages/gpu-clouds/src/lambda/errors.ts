import type { ErrorDialect } from "../http/dialect";
import { errorBody } from "./wire";

export const lambdaErrors: ErrorDialect = {
  read: (body) => errorBody.safeParse(body).data?.error,
  codes: {
    "instance-operations/launch/insufficient-capacity": "NO_CAPACITY",
    "instance-operations/launch/file-system-in-wrong-region": "INVALID_SPEC",
    "global/quota-exceeded": "QUOTA_EXCEEDED",
    "global/invalid-parameters": "INVALID_SPEC",
    "global/invalid-api-key": "UNAUTHENTICATED",
    "global/account-inactive": "BILLING",
    "global/object-does-not-exist": "NOT_FOUND",
    "global/unknown": "UNAVAILABLE",
  },
};
