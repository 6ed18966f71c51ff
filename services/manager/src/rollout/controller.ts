import type { Clock } from "@remuda/reconciler";
import { setCondition, type VirtualMachine, type VMClass, type VMClassStatus } from "@remuda/resources";
import type { ResourceStore } from "@remuda/store";
import type { Logger } from "pino";
import { type Controller, createController } from "../controller";
import type { Change } from "../feed";
import type { Metrics } from "../metrics";
import { saveStatus } from "../status";
import { type Entry, isPaused } from "./ledger";
import { type Classes, createRollouts } from "./rollouts";

export interface RolloutController extends Controller {
  classes: Classes;
  onChange(change: Change): void;
  /** To be called after each run over a machine. */
  ran(machine: string): Promise<void>;
}

export interface RolloutControllerOptions {
  store: ResourceStore;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  /** It is this machine's turn to be brought to what its class has become. */
  wake(machine: string): void;
}

// What machines do by the thousand is told at most so often.
const tellEveryMs = 500;

/** Tells in each class how far its last change has come. */
export function createRolloutController({ store, clock, log, metrics, wake }: RolloutControllerOptions): RolloutController {
  // The store keeps each kind with its own shape.
  const read = async (machine: string) => (await store.get("VirtualMachine", machine)) as VirtualMachine | undefined;
  const rollouts = createRollouts({ wake, onProgress: (name) => controller.queue.addAfter(name, tellEveryMs) });

  const reconcile = async (name: string) => {
    const vmClass = (await store.get("VMClass", name)) as VMClass | undefined;
    const entry = rollouts.entry(name);
    if (!vmClass || !entry || vmClass.metadata.generation === undefined) return {};
    const before = vmClass.status?.rollout;
    // Machines that only come and go are no rollout. One of a former process may have ended without a word.
    if (!entry.untold && (!before || before.updated === before.total)) return {};
    const rollout = {
      generation: vmClass.metadata.generation,
      total: entry.users.size,
      updated: entry.users.size - entry.outdated.size,
      changing: entry.places.size,
      failed: entry.failed.size,
    };
    const told = progress(entry, rollout);
    await saveStatus<VMClassStatus>(store, vmClass, (status = {}) => ({
      ...status,
      rollout,
      conditions: setCondition(status.conditions, { type: "RolledOut", ...told, observedGeneration: rollout.generation }, clock.now()),
    }));
    entry.untold = entry.outdated.size > 0;
    const formerly = vmClass.status?.conditions?.find(({ type }) => type === "RolledOut")?.reason;
    if (told.reason !== formerly) {
      const { uid } = vmClass.metadata;
      const type = told.reason === "Paused" ? "Warning" : "Normal";
      store.recordEvent({ kind: "VMClass", name, uid, type, reason: `Rollout${told.reason}`, message: told.message });
    }
    return {};
  };
  const controller = createController({ name: "rollout", clock, log, metrics, concurrency: 4, reconcile });

  return {
    ...controller,
    classes: rollouts,
    onChange: rollouts.onChange,
    async ran(machine) {
      if (rollouts.awaits(machine)) rollouts.ran(machine, await read(machine));
    },
    async run(signal) {
      await rollouts.begin(read);
      await controller.run(signal);
    },
  };
}

function progress(entry: Entry, { total, updated, changing, failed }: NonNullable<VMClassStatus["rollout"]>) {
  const far = `${updated} of ${total} machines have what the class is now`;
  if (updated === total) return { status: "True", reason: "Done", message: far } as const;
  const [first] = entry.failed;
  const failures = first ? `; ${failed} failed, such as ${first[0]}: ${first[1]}` : "";
  if (isPaused(entry)) {
    const message = `${far}${failures}; no further machine is changed until the class is, or spec.rollout.maxFailures is raised`;
    return { status: "False", reason: "Paused", message } as const;
  }
  if (changing > 0 || entry.waiting.size > 0) return { status: "False", reason: "Changing", message: `${far}${failures}` } as const;
  return { status: "False", reason: "Waiting", message: `${far}${failures}; the others can't be changed now` } as const;
}
