import type { Reason } from "@remuda/contract";
import type { Rpc } from "@remuda/provider-sim";
import type { Site } from "./site";
import type { World } from "./world";

/** Whatever can go wrong. */
export interface Chaos {
  /** One thing, at random; what lasts ends by itself. */
  strike(): void;
  /** A machine that runs stops by itself. */
  stopOne(): void;
  vanishOne(): void;
  /** Someone takes from a machine what its spec declares. */
  robOne(): void;
  /** Nothing goes wrong any more, and everything that died is back. */
  end(): void;
}

const passing: readonly Reason[] = [
  "CONFLICT",
  "UNAUTHENTICATED",
  "NO_CAPACITY",
  "QUOTA_EXCEEDED",
  "BILLING",
  "RATE_LIMITED",
  "UNAVAILABLE",
  "UNAVAILABLE",
  "UNAVAILABLE",
  "UNAVAILABLE",
  "TIMEOUT",
  "INTERRUPTED",
  "INTERNAL",
];
const lasting: readonly Reason[] = ["INVALID_SPEC", "UNSUPPORTED", "FORBIDDEN"];
const rpcs: readonly Rpc[] = [
  "validate",
  "create",
  "delete",
  "power",
  "reconfigure",
  "describe",
  "describe",
  "isTaskComplete",
  "list",
  "watch",
  "prepareImage",
];
const changes: readonly Rpc[] = ["create", "delete", "power", "reconfigure"];
const operations = ["create", "delete", "power", "reconfigure", "prepareImage"] as const;
const quiet = { vanishPerMinute: 0, stopPerMinute: 0, startPerMinute: 0, changePerMinute: 0, reclaimPerMinute: 0 };
const none = { errors: [], slow: [], lostReplies: [], failTasks: [], forgetTasks: [], machines: quiet };

