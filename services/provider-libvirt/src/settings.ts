import type { Capabilities, Clock } from "@remuda/provider-kit";
import type { Inventory } from "./inventory";
import type { Jobs } from "./jobs";
import type { Machines } from "./machines";

/** Where machines go that don't say it themselves. */
export interface Defaults {
  /** The storage pool of disks. */
  pool: string;
  /** The storage pool of images. */
  imagePool: string;
  network: string;
  /** How much of a host's memory its running machines may be given; 1: all of it. */
  memoryOvercommit: number;
}

/** What every operation works with. */
export interface Platform {
  machines: Machines;
  inventories: readonly Inventory[];
  jobs: Jobs;
  capabilities: Capabilities;
  defaults: Defaults;
  clock: Clock;
  /** The date. */
  now: () => Date;
}
