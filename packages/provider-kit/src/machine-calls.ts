import {
  type AdoptRequest,
  CreateRequest,
  type CreateResponse,
  type DeleteRequest,
  ProviderError,
  type ReleaseRequest,
  type Task,
  type VirtualMachine,
} from "@remuda/contract";
import { brokenProvider } from "./broken-provider";
import type { Clock } from "./clock";
import { createDeletedUids } from "./deleted-uids";
import { createKeyLock } from "./key-lock";
import type { Metrics } from "./metrics";
import type { Adoption, Created, MachineKey, Provider, TaskRef } from "./provider";

export interface MachineCallsDeps {
  provider: Provider;
  clock: Clock;
  metrics: Metrics;
  /** Something was changed: whoever compares lists may look now. */
  changed: () => void;
}

/** The mutations of machines, one at a time for each uid. */
export function createMachineCalls({ provider, clock, metrics, changed }: MachineCallsDeps) {
  const lock = createKeyLock();
  const deleted = createDeletedUids(clock);
  const creating = new Map<string, SharedCreate>();

  /** The task of an answer, counted. */
  function task(ref: TaskRef | undefined): Task | undefined {
    if (ref === undefined) return undefined;
    if (ref === "") throw brokenProvider("a task's ref is empty");
    metrics.tasks.inc({ state: "begun" });
    return { ref, pollAfter: undefined };
  }

  /** A mutation of one machine, in its turn. */
  async function mutate<T>({ id, uid }: MachineKey, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      return await lock(uid || id, signal, work);
    } finally {
      changed();
    }
  }

  const createOnce = (request: CreateRequest, signal: AbortSignal): Promise<Created> =>
    mutate({ id: "", uid: request.uid }, signal, async () => {
      if (deleted.has(request.uid)) throw new ProviderError("CONFLICT", `the machine with uid ${request.uid} was deleted`);
      const created = await provider.create(request, signal);
      if (created.virtualMachine.id === "") throw brokenProvider("create answered a machine without id");
      return created;
    });

  async function create(request: CreateRequest, signal: AbortSignal): Promise<CreateResponse> {
    const running = creating.get(request.uid);
    const shared = running?.joins(request) ? running : shareCreate(request, createOnce);
    if (shared !== running) {
      creating.set(request.uid, shared);
      shared.done.finally(() => creating.get(request.uid) === shared && creating.delete(request.uid)).catch(() => {});
    }
    const { virtualMachine, task: ref } = await shared.join(signal);
    return { virtualMachine, task: task(ref) };
  }

  async function remove({ id, uid }: DeleteRequest, signal: AbortSignal): Promise<Task | undefined> {
    const ref = await mutate({ id, uid }, signal, async () => {
      const found = id === "" ? await idOf(provider, uid, signal) : id;
      const begun = found === undefined ? undefined : await provider.delete({ id: found, uid }, signal);
      deleted.add(uid);
      return begun;
    });
    return task(ref);
  }

  const adoption = (): Adoption => {
    if (!provider.adoption) throw new ProviderError("UNSUPPORTED", "this provider can't adopt machines: it does not declare adoption");
    return provider.adoption;
  };

  async function adopt(request: AdoptRequest, signal: AbortSignal): Promise<VirtualMachine> {
    const { adopt: mark } = adoption();
    const machine = await mutate(request, signal, () => mark(request, signal));
    if (machine.id === "") throw brokenProvider("adopt answered a machine without id");
    return machine;
  }

  async function release({ id, uid }: ReleaseRequest, signal: AbortSignal): Promise<void> {
    const { release: unmark } = adoption();
    await mutate({ id, uid }, signal, async () => {
      const found = id === "" ? await idOf(provider, uid, signal) : id;
      if (found !== undefined) await unmark({ id: found, uid }, signal);
    });
  }

  return { create, remove, adopt, release, mutate, task };
}

export type MachineCalls = ReturnType<typeof createMachineCalls>;

async function idOf(provider: Provider, uid: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    return (await provider.describe({ id: "", uid }, signal)).id;
  } catch (error) {
    if (error instanceof ProviderError && error.reason === "NOT_FOUND") return undefined;
    throw error;
  }
}

type SharedCreate = ReturnType<typeof shareCreate>;

/** One Create for every identical request that comes while it runs. It is cancelled when the last of them hangs up. */
function shareCreate(request: CreateRequest, begin: (request: CreateRequest, signal: AbortSignal) => Promise<Created>) {
  const controller = new AbortController();
  const done = begin(request, controller.signal);
  let bytes: Uint8Array | undefined;
  let waiting = 0;
  return {
    done,
    joins(other: CreateRequest): boolean {
      if (controller.signal.aborted) return false;
      bytes ??= CreateRequest.encode(request).finish();
      return Buffer.compare(bytes, CreateRequest.encode(other).finish()) === 0;
    },
    async join(signal: AbortSignal): Promise<Created> {
      waiting += 1;
      const leave = () => {
        waiting -= 1;
        if (waiting === 0) controller.abort(signal.reason);
      };
      signal.addEventListener("abort", leave, { once: true });
      try {
        return await done;
      } finally {
        signal.removeEventListener("abort", leave);
      }
    },
  };
}
