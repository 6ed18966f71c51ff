import type { TaskFollower, VsphereClient } from "@remuda/vsphere-client";
import type { Inventory } from "./inventory";
import type { Jobs } from "./jobs";
import type { PlaceCache } from "./places";
import type { Defaults } from "./settings";

/** One vCenter, as the operations see it. */
export interface Platform {
  client: VsphereClient;
  inventory: Inventory;
  places: PlaceCache;
  follower: TaskFollower;
  jobs: Jobs;
  defaults: Defaults;
  /** Answers after so many milliseconds, or as soon as the signal aborts. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
  /** Milliseconds of a clock that nobody sets. */
  now(): number;
}
