import type { Method, Vim } from "./schema";

/** An expired session doesn't fail a property collector: it answers 200, and says so of every property. */
export function isExpiredAnswer(method: Method, value: unknown): boolean {
  if (value === undefined) return false;
  if (method === "RetrievePropertiesEx" || method === "ContinueRetrievePropertiesEx") {
    return (value as Vim<"RetrieveResult">).objects.some(({ missingSet }) => missingSet?.some(refused)); // What the method answers.
  }
  if (method !== "WaitForUpdatesEx") return false;
  return !!(value as Vim<"UpdateSet">).filterSet?.some(({ objectSet }) => objectSet?.some(({ missingSet }) => missingSet?.some(refused))); // As above.
}

const refused = ({ fault }: Vim<"MissingProperty">) => fault.fault._typeName === "NotAuthenticated";
