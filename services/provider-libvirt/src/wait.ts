import { type Clock, pause } from "@remuda/provider-kit";
import type { Inventory, Seen } from "./inventory";

export interface WaitOptions {
  waitMs: number;
  clock: Clock;
  signal: AbortSignal;
}

/** Waits until the machine is so, looking after each event of it; answers whether it is. */
export async function waitFor(
  inventory: Inventory,
  uuid: string,
  holds: (now: Seen | undefined) => boolean,
  { waitMs, clock, signal }: WaitOptions,
): Promise<boolean> {
  const end = clock.now() + waitMs;
  let wake = new AbortController();
  const forget = inventory.onChange((which) => {
    if (which === undefined || which === uuid) wake.abort();
  });
  try {
    for (;;) {
      const next = new AbortController();
      wake = next;
      if (holds(await inventory.one(uuid, signal))) return true;
      const left = end - clock.now();
      if (left <= 0) return false;
      await pause(clock, left, AbortSignal.any([next.signal, signal]));
      signal.throwIfAborted();
    }
  } finally {
    forget();
  }
}
