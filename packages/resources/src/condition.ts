import type { Condition } from "./metadata";

/** The conditions with one of them set. `nowMs` becomes its time only if `status` changes; if nothing changes, the same array is answered. */
export function setCondition<C extends readonly Condition[] | undefined>(
  conditions: C,
  { type, status, reason, message, observedGeneration }: Omit<Condition, "lastTransitionTime">,
  nowMs: number,
): Condition[] {
  // The answer is the caller's own array or a new one; neither is changed here.
  const present = (conditions ?? []) as Condition[];
  const before = present.find((c) => c.type === type);
  if (
    before?.status === status &&
    before.reason === reason &&
    before.message === message &&
    before.observedGeneration === observedGeneration
  ) {
    return present;
  }
  const lastTransitionTime = before?.status === status ? before.lastTransitionTime : new Date(nowMs).toISOString();
  const after: Condition = {
    type,
    status,
    reason,
    message,
    lastTransitionTime,
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
  };
  return before ? present.map((c) => (c === before ? after : c)) : [...present, after];
}
