import type { Provider } from "@remuda/provider-kit";
import { preparedImages } from "./catalog";
import { type Clock, seededClock } from "./clock";
import { createFaults, type FaultControl } from "./faults";
import { createFeed } from "./feed";
import { addForeignMachine } from "./foreign";
import { createFreeDisks } from "./free-disks";
import { createHosts, type HostState } from "./hosts";
import { createIds, platformId } from "./ids";
import { createImageStore } from "./images";
import { createIncidents, type Incidents, runIncidents } from "./incidents";
import { openJournal } from "./journal";
import { createMachines } from "./machines";
import { createNetworks, type NetworkState } from "./networks";
import { optionsSchema, type SimulatorOptions } from "./options";
import { createPlatform } from "./platform";
import type { FreeDiskRecord, MachineRecord, TaskRecord } from "./records";
import { createRentals, type Rentals } from "./rentals";
import { attach, settle } from "./settle";
import { createTasks } from "./tasks";
import { type FullProvider, withFaults } from "./with-faults";
import type { World } from "./world";

/** What happened on the platform, for people. */
export interface PlatformEvent {
  timeMs: number;
  event: string;
  fields: Readonly<Record<string, string>>;
}

/** All there is, as it is now. */
export interface SimulatorState {
  hosts: HostState[];
  networks: NetworkState[];
  rentals: ReturnType<Rentals["list"]>;
  machines: readonly MachineRecord[];
  freeDisks: readonly FreeDiskRecord[];
  runningTasks: readonly TaskRecord[];
}

/** What a test, a bench or the control endpoint does to the platform behind the contract's back. */
export interface SimulatorControls {
  faults: FaultControl;
  incidents: Incidents;
  state(): SimulatorState;
  /** The newest events, oldest first. */
  events(): readonly PlatformEvent[];
  /** A machine that no provider made: without uid and owner. */
  addForeignMachine(machine: { name: string; cpus?: number; memoryMib?: number }): Promise<string>;
  /** The refs of running tasks can't be traced any more; the tasks go on. Without a ref: all. Answers how many. */
  forgetTasks(ref?: string): number;
  /** Resolves when all that happened so far is durable. */
  settled(): Promise<void>;
}

/** `close` writes what is left and stops all timers. */
export type Simulator = FullProvider & Required<Pick<Provider, "close">> & SimulatorControls;

const mostEvents = 1000;

/** A simulated hypervisor, for use in process or behind a server. `options` are checked; the seed lies in the clock's `random`. */
export function createSimulator(options: SimulatorOptions = {}, clock: Clock = seededClock(1)): Simulator {
  const settings = optionsSchema.parse(options);
  const journal = openJournal(settings.stateDir);
  const feed = createFeed();
  const faults = createFaults(settings.faults, clock.random);
  const hosts = createHosts(settings.hosts, settings.overcommit);
  const networks = createNetworks(settings.networks);
  const rentals = createRentals(settings.instanceTypes);
  const extraImages = settings.images.map((image) => ({ ...image, format: "raw", ready: true, source: "" }));
  const nextId = createIds(journal, clock);
  const events: PlatformEvent[] = [];

  const world: World = {
    id: platformId(journal),
    clock,
    journal,
    feed,
    hosts,
    networks,
    rentals,
    images: createImageStore([...preparedImages, ...extraImages], journal),
    freeDisks: createFreeDisks(hosts, journal),
    machines: createMachines({ hosts, networks, rentals }, journal, feed),
    tasks: createTasks({
      clock,
      journal,
      nextRef: () => nextId("task"),
      settle: (task, problem) => settle(world, task.work, problem),
      attach: (task) => attach(world, task),
      doom: faults.doom,
      forgets: faults.forgets,
    }),
    faults,
    latencyMs: settings.latencyMs,
    guestShutdownMs: settings.guestShutdownMs,
    nextId,
    note(event, fields) {
      events.push({ timeMs: clock.now(), event, fields });
      if (events.length > 2 * mostEvents) events.splice(0, events.length - mostEvents);
    },
  };
  world.tasks.resume();
  const incidents = createIncidents(world);
  const stopIncidents = runIncidents(world, incidents);

  return {
    ...withFaults(createPlatform(world), faults, clock),
    faults,
    incidents,
    state: () => ({
      hosts: hosts.list(),
      networks: networks.list(),
      rentals: rentals.list(),
      machines: [...world.machines.all()],
      freeDisks: [...world.freeDisks.all()],
      runningTasks: world.tasks.running(),
    }),
    events: () => events.slice(-mostEvents),
    addForeignMachine: (machine) => addForeignMachine(world, machine),
    forgetTasks(ref) {
      const refs = ref === undefined ? world.tasks.running().map((task) => task.ref) : [ref];
      const known = refs.filter((candidate) => world.tasks.get(candidate));
      for (const each of known) world.tasks.forget(each);
      return known.length;
    },
    settled: () => journal.committed(),
    close() {
      stopIncidents();
      world.tasks.stop();
      journal.close();
      return Promise.resolve();
    },
  };
}
