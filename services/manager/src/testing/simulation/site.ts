import type { MethodDefinition } from "@grpc/grpc-js";
import {
  DiskServiceService,
  ImageServiceService,
  OfferServiceService,
  ProviderServiceService,
  SnapshotServiceService,
  withBoundedNumbers,
} from "@remuda/contract";
import { type ProcessInMemory, startInMemory } from "@remuda/provider-kit/testing";
import { createSimulator, type Simulator, type SimulatorOptions } from "@remuda/provider-sim";
import type { Chance } from "./chance";
import { startMs } from "./event-loop";
import { poorer, type Shortcomings } from "./poorer";
import type { Scheduler } from "./scheduler";

// Messages cross the wire as bytes, as they do between processes.
const services = [ProviderServiceService, ImageServiceService, DiskServiceService, OfferServiceService, SnapshotServiceService];
const methods = new Map<string, MethodDefinition<object, object>>(
  services.flatMap((service) => Object.entries(withBoundedNumbers(service) as Record<string, MethodDefinition<object, object>>)),
);

/** The bytes of a call there and back. */
export function wireOf(method: string) {
  const definition = methods.get(method);
  if (!definition) throw new Error(`no such method: ${method}`);
  return {
    request: (message: object) => definition.requestDeserialize(definition.requestSerialize(message)),
    response: (message: object) => definition.responseDeserialize(definition.responseSerialize(message)),
  };
}

// A handler of grpc-js, whichever kind.
type Handler = (call: object, callback?: (error: object | null, response?: object) => void) => void;

/** A platform, and the provider's process before it: that one dies and comes back, the platform stays. */
export interface Site {
  name: string;
  address: string;
  platform: Simulator;
  shortcomings: Shortcomings;
  /** Of the process that serves now; undefined: none does. */
  handler(method: string): Handler | undefined;
  /** Counts processes: a call belongs to the one that took it. */
  readonly life: number;
  readonly up: boolean;
  /** The call is under way in the process that serves now: should that die, `cancel` is called. The answer says that it has ended. */
  underWay(cancel: () => void): () => void;
  start(): void;
  kill(): void;
}

export interface SiteOptions {
  name: string;
  address: string;
  simulator: SimulatorOptions;
  hidesTasks: boolean;
  scheduler: Scheduler;
  chance: Chance;
}

export function createSite({ name, address, simulator, hidesTasks, scheduler, chance }: SiteOptions): Site {
  const setTimer = (fn: () => void, ms: number) => scheduler.after(ms, fn);
  const platform = createSimulator(simulator, { now: () => startMs + scheduler.nowMs, setTimer, random: chance.next });
  const shortcomings: Shortcomings = { hidesTasks, overlooks: 0, ignoresPower: 0 };
  const shown = poorer(platform, shortcomings, chance);
  let life = 0;
  const calls = new Set<() => void>();
  let process: { server: ProcessInMemory; handlers: Map<string, Handler> } | undefined;

  const start = () => {
    const mine = ++life;
    // What a dead process had set to do later never happens.
    const alive = (fn: () => void) => () => {
      if (life === mine && process) fn();
    };
    const clock = { now: () => scheduler.nowMs, setTimer: (fn: () => void, ms: number) => setTimer(alive(fn), ms), random: chance.next };
    const server = startInMemory(shown, clock);
    const handlers = new Map(
      server.implementations.flatMap(({ implementation }) => Object.entries(implementation) as unknown as [string, Handler][]),
    );
    process = { server, handlers };
  };
  start();
  return {
    name,
    address,
    platform,
    shortcomings,
    handler: (method) => process?.handlers.get(method),
    get life() {
      return life;
    },
    get up() {
      return process !== undefined;
    },
    underWay(cancel) {
      calls.add(cancel);
      return () => calls.delete(cancel);
    },
    start() {
      if (!process) start();
    },
    kill() {
      process = undefined;
      // What a dead process was about to do is never done.
      for (const cancel of [...calls]) cancel();
      calls.clear();
    },
  };
}
