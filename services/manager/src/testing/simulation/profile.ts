import type { SimulatorOptions } from "@remuda/provider-sim";
import type { Chance } from "./chance";

/** What kind of run it is: each seed has its own. */
export interface Profile {
  sites: { name: string; address: string; simulator: SimulatorOptions; hidesTasks: boolean; limits: object }[];
  machineNames: string[];
  /** Milliseconds in which things are done and go wrong. */
  turmoilMs: number;
  /** Milliseconds between two operations of users, on average. */
  operationEveryMs: number;
  /** Milliseconds between two things that go wrong, on average. */
  faultEveryMs: number;
  /** How long a commit or a flush waits for its turn, at most. */
  mostCommitMs: number;
}

export function createProfile(chance: Chance): Profile {
  const latency = () => chance.pick([0, 0, 1, 300, 2000]);
  const site = (name: string, port: number) => {
    const latencyMs = {
      create: chance.pick([0, 100, 1500, 8000]),
      delete: chance.pick([0, 1, 300, 2000, 10_000]),
      power: latency(),
      reconfigure: latency(),
      prepareImage: latency(),
    };
    const limits = {
      maxConcurrentCalls: chance.pick([1, 2, 16]),
      ...(chance.happens(0.3) && { rateLimit: { qps: chance.between(2, 20), burst: chance.between(1, 10) } }),
    };
    const simulator = { latencyMs, guestShutdownMs: chance.pick([0, 500, 5000]), overcommit: 4 };
    return { name, address: `127.0.0.1:${port}`, simulator, hidesTasks: chance.happens(0.5), limits };
  };
  return {
    sites: [site("north", 7001), ...(chance.happens(0.5) ? [site("south", 7002)] : [])],
    machineNames: Array.from({ length: chance.between(1, 6) }, (_, i) => `m-${i}`),
    turmoilMs: chance.between(20, 180) * 1000,
    operationEveryMs: chance.pick([500, 2000, 8000]),
    faultEveryMs: chance.pick([1000, 4000, 15_000]),
    mostCommitMs: chance.pick([0, 3, 20]),
  };
}
