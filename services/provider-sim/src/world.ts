import type { Clock } from "./clock";
import type { FaultControl } from "./faults";
import type { Feed } from "./feed";
import type { FreeDisks } from "./free-disks";
import type { Hosts } from "./hosts";
import type { ImageStore } from "./images";
import type { Journal } from "./journal";
import type { Machines } from "./machines";
import type { Networks } from "./networks";
import type { WorkKind } from "./records";
import type { Rentals } from "./rentals";
import type { Tasks } from "./tasks";

/** All that there is on the simulated platform; what its operations work on. */
export interface World {
  /** Which platform it is: its own for each simulator, kept with its state. */
  id: string;
  clock: Clock;
  journal: Journal;
  feed: Feed;
  hosts: Hosts;
  networks: Networks;
  rentals: Rentals;
  images: ImageStore;
  freeDisks: FreeDisks;
  machines: Machines;
  tasks: Tasks;
  faults: FaultControl;
  /** Milliseconds that each operation takes. */
  latencyMs: Readonly<Record<WorkKind, number>>;
  guestShutdownMs: number;
  /** Names that no other thing of this platform has had, also before a restart: "vm-k3f9-12". */
  nextId(prefix: "vm" | "disk" | "snap" | "task"): string;
  /** For people: what happened. */
  note(event: string, fields: Readonly<Record<string, string>>): void;
}
