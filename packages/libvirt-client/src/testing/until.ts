import { setTimeout as delay } from "node:timers/promises";

/** Asks again until the condition holds, at most `limitMs`. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, limitMs = 30_000): Promise<void> {
  for (const start = Date.now(); !(await holds()); ) {
    if (Date.now() - start > limitMs) throw new Error(`not within ${limitMs} ms: ${what}`);
    await delay(25);
  }
}
