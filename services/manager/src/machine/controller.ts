import type { VirtualMachine } from "@remuda/resources";
import { type Controller, createController } from "../controller";
import type { Change } from "../feed";
import type { Metrics } from "../metrics";
import { resourceKey } from "../resource-key";
import type { Traces } from "../tracing/origins";
import { traceReconciles } from "../tracing/reconciles";
import type { Usage } from "../usage";
import { createAsked } from "./asked";
import type { MachineContext } from "./context";
import { createMachineReconcile } from "./reconcile";
import { createRounds } from "./rounds";
import { kind } from "./work";

export interface MachineController extends Controller {
  /** A change of any resource of the store. */
  onChange(change: Change): void;
  /** There is a VirtualMachine with this uid. */
  isKnown(uid: string): boolean;
  /** A provider shows a machine anew. */
  onMachine(uid: string): void;
  /** What all machines of a provider may expect changed. */
  onProvider(provider: string): void;
  /** Resolves when all machines of a provider were reconciled once more. */
  looked(provider: string): Promise<void>;
  /** Something that machines may wait for changed. */
  wakeWaiting(key: string): void;
}

export interface MachineControllerOptions extends Omit<MachineContext, "waitFor" | "wake" | "record" | "asked" | "stirred"> {
  metrics: Metrics;
  usage: Usage;
  /** Told after each run over a machine. */
  ran(machine: string): Promise<void>;
  concurrency?: number;
  traces?: Traces;
}

/** Wakes machines when something about them changes, and reconciles them. */
export function createMachineController(options: MachineControllerOptions): MachineController {
  const { store, clock, log, metrics, usage, ran, concurrency = 512, traces } = options;
  const nameOf = new Map<string, string>();
  // What each machine waits for; built anew by each run over it. Machines come and go by the thousand, what they wait for seldom changes.
  const waitsFor = new Map<string, readonly string[]>();

  const waitFor = (machine: string, keys: readonly string[]) => {
    if (keys.length === 0) waitsFor.delete(machine);
    else waitsFor.set(machine, keys);
  };

  const context: MachineContext = {
    ...options,
    asked: createAsked(clock),
    stirred: new Set(),
    waitFor,
    wake: (name) => controller.queue.add(name),
    record: ({ metadata: { name, uid } }, type, reason, message) => store.recordEvent({ kind, name, uid, type, reason, message }),
  };
  const rounds = createRounds();
  const untraced = createMachineReconcile(context);
  const run = traces ? traceReconciles(traces, store, untraced) : untraced;
  const reconcile = rounds.over(async (name, signal) => {
    try {
      return await run(name, signal);
    } finally {
      await ran(name);
    }
  });
  const controller = createController({ name: "machine", clock, log, metrics, concurrency, reconcile });
  const machinesOf = (provider: string) =>
    [...usage.usersOf("Provider", provider)].filter((user) => user.startsWith(machineKeys)).map((user) => user.slice(machineKeys.length));

  const forget = (vm: VirtualMachine) => {
    const { name, uid } = vm.metadata;
    nameOf.delete(uid);
    waitFor(name, []);
    context.asked.forget(name);
    context.stirred.delete(name);
    if (vm.status?.task) context.connection(vm.status.provider ?? vm.spec.provider)?.tasks.forget(vm.status.task.ref);
  };

  return {
    ...controller,
    onChange(change) {
      if (change.resource.kind !== kind) return;
      // The kind says the shape.
      const vm = change.resource as VirtualMachine;
      const previous = change.previous as VirtualMachine | undefined;
      metrics.phase(
        previous?.status?.phase ?? (previous && "Pending"),
        change.type === "gone" ? undefined : (vm.status?.phase ?? "Pending"),
      );
      if (change.type === "gone") return forget(vm);
      nameOf.set(vm.metadata.uid, vm.metadata.name);
      // What failed for good before this process began is tried once more: what it refers to may have been put right meanwhile.
      if (!previous && vm.status?.failures && vm.status.failures.nextTryAt === undefined) context.stirred.add(vm.metadata.name);
      // What the controller wrote itself needs no second look.
      if (previous && previous.status !== vm.status && sameButStatus(previous, vm)) return;
      controller.queue.add(vm.metadata.name);
    },
    isKnown: (uid) => nameOf.has(uid),
    onMachine(uid) {
      const name = nameOf.get(uid);
      if (name !== undefined) controller.queue.add(name);
    },
    onProvider(provider) {
      for (const name of machinesOf(provider)) controller.queue.add(name);
    },
    looked(provider) {
      const names = machinesOf(provider);
      const round = rounds.begin(names);
      for (const name of names) controller.queue.add(name);
      return round;
    },
    wakeWaiting(key) {
      for (const [name, keys] of waitsFor) {
        if (!keys.includes(key)) continue;
        context.stirred.add(name);
        controller.queue.add(name);
      }
    },
  };
}

const machineKeys = resourceKey(kind, "");

const sameButStatus = (a: VirtualMachine, b: VirtualMachine): boolean =>
  a.metadata.generation === b.metadata.generation &&
  a.metadata.deletionTimestamp === b.metadata.deletionTimestamp &&
  a.metadata.finalizers?.length === b.metadata.finalizers?.length &&
  JSON.stringify([a.metadata.labels, a.metadata.annotations]) === JSON.stringify([b.metadata.labels, b.metadata.annotations]);
