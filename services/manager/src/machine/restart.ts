import type { Clock } from "@remuda/reconciler";
import { restartAnnotation, type VirtualMachine } from "@remuda/resources";
import type { Work } from "./work";

/** A restart that someone asked for and that was not seen to yet. */
interface RestartRequest {
  /** The annotation's value. */
  value: string;
  /** Milliseconds until it is due; 0: now. */
  inMs: number;
}

const requested = ({ metadata: { annotations } }: VirtualMachine): string | undefined => annotations?.[restartAnnotation];

/** Each request counts once, and only if it is for a later time than the one that was seen to last: an older file that is applied again restarts nothing. */
export function restartRequest({ vm, status }: Work, clock: Clock): RestartRequest | undefined {
  const value = requested(vm);
  if (value === undefined || value === status.restartedFor) return undefined;
  const atMs = Date.parse(value);
  if (!(atMs > (status.restartedFor === undefined ? Number.NEGATIVE_INFINITY : Date.parse(status.restartedFor)))) return undefined;
  return { value, inMs: Math.max(0, atMs - clock.now()) };
}

/** A machine that is only being made needs no restart for what was asked before. */
export function restartsWithCreation(work: Work, clock: Clock): void {
  const request = restartRequest(work, clock);
  if (request?.inMs === 0) work.status.restartedFor = request.value;
}
