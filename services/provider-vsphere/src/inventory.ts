import { setTimeout as pause } from "node:timers/promises";
import { ProviderError } from "@remuda/contract";
import { faultOf, type MoRef, moRef, readObject, retrieveAll, service, type VsphereClient, watchMachines } from "@remuda/vsphere-client";
import { type Machine, machinePaths, toMachine, watchedPaths } from "./machine";

type InventoryEvent = { type: "present"; machine: Machine } | { type: "gone"; machine: Machine } | { type: "snapshot" };

/** All machines, kept true by vCenter itself: one view and one collector, however many machines and readers. */
export interface Inventory {
  /** As vCenter has it now; undefined only when it said so. */
  find(id: string, signal: AbortSignal): Promise<Machine | undefined>;
  read(ref: MoRef, signal: AbortSignal): Promise<Machine | undefined>;
  list(signal: AbortSignal): Promise<Machine[]>;
  /** All machines, one snapshot event, then what happens. */
  follow(signal: AbortSignal): AsyncGenerator<InventoryEvent, void, void>;
  /** This process changes it: for a moment it is read from vCenter itself, which the watch may be behind. */
  touch(ref: MoRef): void;
  close(): void;
}

/** How long the watch may be behind what a call was answered. */
const lagMs = 3_000;
const retryMs = 1_000;
const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

export interface InventoryDeps {
  client: VsphereClient;
  /** Milliseconds of a clock that nobody sets. */
  now(): number;
  /** The watch broke and is begun anew. */
  broken(error: unknown): void;
}

