import type { Clock } from "@remuda/reconciler";

/** Who goes out first: what changes or checks something, or what only waits for the end of a task. */
export type Line = "calls" | "polls";

export interface TokenBucket {
  /** Resolves when the call may go out, or its signal ends. Undefined: it may at once. */
  take(line: Line, signal?: AbortSignal): Promise<void> | undefined;
}

// Polls that wait get at least each so manieth token.
const pollEvery = 8;

/** `burst` at once, then `qps` a second: calls before polls, in each line first come first served. */
export function createTokenBucket(clock: Clock, { qps, burst }: { qps: number; burst: number }): TokenBucket {
  const lines: Record<Line, Set<() => void>> = { calls: new Set(), polls: new Set() };
  let tokens = burst;
  let filledMs = clock.monotonicMs();
  let callsInARow = 0;
  let armed = false;

  const next = (): Line | undefined => {
    if (lines.polls.size > 0 && (lines.calls.size === 0 || callsInARow >= pollEvery - 1)) return "polls";
    return lines.calls.size > 0 ? "calls" : undefined;
  };
  const serve = () => {
    const nowMs = clock.monotonicMs();
    tokens = Math.min(burst, tokens + ((nowMs - filledMs) * qps) / 1000);
    filledMs = nowMs;
    for (let line = next(); line && tokens >= 1; line = next()) {
      const [go] = lines[line];
      if (!go) return;
      tokens--;
      callsInARow = line === "calls" ? callsInARow + 1 : 0;
      go();
    }
    if (armed || next() === undefined) return;
    armed = true;
    clock.setTimer(
      () => {
        armed = false;
        serve();
      },
      Math.ceil(((1 - tokens) * 1000) / qps),
    );
  };

  return {
    take(line, signal) {
      if (signal?.aborted) return undefined;
      let waits = true;
      let tell = () => {};
      const go = () => {
        waits = false;
        lines[line].delete(go);
        signal?.removeEventListener("abort", go);
        tell();
      };
      lines[line].add(go);
      serve();
      if (!waits) return undefined;
      signal?.addEventListener("abort", go, { once: true });
      return new Promise((resolve) => {
        tell = resolve;
      });
    },
  };
}
