import { createHash } from "node:crypto";
import type { Account } from "./cloud";

/** Where an API tells no account, its key stands for it: the part of a hash, which leads back to no key. */
export const accountOfKey = (key: string): Account => ({ id: `key-${createHash("sha256").update(key).digest("hex").slice(0, 16)}` });
