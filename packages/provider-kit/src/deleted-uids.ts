import type { Clock } from "./clock";

const rememberMs = 10 * 60_000;
const capacity = 100_000;

/** The uids that were deleted lately through this process: a Create that was delayed on its way must not bring one back. */
export function createDeletedUids(clock: Clock) {
  // In order of deletion, so that the oldest is the first.
  const deletedAt = new Map<string, number>();
  return {
    add(uid: string): void {
      deletedAt.delete(uid);
      deletedAt.set(uid, clock.now());
      for (const [oldest, at] of deletedAt) {
        if (deletedAt.size <= capacity && clock.now() - at < rememberMs) break;
        deletedAt.delete(oldest);
      }
    },
    has(uid: string): boolean {
      const at = deletedAt.get(uid);
      return at !== undefined && clock.now() - at < rememberMs;
    },
  };
}
