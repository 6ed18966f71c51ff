import type { Clock } from "../clock";
import type { FleetTimes } from "./fleet";

export interface DoubleSettings {
  clock: Clock;
  times?: FleetTimes;
  /** Answers 429 to what comes faster than documented. */
  strict?: boolean;
}
