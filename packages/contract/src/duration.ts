import type { Duration } from "./gen/grpc/google/protobuf/duration";

/** Whole and broken milliseconds as google.protobuf.Duration. */
export function durationFromMs(ms: number): Duration {
  const seconds = Math.trunc(ms / 1000);
  return { seconds, nanos: Math.round((ms - seconds * 1000) * 1e6) };
}

/** google.protobuf.Duration in milliseconds. */
export const msFromDuration = (duration: Duration): number => duration.seconds * 1000 + duration.nanos / 1e6;
