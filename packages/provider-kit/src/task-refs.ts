import { ProviderError } from "@remuda/contract";
import type { z } from "zod";
import type { TaskRef, TaskState } from "./provider";

/**
 * Task refs for platforms without tasks of their own: what must be known to judge an operation anew, as text that is safe in a URL. It holds no
 * secret: it is encoded, not hidden.
 */
export function createTaskRefs<Payload>(schema: z.ZodType<Payload>) {
  return {
    encode: (payload: Payload): TaskRef => Buffer.from(JSON.stringify(schema.encode(payload))).toString("base64url"),
    /** Undefined for what is no ref of this schema: answer `untraceable` then. */
    decode(ref: TaskRef): Payload | undefined {
      try {
        return schema.safeParse(JSON.parse(Buffer.from(ref, "base64url").toString())).data;
      } catch {
        return undefined;
      }
    },
  };
}

/** How a task ends that can't be traced: the same Create with the same uid picks it up. */
export const untraceable = (why: string): TaskState => ({ done: true, error: new ProviderError("INTERRUPTED", why) });
