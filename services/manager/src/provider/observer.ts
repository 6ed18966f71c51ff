import { asProviderError, createPageGuard, type VirtualMachine, type WatchVirtualMachinesResponse } from "@remuda/contract";
import { type Clock, pause } from "@remuda/reconciler";
import { dequal } from "dequal";
import type { Logger } from "pino";
import type { ProviderCalls } from "./calls";

/** What is known of a machine. Only while the view is whole can a machine be absent. */
type Sight =
  | { state: "present"; machine: VirtualMachine; live: boolean }
  | { state: "absent" }
  /** No whole snapshot yet, or none any more. */
  | { state: "unknown" };

export interface ObserverOptions {
  calls: Pick<ProviderCalls, "watchVirtualMachines" | "listVirtualMachines" | "describe">;
  owner: string;
  clock: Clock;
  log: Logger;
  /** Whether the stream that was opened shows the right platform; asked once it has shown something. */
  confirm(): Promise<boolean>;
  /** One machine is new, changed or gone. */
  onChange(uid: string): void;
  /** There are more or fewer machines than before. */
  onCount?(): void;
  /** The whole view came up for the first time or after a loss; or it was lost for longer than a short break. */
  onView(state: "live" | "lost"): void;
  /** The stream broke. */
  onBroken?(): void;
}

/** One provider's machines as the platform shows them, kept by a stream and, as a safety net, a seldom list. */
export interface Observer {
  sight(uid: string): Sight;
  /** The answer to a Create told of the machine; kept if nothing else has yet. */
  note(machine: VirtualMachine): void;
  /**
   * Asks the platform about the machine, keeps the answer unless something newer was told meanwhile, and answers what is known then. Fails as
   * Describe does. An empty id: by uid alone.
   */
  look(id: string, uid: string, signal: AbortSignal): Promise<VirtualMachine | undefined>;
  /** Something said that the machine is gone. */
  drop(uid: string): void;
  /** When the view was lost, in ms since the epoch; undefined while it is live, or within a short break. */
  readonly lostSinceMs: number | undefined;
  readonly size: number;
  /** All machines as they were seen last. */
  machines(): Iterable<VirtualMachine>;
  /** What is not among them is not there. */
  readonly live: boolean;
  /** The provider can be reached again: connect now. */
  resume(): void;
  close(): void;
}

const graceMs = 10_000;
const silenceMs = 90_000;
const relistMs = 600_000;
// A stream that breaks sooner than this was no success: it is opened ever more seldom.
const steadyMs = 30_000;

