import type { Clock } from "@remuda/reconciler";
import { maxRetryMs } from "../retry";
import type { MachineContext } from "./context";
import { setMachineCondition, type Work } from "./work";

const firstPauseMs = 5_000;
// A machine that lasted so long was made for good: the next loss is the first again.
const lastedMs = 3_600_000;

const timesLately = ({ status: { recreated } }: Work, clock: Clock) =>
  recreated && clock.now() - Date.parse(recreated.at) < lastedMs ? recreated.count : 0;

/** Milliseconds until a platform that said that it does not have the machine is asked once more; ever longer for one that is lost again and again. */
export function askOnceMoreMs(work: Work, clock: Clock): number {
  const { missing } = work.status;
  const pauseMs = Math.min(maxRetryMs, firstPauseMs * 2 ** timesLately(work, clock));
  if (!missing) return pauseMs;
  const waitMs = Date.parse(missing.since) + pauseMs - clock.now();
  if (waitMs <= pauseMs) return Math.max(0, waitMs);
  // The clock was set back: the pause begins anew.
  work.status.missing = { since: new Date(clock.now()).toISOString() };
  return pauseMs;
}

/**
 * The platform said twice that it does not have the machine: it is asked for anew, with the same uid. Should the machine be there after all, that
 * Create answers it. The status is saved before Create goes out.
 */
export function beginAnew(work: Work, context: MachineContext): void {
  const { status, vm } = work;
  const { clock } = context;
  status.recreated = { count: timesLately(work, clock) + 1, at: new Date(clock.now()).toISOString() };
  status.missing = undefined;
  status.failures = undefined;
  status.drift = undefined;
  Object.assign(status, { addresses: undefined, interfaces: undefined, disks: undefined, hardware: undefined, host: undefined });
  status.conditions = status.conditions?.filter(({ type }) => type !== "RestartRequired" && type !== "Drifted");
  const message = `the platform does not have machine ${status.id} any more; it is made anew, with new disks`;
  setMachineCondition(work, clock, "Created", "False", "Recreating", message, vm.metadata.generation);
  setMachineCondition(work, clock, "Ready", "False", "Recreating", message);
  context.asked.forget(vm.metadata.name);
  context.record(vm, "Warning", "Recreating", message);
}