export function createInventory({ client, now, broken }: InventoryDeps): Inventory {
  const closed = new AbortController();
  const touched = new Map<string, number>();
  const listeners = new Set<(event: InventoryEvent) => void>();
  let ids = new Map<string, string[]>();
  let known = new Map<string, Machine>();
  let live = false;
  let started = false;
  let becameLive: Deferred | undefined;

  const tell = (event: InventoryEvent) => {
    for (const listener of listeners) listener(event);
  };

  function index(machines: Map<string, Machine>): void {
    ids = new Map();
    for (const [ref, { id }] of machines) ids.set(id, [...(ids.get(id) ?? []), ref]);
  }

  function put(ref: MoRef, machine: Machine | undefined): void {
    const before = known.get(ref.value);
    if (before) {
      const others = (ids.get(before.id) ?? []).filter((other) => other !== ref.value);
      if (others.length > 0) ids.set(before.id, others);
      else ids.delete(before.id);
      known.delete(ref.value);
    }
    if (machine) {
      known.set(ref.value, machine);
      ids.set(machine.id, [...(ids.get(machine.id) ?? []), ref.value]);
      tell({ type: "present", machine });
    } else if (before) tell({ type: "gone", machine: before });
  }

  async function follow(signal: AbortSignal): Promise<void> {
    const first = new Map<string, Machine>();
    for await (const { events, complete } of watchMachines(client, watchedPaths, signal)) {
      const changed: MoRef[] = [];
      for (const { kind, ref } of events) {
        if (kind !== "leave") changed.push(ref);
        else if (live) put(ref, undefined);
        else first.delete(ref.value);
      }
      for (const [ref, machine] of await readMany(changed, signal)) {
        if (live) put(ref, machine);
        else if (machine) first.set(ref.value, machine);
      }
      if (complete && !live) begin(first);
    }
  }

  function begin(machines: Map<string, Machine>): void {
    const before = known;
    known = machines;
    index(machines);
    live = true;
    for (const machine of machines.values()) tell({ type: "present", machine });
    for (const [ref, machine] of before) if (!machines.has(ref)) tell({ type: "gone", machine });
    becameLive?.resolve();
    becameLive = undefined;
  }

  async function run(): Promise<void> {
    while (!closed.signal.aborted) {
      try {
        await follow(closed.signal);
      } catch (error) {
        live = false;
        if (closed.signal.aborted) return;
        broken(error);
        becameLive?.reject(error);
        becameLive = undefined;
      }
      await pause(retryMs, undefined, { signal: closed.signal }).catch(() => undefined);
    }
  }

  /** Begins the watch with the first reader. */
  function start(): void {
    if (started) return;
    started = true;
    void run();
  }

  function untilLive(signal: AbortSignal): Promise<void> {
    start();
    if (live) return Promise.resolve();
    becameLive ??= deferred();
    const { promise } = becameLive;
    return new Promise((resolve, reject) => {
      const abort = () => reject(signal.reason);
      signal.addEventListener("abort", abort, { once: true });
      promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
    });
  }

  function lagging(ref: string): boolean {
    const since = touched.get(ref);
    if (since === undefined) return false;
    if (now() - since < lagMs) return true;
    touched.delete(ref);
    return false;
  }

  async function read(ref: MoRef, signal: AbortSignal): Promise<Machine | undefined> {
    const properties = await readObject(client, "VirtualMachine", ref, machinePaths, signal);
    return properties && toMachine(ref, properties);
  }

  /** Each as it is now; undefined where it is gone meanwhile, which the server tells of one at a time. */
  async function readMany(refs: readonly MoRef[], signal: AbortSignal): Promise<Map<MoRef, Machine | undefined>> {
    const gone = new Set<string>();
    for (;;) {
      const objects = refs.filter(({ value }) => !gone.has(value));
      try {
        const read = await retrieveAll(client, { type: "VirtualMachine", paths: machinePaths, objects }, signal);
        const machines = new Map(read.map(({ ref, properties }) => [ref.value, toMachine(ref, properties)]));
        return new Map(refs.map((ref) => [ref, machines.get(ref.value)]));
      } catch (error) {
        const missing = faultOf(error, "ManagedObjectNotFound")?.obj.value;
        if (missing === undefined || gone.has(missing) || !refs.some(({ value }) => value === missing)) throw error;
        gone.add(missing);
      }
    }
  }

  async function readAll(signal: AbortSignal): Promise<Machine[]> {
    const all = await retrieveAll(client, { type: "VirtualMachine", paths: machinePaths }, signal);
    return all.flatMap(({ ref, properties }) => toMachine(ref, properties) ?? []);
  }

  const inventory: Inventory = {
    async find(id, signal) {
      start();
      const refs = ids.get(id) ?? [];
      const [ref] = refs;
      if (live && ref !== undefined && refs.length === 1 && !lagging(ref)) return known.get(ref);
      const found = uuid.test(id) ? await findByUuid(client, id, signal) : [moRef("VirtualMachine", id)];
      const machines: Machine[] = [];
      for (const each of found) {
        const machine = await read(each, signal);
        if (machine?.id === id) machines.push(machine);
      }
      return chosen(machines, id);
    },
    read,
    async list(signal) {
      start();
      for (const ref of touched.keys()) lagging(ref);
      return live && touched.size === 0 ? [...known.values()] : await readAll(signal);
    },
    async *follow(signal) {
      await untilLive(signal);
      const queue: InventoryEvent[] = [];
      let wake: (() => void) | undefined;
      const listener = (event: InventoryEvent) => {
        queue.push(event);
        wake?.();
      };
      const abort = () => wake?.();
      listeners.add(listener);
      signal.addEventListener("abort", abort, { once: true });
      try {
        for (const machine of await inventory.list(signal)) yield { type: "present", machine };
        yield { type: "snapshot" };
        while (!signal.aborted) {
          const event = queue.shift();
          if (event) yield event;
          else
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
        }
      } finally {
        listeners.delete(listener);
        signal.removeEventListener("abort", abort);
      }
    },
    touch: (ref) => void touched.set(ref.value, now()),
    close: () => closed.abort(),
  };
  return inventory;
}

interface Deferred {
  promise: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
}

function deferred(): Deferred {
  let settle: Omit<Deferred, "promise"> = { resolve: () => undefined, reject: () => undefined };
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  promise.catch(() => undefined);
  return { promise, ...settle };
}

async function findByUuid(client: VsphereClient, id: string, signal: AbortSignal): Promise<MoRef[]> {
  const index = await service(client, "searchIndex", signal);
  try {
    return await client.call(index, "FindAllByUuid", { uuid: id, vmSearch: true, instanceUuid: true }, signal);
  } catch (error) {
    if (faultOf(error, "ManagedObjectNotFound")) return [];
    throw error;
  }
}

/** A uid belongs to one machine: of two that claim it, the one that bears the marks, and never a guess. */
function chosen(machines: readonly Machine[], id: string): Machine | undefined {
  if (machines.length < 2) return machines[0];
  const marked = machines.filter(({ marks }) => marks !== undefined);
  if (marked.length === 1) return marked[0];
  throw new ProviderError(
    "CONFLICT",
    `${machines.length} machines have the instance UUID ${id}: ${machines.map(({ ref }) => ref.value).join(", ")}`,
  );
}
