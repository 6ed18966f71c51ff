import type { Scheduler } from "./scheduler";

/** No run lasts until then: a date that can be told from any that is real. */
export const startMs = Date.UTC(2030, 0, 1);

/**
 * Puts the scheduler in the place of the process's event loop and date, for what can't be given a clock: libraries, and what waits for the end
 * of a tick. The answer puts the real ones back.
 */
export function replaceEventLoop(scheduler: Scheduler, delayMs: () => number): () => void {
  const { setImmediate: realImmediate, clearImmediate: realClear } = globalThis;
  const realNow = Date.now;
  const cancels = new WeakMap<object, () => void>();
  const immediate = (run: (...args: unknown[]) => void, ...args: unknown[]) => {
    const handle = {};
    cancels.set(
      handle,
      scheduler.after(delayMs(), () => run(...args)),
    );
    return handle;
  };
  // What is handed out is only ever handed back.
  globalThis.setImmediate = immediate as unknown as typeof setImmediate;
  globalThis.clearImmediate = ((handle: object | undefined) => handle && cancels.get(handle)?.()) as typeof clearImmediate;
  Date.now = () => startMs + scheduler.nowMs;
  return () => {
    globalThis.setImmediate = realImmediate;
    globalThis.clearImmediate = realClear;
    Date.now = realNow;
  };
}
