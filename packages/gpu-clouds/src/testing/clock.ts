import type { Clock } from "../clock";

/** A clock that runs `factor` times as fast as time, for clouds whose rates and boots take minutes. */
export function fastClock(factor: number): Clock {
  const begun = performance.now();
  const origin = Date.now();
  const passed = () => (performance.now() - begun) * factor;
  return {
    now: passed,
    date: () => origin + passed(),
    setTimer(fn, ms) {
      const timer = setTimeout(fn, ms / factor);
      return () => clearTimeout(timer);
    },
    random: () => Math.random(),
  };
}
