import type { Chance } from "./chance";
import type { Disk } from "./disk";
import type { ManagerProcess } from "./manager-process";
import type { Network } from "./network";
import type { Profile } from "./profile";
import type { Scheduler } from "./scheduler";
import type { Site } from "./site";
import type { Trace } from "./trace";

/** Everything that is simulated, and what has been done to it. */
export interface World {
  readonly profile: Profile;
  readonly chance: Chance;
  readonly scheduler: Scheduler;
  readonly trace: Trace;
  readonly disk: Disk;
  readonly network: Network;
  readonly sites: readonly Site[];
  /** The one that lives; undefined: none does. */
  readonly manager: ManagerProcess | undefined;
  /** kill -9; it is started again soon. */
  killManager(why: string): void;
  /** SIGTERM; it is started again when it has ended. */
  stopManager(): void;
  /** A promise of the manager's was broken: the run ends. */
  broken(what: string): void;
  /** Machines that went by themselves. */
  vanished: Set<string>;
  /** Machines that someone else changed: their hardware may differ from what is declared until their spec changes. */
  drifted: Set<string>;
  /** Machines that were let go of on purpose. */
  letGo: Set<string>;
  /** The manager dies at this step of its own; undefined: at none. */
  deadlyStep: { at: "commit" | "send" | "answer"; countdown: number } | undefined;
  diskFull: boolean;
  wallOffsetMs: number;
}
