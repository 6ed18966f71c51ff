import type { Clock } from "@remuda/reconciler";
import { type Batch, createStore, type ResourceStore } from "@remuda/store";
import pino from "pino";
import { createManager, type Manager } from "../../manager";
import { createMetrics } from "../../metrics";
import type { Chance } from "./chance";
import type { Disk } from "./disk";
import { startMs } from "./event-loop";
import type { Caller, Network } from "./network";
import type { Scheduler } from "./scheduler";
import type { Site } from "./site";
import type { Trace } from "./trace";

/** One life of the manager: all that it has is in memory, but for what the disk keeps. */
export interface ManagerProcess extends Caller {
  store: ResourceStore;
  /** Everything that was stored has been taken up. */
  readonly ready: boolean;
  /** Keys that wait for a worker, of all controllers. */
  queued(): Promise<number>;
  /** kill -9: whatever it does from now on has no effect. */
  kill(): void;
  /** As on SIGTERM. */
  stop(): Promise<void>;
}

export interface ManagerProcessOptions {
  disk: Disk;
  network: Network;
  sites: readonly Site[];
  scheduler: Scheduler;
  chance: Chance;
  trace: Trace;
  newUid(): string;
  /** How far the wall clock is off. */
  wallOffsetMs(): number;
  /** Throws what makes the disk refuse a write. */
  checkDisk(): void;
  /** May kill the process. */
  guard(process: ManagerProcess, moment: "send" | "answer", method: string, request: object, site: Site): void;
  guardCommit(process: ManagerProcess, moment: "before" | "after", batch: Pick<Batch, "put" | "remove">): void;
  /** Something that must never happen. */
  onFault(what: string): void;
  onReconcile(controller: string): void;
}

export class DiskFull extends Error {
  override readonly name = "DiskFull";
}

/** What a reconcile may end with where nothing is wrong with the manager's code. */
const expected = new Set(["StoreError", "ProviderError", "DiskFull"]);

export function startManagerProcess(options: ManagerProcessOptions): ManagerProcess {
  const { disk, network, sites, scheduler, chance, trace, newUid, onFault } = options;
  let alive = true;
  let ready = false;
  let manager: Manager | undefined;
  const clock: Clock = {
    now: () => startMs + scheduler.nowMs + options.wallOffsetMs(),
    monotonicMs: () => scheduler.nowMs,
    setTimer: (fn, ms) => scheduler.after(ms, () => alive && fn()),
    random: chance.next,
  };
  const durable = createStore(
    disk.open((moment, batch) => {
      if (!alive) throw new Error("the process is dead");
      if (moment === "before") options.checkDisk();
      options.guardCommit(process, moment, batch);
      if (!alive) throw new Error("the process is dead");
      if (moment === "before") {
        const put = batch.put.map(({ kind, metadata }) => `${kind}/${metadata.name}@${metadata.resourceVersion}`);
        const removed = batch.remove.map(({ kind, name }) => `-${kind}/${name}`);
        trace.detail(`commit ${batch.version}: ${[...put, ...removed].join(" ")}`);
      }
    }),
    { clock, newUid },
  );
  const living =
    <Args extends unknown[], T>(next: (...args: Args) => Promise<T>) =>
    (...args: Args): Promise<T> =>
      alive ? next(...args) : new Promise(() => {});
  const store: ResourceStore = { ...durable, get: living(durable.get), list: living(durable.list) };

  const log = pino({
    level: "warn",
    hooks: {
      logMethod([fields, message]) {
        const { err } = fields as { err?: Error };
        if (!alive || !err || expected.has(err.name)) return;
        onFault(`the manager logged "${message}": ${err.stack ?? err.message}`);
      },
    },
  });
  const depths: (() => number | Promise<number>)[] = [];
  const plain = createMetrics();
  const metrics: typeof plain = {
    ...plain,
    reconciled: (controller) => alive && options.onReconcile(controller),
    gauge(name, _help, read) {
      if (name.endsWith("_queue_depth")) depths.push(read);
    },
  };

  const process: ManagerProcess = {
    store,
    get alive() {
      return alive;
    },
    get ready() {
      return alive && ready;
    },
    guard: (moment, method, request, site) => options.guard(process, moment, method, request, site),
    async queued() {
      let sum = 0;
      for (const read of depths) sum += await read();
      return sum;
    },
    kill() {
      alive = false;
      network.forget(process);
    },
    async stop() {
      await manager?.stop();
      await store.close();
      process.kill();
    },
  };
  const dial = ({ address }: { address: string }) => {
    const site = sites.find((candidate) => candidate.address === address);
    if (!site) throw new Error(`nobody listens on ${address}`);
    return network.connect(process, site);
  };
  createManager({ store, secretsDir: "/nonexistent", log, clock, metrics, dial }).then(
    (started) => {
      manager = started;
      void started.synced.then(() => {
        ready = true;
      });
    },
    (error: unknown) => onFault(`the manager does not start: ${error}`),
  );
  return process;
}
