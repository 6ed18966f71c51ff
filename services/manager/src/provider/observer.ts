import { isDeepStrictEqual } from "node:util";
import { asProviderError, createPageGuard, type VirtualMachine, type WatchVirtualMachinesResponse } from "@remuda/contract";
import type { Clock } from "@remuda/reconciler";
import type { Logger } from "pino";
import { pause } from "../feed";
import type { ProviderCalls } from "./calls";

/** What is known of a machine. Only while the view is whole can a machine be absent. */
type Sight =
  | { state: "present"; machine: VirtualMachine; live: boolean }
  | { state: "absent" }
  /** No whole snapshot yet, or none any more. */
  | { state: "unknown" };

export interface ObserverOptions {
  calls: Pick<ProviderCalls, "watchVirtualMachines" | "listVirtualMachines">;
  owner: string;
  clock: Clock;
  log: Logger;
  /** One machine is new, changed or gone. */
  onChange(uid: string): void;
  /** The whole view came up for the first time or after a loss; or it was lost for longer than a short break. */
  onView(state: "live" | "lost"): void;
  /** The stream broke. */
  onBroken?(): void;
}

/** One provider's machines as the platform shows them, kept by a stream and, as a safety net, a seldom list. */
export interface Observer {
  sight(uid: string): Sight;
  /** Another answer than the stream's told of the machine; kept if the stream has not told of it yet, or always with `replace`. */
  note(machine: VirtualMachine, replace?: boolean): void;
  /** Something said that the machine is gone. */
  drop(uid: string): void;
  /** When the view was lost, in ms since the epoch; undefined while it is live, or within a short break. */
  readonly lostSinceMs: number | undefined;
  readonly size: number;
  /** The provider can be reached again: connect now. */
  resume(): void;
  close(): void;
}

const graceMs = 10_000;
const silenceMs = 90_000;
const relistMs = 600_000;

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
  let changes = 0;
  const changedAt = new Map<string, number>();

  const tellLost = () => {
    if (live || told === "lost") return;
    told = "lost";
    onView("lost");
  };
  const put = (machine: VirtualMachine): boolean => {
    const before = machines.get(machine.uid);
    machines.set(machine.uid, machine);
    uidOf.set(machine.id, machine.uid);
    return !isDeepStrictEqual(before, machine);
  };
  const remove = (uid: string) => {
    const machine = machines.get(uid);
    if (!machine) return;
    machines.delete(uid);
    uidOf.delete(machine.id);
  };
  // A list that began before a change must not undo it.
  const touched = (uid: string) => {
    if (relisting) changedAt.set(uid, ++changes);
  };
  let relisting = false;

  const beginSnapshot = () => {
    const before = new Set(machines.keys());
    return {
      saw: (uid: string) => before.delete(uid),
      end: () => {
        for (const uid of before) {
          remove(uid);
          onChange(uid);
        }
        live = true;
        cancelGrace();
        if (told !== "live") {
          told = "live";
          onView("live");
        }
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
    const snapshot = beginSnapshot();
    try {
      for await (const message of calls.watchVirtualMachines({ owner }, { signal })) {
        cancelSilence();
        cancelSilence = clock.setTimer(() => ending.abort(), silenceMs);
        apply(message, snapshot);
      }
    } finally {
      cancelSilence();
    }
  };

  const broken = () => {
    if (!live) return;
    live = false;
    brokenAtMs = clock.now();
    cancelGrace = clock.setTimer(tellLost, graceMs);
    options.onBroken?.();
  };

  const run = async () => {
    for (let failures = 0; !closing.signal.aborted; ) {
      try {
        await streamOnce();
        failures = live ? 0 : failures + 1;
      } catch (error) {
        if (closing.signal.aborted) return;
        failures = live ? 0 : failures + 1;
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
    relisting = true;
    try {
      const missing = new Set(machines.keys());
      const next = createPageGuard();
      for (let pageToken = ""; ; ) {
        const page = await calls.listVirtualMachines({ owner, pageSize: 1000, pageToken }, closing.signal);
        for (const machine of page.virtualMachines) {
          missing.delete(machine.uid);
          if (machine.uid !== "" && !changedAt.has(machine.uid) && put(machine)) onChange(machine.uid);
        }
        pageToken = next(page, page.virtualMachines.length);
        if (pageToken === "") break;
      }
      for (const uid of missing) {
        if (changedAt.has(uid)) continue;
        remove(uid);
        onChange(uid);
      }
    } finally {
      relisting = false;
      changedAt.clear();
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
      const machine = machines.get(uid);
      if (machine) return { state: "present", machine, live };
      return live ? { state: "absent" } : { state: "unknown" };
    },
    note(machine, replace = false) {
      if (machine.uid !== "" && (replace || !machines.has(machine.uid))) {
        touched(machine.uid);
        put(machine);
      }
    },
    drop: remove,
    get lostSinceMs() {
      return told === "lost" && !live ? brokenAtMs : undefined;
    },
    get size() {
      return machines.size;
    },
    resume: () => wakeUp?.(),
    close() {
      closing.abort();
      cancelGrace();
    },
  };
}