export function createChaos(world: World): Chaos {
  const { scheduler, network, trace, sites } = world;
  const chance = world.chance.fork("chaos");
  let over = false;
  const later = (ms: number, run: () => void) => scheduler.after(ms, () => !over && run());
  const rate = () => chance.pick([0.05, 0.3, 1]);
  const aim = () => chance.pick([...rpcs, "*" as const]);

  const randomFaults = (): typeof none & object => {
    const rules = <T>(likelihood: number, rule: () => T): T[] => (chance.happens(likelihood) ? [rule()] : []);
    const retry = () => (chance.happens(0.2) ? { retryAfterMs: chance.between(0, 5000) } : {});
    const faults = {
      errors: [
        ...rules(0.6, () => ({ rpc: aim(), reason: chance.pick(passing), rate: rate(), ...retry() })),
        ...rules(0.2, () => ({ rpc: chance.pick(changes), reason: chance.pick(lasting), rate: rate() })),
      ],
      slow: rules(0.4, () => ({ rpc: aim(), rate: rate(), minMs: 0, maxMs: chance.pick([100, 3000, 90_000]) })),
      lostReplies: rules(0.5, () => ({ rpc: aim(), rate: rate() })),
      failTasks: rules(0.3, () => ({ operation: chance.pick(operations), rate: rate(), reason: chance.pick(passing) })),
      forgetTasks: rules(0.3, () => ({ operation: chance.pick(operations), rate: rate() })),
      machines: quiet,
    };
    return faults as unknown as typeof none;
  };

  const stopProvider = (site: Site, ms: number) => {
    if (!site.up) return;
    trace.operation(`fault: the provider of ${site.name} dies, for ${ms} ms`);
    site.kill();
    network.cut(site);
    later(ms, () => {
      trace.operation(`the provider of ${site.name} is back`);
      site.start();
    });
  };
  const incident = (site: Site, what = chance.pick(["vanishes", "stops", "starts", "changes"] as const)) => {
    const machines = site.platform.state().machines.filter(({ uid }) => uid !== "" && !world.letGo.has(uid));
    if (machines.length === 0) return;
    const { id, uid } = chance.pick(machines);
    const { incidents } = site.platform;
    trace.operation(`fault: ${id} of uid ${uid} on ${site.name} ${what} by itself`);
    if (what === "vanishes") {
      world.vanished.add(uid);
      incidents.vanish(id);
    } else if (what === "stops") incidents.stop(id);
    else if (what === "starts") incidents.start(id);
    else {
      world.drifted.add(uid);
      incidents.change(id, { cpus: chance.between(1, 4) });
    }
  };

  const strikes: readonly ((site: Site) => void)[] = [
    (site) => {
      const faults = randomFaults();
      const ms = chance.between(1, 40) * 1000;
      trace.operation(`fault: for ${ms} ms the platform ${site.name} has ${JSON.stringify(faults)}`);
      site.platform.faults.replace(faults);
      later(ms, () => site.platform.faults.replace(none));
    },
    (site) => {
      // What the platform does is done, and nobody can be asked about it.
      const ms = chance.between(5, 40) * 1000;
      const faults = { ...none, errors: [{ rpc: "describe" as const, reason: chance.pick(["UNAVAILABLE", "TIMEOUT"] as const), rate: 1 }] };
      trace.operation(`fault: for ${ms} ms the platform ${site.name} has ${JSON.stringify(faults)}`);
      site.platform.faults.replace(faults);
      later(ms, () => site.platform.faults.replace(none));
    },
    (site) => {
      const ms = chance.pick([500, 5000, 20_000, 60_000]);
      trace.operation(`fault: the network to ${site.name} is silent for ${ms} ms`);
      network.pause(site);
      later(ms, () => network.resume(site));
    },
    (site) => stopProvider(site, chance.pick([1, 300, 5000, 20_000])),
    (site) => {
      trace.operation(`fault: the connections to ${site.name} break`);
      network.cut(site);
    },
    (site) => {
      trace.operation(`fault: the streams from ${site.name} break`);
      network.cutStreams(site);
    },
    () => {
      world.killManager("by chance");
    },
    () => {
      const at = chance.pick(["commit", "send", "answer"] as const);
      world.deadlyStep ??= { at, countdown: chance.between(1, 12) };
    },
    () => {
      const at = chance.pick(["commit", "send", "answer"] as const);
      world.deadlyStep ??= { at, countdown: chance.between(1, 4) };
    },
    () => {
      if (!world.manager?.ready) return;
      world.stopManager();
    },
    (site) => incident(site),
    (site) => incident(site),
    (site) => {
      const ms = chance.between(5, 60) * 1000;
      trace.operation(`fault: lists and streams of ${site.name} overlook machines for ${ms} ms`);
      site.shortcomings.overlooks = chance.pick([0.3, 1]);
      network.cutStreams(site);
      later(ms, () => {
        site.shortcomings.overlooks = 0;
      });
    },
    (site) => {
      const ms = chance.between(5, 60) * 1000;
      trace.operation(`fault: ${site.name} says that it switches machines, and doesn't, for ${ms} ms`);
      site.shortcomings.ignoresPower = chance.pick([0.5, 1]);
      later(ms, () => {
        site.shortcomings.ignoresPower = 0;
      });
    },
    ({ name, platform }) => trace.operation(`fault: ${name} forgets ${platform.forgetTasks()} tasks`),
    () => {
      const ms = chance.between(1, 10) * 1000;
      trace.operation(`fault: the manager's disk is full for ${ms} ms`);
      world.diskFull = true;
      later(ms, () => {
        world.diskFull = false;
      });
    },
    () => {
      world.wallOffsetMs += chance.pick([-3_600_000, -60_000, 60_000, 3_600_000]);
      trace.operation(`fault: the manager's wall clock is off by ${world.wallOffsetMs} ms`);
    },
  ];

  return {
    strike() {
      chance.pick(strikes)(chance.pick(sites));
    },
    stopOne: () => incident(chance.pick(sites), "stops"),
    vanishOne: () => incident(chance.pick(sites), "vanishes"),
    robOne() {
      const site = chance.pick(sites);
      const declared = site.platform.state().machines.flatMap(({ id, uid }) => {
        const spec = world.disk.machineOf(uid)?.spec;
        // What is taken from a suspended machine is put back once it runs.
        return spec && spec.powerState !== "Suspended" ? [{ id, spec }] : [];
      });
      if (declared.length === 0) return;
      const { id, spec } = chance.pick(declared);
      const names = (items: readonly { name: string }[] = []) => items.map(({ name }) => name);
      const loss = { memoryMib: 128, removeDisks: names(spec.disks), removeInterfaces: names(spec.interfaces) };
      trace.operation(`fault: someone takes ${JSON.stringify(loss)} from ${id} on ${site.name}`);
      site.platform.incidents.change(id, loss);
    },
    end() {
      over = true;
      trace.operation("from now on nothing goes wrong");
      world.deadlyStep = undefined;
      world.diskFull = false;
      for (const site of sites) {
        site.platform.faults.replace(none);
        Object.assign(site.shortcomings, { overlooks: 0, ignoresPower: 0 });
        network.resume(site);
        site.start();
        // What was overlooked at the beginning of a stream is never told by it.
        network.cutStreams(site);
      }
    },
  };
}
