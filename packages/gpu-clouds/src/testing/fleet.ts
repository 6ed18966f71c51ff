import { randomUUID } from "node:crypto";
import type { Clock } from "../clock";

export type Phase = "booting" | "running" | "stopping" | "stopped" | "terminating" | "gone" | "broken";

/** An instance of a double: what the API was told, and what time makes of it. */
export interface Unit<Data> {
  id: string;
  phase: Phase;
  createdAt: number;
  address: string;
  data: Data;
}

export interface FleetTimes {
  bootMs: number;
  stopMs: number;
  terminateMs: number;
}

/** Instances that boot, stop and go as time passes. */
export function createFleet<Data>(clock: Clock, times: FleetTimes, newId: () => string = randomUUID) {
  const units = new Map<string, Unit<Data> & { next?: { phase: Phase; at: number } }>();
  let addresses = 0;

  const settle = (unit: Unit<Data> & { next?: { phase: Phase; at: number } }) => {
    if (unit.next && clock.now() >= unit.next.at) {
      unit.phase = unit.next.phase;
      unit.next = undefined;
    }
    return unit;
  };
  const go = (id: string, now: Phase, then: Phase, ms: number) => {
    const unit = units.get(id);
    if (!unit) return;
    unit.phase = now;
    unit.next = { phase: then, at: clock.now() + ms };
    settle(unit);
  };

  return {
    times,
    add(data: Data, phase: "booting" | "stopped" = "booting"): Unit<Data> {
      const id = newId();
      addresses += 1;
      const unit = { id, phase, createdAt: clock.date(), address: `203.0.113.${addresses % 250}`, data } as Unit<Data>;
      units.set(id, unit);
      if (phase === "booting") go(id, "booting", "running", times.bootMs);
      return unit;
    },
    get(id: string): Unit<Data> | undefined {
      const unit = units.get(id);
      return unit && settle(unit).phase !== "gone" ? unit : undefined;
    },
    all: (): Unit<Data>[] => [...units.values()].filter((unit) => settle(unit).phase !== "gone"),
    start: (id: string) => go(id, "booting", "running", times.bootMs),
    stop: (id: string) => go(id, "stopping", "stopped", times.stopMs),
    terminate: (id: string) => go(id, "terminating", "gone", times.terminateMs),
    /** It never starts. */
    breakDown: (id: string) => go(id, "broken", "broken", 0),
    /** It is gone without a word. */
    lose: (id: string) => void units.delete(id),
  };
}

export type Fleet<Data> = ReturnType<typeof createFleet<Data>>;

export const quickTimes: FleetTimes = { bootMs: 20_000, stopMs: 5_000, terminateMs: 5_000 };
