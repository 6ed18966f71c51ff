import type { Duration } from "./gen/grpc/google/protobuf/duration";

/** Whole and broken milliseconds as google.protobuf.Duration. */
export function durationFromMs(ms: number): Duration {
  const seconds = Math.trunc(ms / 1000);
  return { seconds, nanos: Math.round((ms - seconds * 1000) * 1e6) };
}

/** google.protobuf.Duration in milliseconds. */
export const msFromDuration = (duration: Duration): number => duration.seconds * 1000 + duration.nanos / 1e6;

/** No wait that the other side asks for is longer. */
export const maxDelayMs = 5 * 60_000;

/** A wait that the other side asks for, as it may be kept: none if it makes no sense, and never longer than maxDelayMs. */
export const boundedDelayMs = (ms: number | undefined): number | undefined =>
  // A comparison with NaN is false.
  ms !== undefined && ms >= 0 ? Math.min(ms, maxDelayMs) : undefined;
