import { createHash } from "node:crypto";

/** A name for a key that is the same wherever it is registered. */
export const sshKeyName = (key: string): string => `remuda-${createHash("sha256").update(sameKey(key)).digest("hex").slice(0, 16)}`;

/** Type and key without the comment: two keys are the same if these are. */
export const sameKey = (key: string): string => key.trim().split(/\s+/).slice(0, 2).join(" ");