export function createObserver(options: ObserverOptions): Observer {
  const { calls, owner, clock, log, onChange, onView } = options;
  const machines = new Map<string, VirtualMachine>();
  const uidOf = new Map<string, string>();
  const closing = new AbortController();
  let live = false;
  let brokenAtMs = clock.now();
  // "starting" until the first snapshot or loss has been told.
  let told: "starting" | "live" | "lost" = "starting";
  let cancelGrace = clock.setTimer(() => tellLost(), graceMs);
  let wakeUp: (() => void) | undefined;
  /** Asked for while the view was not live: what shows of them then counts, also where it is what was known before. */
  const unsure = new Set<string>();
  /** While a list is under way: the machines of which something was told since it began. */
  let toldSinceList: Set<string> | undefined;
  /** The Describes under way of each machine. */
  const looks = new Map<string, Set<{ overtaken: boolean }>>();

  const tellLost = () => {
    if (live || told === "lost") return;
    told = "lost";
    onView("lost");
  };
  const put = (machine: VirtualMachine): boolean => {
    const before = machines.get(machine.uid);
    if (dequal(before, machine)) return false;
    if (before && before.id !== machine.id) uidOf.delete(before.id);
    machines.set(machine.uid, machine);
    uidOf.set(machine.id, machine.uid);
    if (!before) options.onCount?.();
    return true;
  };
  const remove = (uid: string) => {
    const machine = machines.get(uid);
    if (!machine) return;
    machines.delete(uid);
    uidOf.delete(machine.id);
    options.onCount?.();
  };
  // What was asked for before a change must not undo it.
  const touched = (uid: string) => {
    toldSinceList?.add(uid);
    for (const look of looks.get(uid) ?? []) look.overtaken = true;
  };
  /** The stream that is open has shown something. */
  let heard = false;

  const beginSnapshot = () => {
    const before = new Set(machines.keys());
    return {
      saw: (uid: string) => before.delete(uid),
      end: () => {
        for (const uid of before) {
          touched(uid);
          remove(uid);
          onChange(uid);
        }
        live = true;
        cancelGrace();
        if (told === "live") for (const uid of unsure) onChange(uid);
        else {
          told = "live";
          onView("live");
        }
        unsure.clear();
      },
    };
  };

  const apply = ({ events }: WatchVirtualMachinesResponse, snapshot: ReturnType<typeof beginSnapshot>) => {
    for (const { event } of events) {
      switch (event?.$case) {
        case "present":
          if (event.value.uid === "") break;
          snapshot.saw(event.value.uid);
          touched(event.value.uid);
          if (put(event.value)) onChange(event.value.uid);
          break;
        case "gone": {
          const uid = event.value.uid || uidOf.get(event.value.id);
          if (uid === undefined) break;
          touched(uid);
          remove(uid);
          onChange(uid);
          break;
        }
        case "bookmark":
          snapshot.end();
          break;
      }
    }
  };

  const streamOnce = async () => {
    const ending = new AbortController();
    const signal = AbortSignal.any([ending.signal, closing.signal]);
    let cancelSilence = clock.setTimer(() => ending.abort(), silenceMs);
    // Another platform may have come behind the address while no stream was open: what this one shows is believed when that is ruled out.
    const held: WatchVirtualMachinesResponse[] = [];
    let snapshot: ReturnType<typeof beginSnapshot> | undefined;
    let ended = false;
    const believe = (right: boolean) => {
      if (ended) return;
      if (!right) {
        heard = false;
        return ending.abort();
      }
      snapshot = beginSnapshot();
      for (const message of held.splice(0)) apply(message, snapshot);
    };
    try {
      for await (const message of calls.watchVirtualMachines({ owner }, { signal })) {
        cancelSilence();
        cancelSilence = clock.setTimer(() => ending.abort(), silenceMs);
        if (snapshot) apply(message, snapshot);
        else if (held.push(message) === 1) {
          heard = true;
          void options.confirm().then(believe);
        }
      }
    } finally {
      ended = true;
      cancelSilence();
    }
  };

  const broken = () => {
    if (heard) options.onBroken?.();
    heard = false;
    if (!live) return;
    live = false;
    brokenAtMs = clock.now();
    cancelGrace = clock.setTimer(tellLost, graceMs);
  };

  const run = async () => {
    for (let failures = 0; !closing.signal.aborted; ) {
      const beganMs = clock.monotonicMs();
      const ended = () => {
        failures = live && clock.monotonicMs() - beganMs >= steadyMs ? 0 : failures + 1;
      };
      try {
        await streamOnce();
        ended();
      } catch (error) {
        if (closing.signal.aborted) return;
        ended();
        if (failures <= 1) log.warn({ reason: asProviderError(error).reason, err: error }, "watching the provider's machines broke off");
      }
      broken();
      const waking = new AbortController();
      wakeUp = () => waking.abort();
      const delayMs = Math.min(15_000, 200 * 2 ** failures) * (0.5 + clock.random() / 2);
      await pause(clock, delayMs, AbortSignal.any([waking.signal, closing.signal]));
      wakeUp = undefined;
    }
  };

  const relist = async () => {
    const changed = new Set<string>();
    toldSinceList = changed;
    try {
      const missing = new Set(machines.keys());
      const next = createPageGuard();
      for (let pageToken = ""; ; ) {
        const page = await calls.listVirtualMachines({ owner, pageSize: 1000, pageToken }, closing.signal);
        for (const machine of page.virtualMachines) {
          missing.delete(machine.uid);
          if (machine.uid !== "" && !changed.has(machine.uid) && put(machine)) onChange(machine.uid);
        }
        pageToken = next(page, page.virtualMachines.length);
        if (pageToken === "") break;
      }
      for (const uid of missing) {
        if (changed.has(uid)) continue;
        remove(uid);
        onChange(uid);
      }
    } finally {
      toldSinceList = undefined;
    }
  };
  const runRelist = async () => {
    while (!closing.signal.aborted) {
      await pause(clock, relistMs * (0.75 + clock.random() / 2), closing.signal);
      if (live && !closing.signal.aborted)
        await relist().catch((error) => log.warn({ err: error }, "listing the provider's machines failed"));
    }
  };
  void run();
  void runRelist();

  return {
    sight(uid) {
      if (!live) unsure.add(uid);
      const machine = machines.get(uid);
      if (machine) return { state: "present", machine, live };
      return live ? { state: "absent" } : { state: "unknown" };
    },
    note(machine) {
      if (machine.uid === "" || machines.has(machine.uid)) return;
      touched(machine.uid);
      put(machine);
    },
    async look(id, uid, signal) {
      const look = { overtaken: false };
      const others = looks.get(uid) ?? new Set();
      looks.set(uid, others.add(look));
      try {
        const { virtualMachine } = await calls.describe({ id, uid }, signal);
        if (virtualMachine && !look.overtaken) {
          touched(uid);
          put(virtualMachine);
        }
        return machines.get(uid);
      } finally {
        others.delete(look);
        if (others.size === 0) looks.delete(uid);
      }
    },
    drop(uid) {
      touched(uid);
      remove(uid);
    },
    get lostSinceMs() {
      return told === "lost" && !live ? brokenAtMs : undefined;
    },
    get size() {
      return machines.size;
    },
    machines: () => machines.values(),
    get live() {
      return live;
    },
    resume: () => wakeUp?.(),
    close() {
      closing.abort();
      cancelGrace();
    },
  };
}
