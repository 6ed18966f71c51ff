import { MachineState, VirtualMachine as PlatformMachine, PowerOperation, PowerState } from "@remuda/contract";
import { type VirtualClock, virtualClock } from "@remuda/reconciler/testing";
import type { VirtualMachine, VirtualMachineStatus } from "@remuda/resources";
import { createMemoryStore, type ResourceStore } from "@remuda/store";
import pino from "pino";
import { applyAll } from "../api/apply";
import { createAsked } from "../machine/asked";
import type { MachineContext } from "../machine/context";
import { beginWork, finalizer, type Work } from "../machine/work";
import type { ProviderCalls } from "../provider/calls";
import type { Connection, Standing } from "../provider/connection";
import { createTaskPoller } from "../provider/task-poller";
import { basics, machine } from "./world";

/** One machine, a provider that answers as the test says, and time that stands still: for the phases of a reconcile alone. */
export interface Phase {
  store: ResourceStore;
  clock: VirtualClock;
  context: MachineContext;
  connection: Connection;
  signal: AbortSignal;
  /** A run over the machine as it is stored. */
  begin(): Promise<Work>;
  /** What the machine waits for. */
  waitsFor(): readonly string[];
  events(): string[];
}

export interface PhaseOptions {
  spec?: object;
  status?: Partial<VirtualMachineStatus>;
  annotations?: Record<string, string>;
  calls?: Partial<ProviderCalls>;
  sight?: () => ReturnType<Connection["observer"]["sight"]>;
  standing?: () => Standing;
  classes?: Partial<MachineContext["classes"]>;
}

/** The status of a machine that was made and runs. */
export const madeStatus: Partial<VirtualMachineStatus> = {
  id: "m-1",
  provider: "sim",
  launchedAt: "2026-01-01T00:00:00.000Z",
  observedGeneration: 1,
  conditions: [{ type: "Created", status: "True", reason: "Created", message: "", lastTransitionTime: "2026-01-01T00:00:00.000Z" }],
};

/** A machine as the platform shows it. */
export const shown = (uid: string, more: Parameters<typeof PlatformMachine.fromPartial>[0] = {}): PlatformMachine =>
  PlatformMachine.fromPartial({ id: "m-1", uid, state: MachineState.READY, powerState: PowerState.ON, ...more });

export async function createPhase(options: PhaseOptions = {}): Promise<Phase> {
  const { spec = {}, status, annotations, calls = {}, sight = () => ({ state: "absent" }), standing = () => "ready", classes } = options;
  const store = createMemoryStore();
  const clock = virtualClock({ startMs: Date.UTC(2026, 0, 2) });
  const vm = machine("web", spec);
  await applyAll(
    store,
    JSON.parse(JSON.stringify([...basics("127.0.0.1:1"), { ...vm, metadata: { ...vm.metadata, annotations } }])),
    false,
  );
  const read = async () => (await store.get("VirtualMachine", "web")) as VirtualMachine;
  const applied = await read();
  const held = await store.update({ ...applied, metadata: { ...applied.metadata, finalizers: [finalizer] } });
  if (status) await store.updateStatus({ ...held, status: { phase: "Running", ...status } });

  const ready = () => standing() === "ready";
  const tasks = createTaskPoller({ calls: { isTaskComplete: () => new Promise(() => {}), ...calls }, clock, ready });
  // Only what the phases use; a call that the test gives no answer for fails the test.
  const connection = {
    provider: "sim",
    address: "127.0.0.1:1",
    calls,
    tasks,
    observer: {
      sight,
      lostSinceMs: undefined,
      note() {},
      drop() {},
      async look(id: string, uid: string, signal: AbortSignal) {
        return (await calls.describe?.({ id, uid }, signal))?.virtualMachine;
      },
    } as Partial<Connection["observer"]>,
    get ready() {
      return ready();
    },
    enter: () => () => {},
    capabilities: { adoption: true, services: [], powerOperations: Object.values(PowerOperation) },
  } as Partial<Record<keyof Connection, unknown>> as Connection;

  let waiting: readonly string[] = [];
  const events: string[] = [];
  const context: MachineContext = {
    store,
    clock,
    log: pino({ level: "silent" }),
    owner: "owner",
    connection: () => connection,
    standing,
    readSecret: () => Promise.reject(new Error("no secrets")),
    image: () => ({ state: "ready", imageId: "ubuntu-24.04" }),
    waitFor: (_, keys) => {
      waiting = keys;
    },
    wake() {},
    record: (_, type, reason, message) => events.push(`${type} ${reason}: ${message}`),
    asked: createAsked(clock),
    classes: { isOutdated: () => false, spec: () => undefined, enter: () => false, ...classes },
    stirred: new Set(),
  };
  return {
    store,
    clock,
    context,
    connection,
    signal: new AbortController().signal,
    begin: async () => beginWork(await read()),
    waitsFor: () => waiting,
    events: () => events,
  };
}
