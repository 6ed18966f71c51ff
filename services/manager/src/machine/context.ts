import type { Clock } from "@remuda/reconciler";
import type { Resource, VirtualMachine } from "@remuda/resources";
import type { ResourceStore } from "@remuda/store";
import type { Logger } from "pino";
import type { Connection, Standing } from "../provider/connection";
import type { ReadSecret } from "../provider/credentials";
import type { Classes } from "../rollout/rollouts";
import type { Asked } from "./asked";

/** Where an image stands on a provider. */
export type ImageReadiness = { state: "ready"; imageId: string } | { state: "pending" | "failed"; message: string };

/** What the phases of a machine's life need. */
export interface MachineContext {
  store: ResourceStore;
  clock: Clock;
  log: Logger;
  /** The installation's id. */
  owner: string;
  connection(provider: string): Connection | undefined;
  /** "connecting" also for one that does not exist. */
  standing(provider: string): Standing;
  readSecret: ReadSecret;
  /** Asks for the image on the provider; if it isn't there yet it is brought, and the machine that waits for it is woken. */
  image(image: Resource, connection: Connection): ImageReadiness;
  /** The machine is woken when one of these resources ("Kind/name") changes. Replaces what it waited for before. */
  waitFor(machine: string, keys: readonly string[]): void;
  /** Wakes the machine. */
  wake(machine: string): void;
  record(vm: VirtualMachine, type: "Normal" | "Warning", reason: string, message: string): void;
  asked: Asked;
  classes: Classes;
  /** Machines for which something that they waited for changed: what failed is tried once more. */
  stirred: Set<string>;
}

/** Should a provider's queue be so long that it frees no place in this time, the machine looks again by itself. */
export const crowdedRetryMs = 30_000;

/** Undefined: go on with the next phase. */
export type Step = { requeueAfterMs?: number } | undefined;
