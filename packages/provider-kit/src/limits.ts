import { ProviderError } from "@remuda/contract";
import type { Clock } from "./clock";

export interface Limits {
  /** Calls a second, over time. */
  qps: number;
  /** Calls that may come at once after a quiet time. */
  burst: number;
  /** Calls that run at once; four times as many may wait. */
  maxConcurrentCalls: number;
}

export const defaultLimits: Limits = { qps: 1000, burst: 2000, maxConcurrentCalls: 64 };

const retryWhenFullMs = 1000;

/** A token bucket: throws RATE_LIMITED with the time after which a token is there. */
export function createRateLimit({ qps, burst }: Limits, clock: Clock): () => void {
  let tokens = burst;
  let filledAt = clock.now();
  return () => {
    const now = clock.now();
    tokens = Math.min(burst, tokens + (Math.max(0, now - filledAt) * qps) / 1000);
    filledAt = now;
    if (tokens < 1) {
      throw new ProviderError("RATE_LIMITED", `more than ${qps} calls a second`, { retryAfterMs: Math.ceil(((1 - tokens) * 1000) / qps) });
    }
    tokens -= 1;
  };
}

/** Slots for calls that run at once, and a bounded line before them, first come first served. */
export function createConcurrencyLimit({ maxConcurrentCalls }: Limits) {
  let running = 0;
  const waiting = new Set<() => void>();

  const release = () => {
    const [next] = waiting;
    if (!next) {
      running -= 1;
      return;
    }
    waiting.delete(next);
    next();
  };

  return {
    release,
    /** Answers undefined where a slot was free, so that the common case needs no promise. */
    acquire(signal: AbortSignal): Promise<void> | undefined {
      if (running < maxConcurrentCalls) {
        running += 1;
        return undefined;
      }
      if (waiting.size >= 4 * maxConcurrentCalls) {
        throw new ProviderError("RATE_LIMITED", `${maxConcurrentCalls} calls run and ${waiting.size} wait`, {
          retryAfterMs: retryWhenFullMs,
        });
      }
      return new Promise((resolve, reject) => {
        const leave = () => {
          waiting.delete(enter);
          reject(signal.reason);
        };
        const enter = () => {
          signal.removeEventListener("abort", leave);
          resolve();
        };
        waiting.add(enter);
        signal.addEventListener("abort", leave, { once: true });
      });
    },
  };
}
