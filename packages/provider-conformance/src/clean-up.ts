import { setTimeout as pause } from "node:timers/promises";
import {
  CreateRequest,
  DeleteDiskRequest,
  DeleteImageRequest,
  DeleteRequest,
  DescribeRequest,
  durationFromMs,
  fromStatus,
  type GetCapabilitiesResponse,
  GetDiskRequest,
  type ProviderClient,
  ProviderError,
  type Task,
} from "@remuda/contract";
import { listAll } from "./context";
import { inParallel } from "./parallel";
import type { Tracked } from "./session";
import { interfacesOf, type Settings } from "./settings";

interface CleanUpOptions {
  client: ProviderClient;
  settings: Settings;
  capabilities: GetCapabilitiesResponse;
  tracked: Tracked;
  newName(): string;
}

/** Removes what a run made. It has its own patience: it also runs when the run was aborted. */
export function createCleanUp({ client, settings, capabilities, tracked, newName }: CleanUpOptions) {
  const limit = Math.max(settings.parallelism, 1);

  async function settle(task: Task | undefined, signal: AbortSignal) {
    if (!task) return;
    const wait = durationFromMs(Math.min(settings.taskTimeoutMs, 60_000));
    for (;;) {
      const { done, error } = await client.isTaskComplete({ taskRef: task.ref, wait }, { signal });
      if (error) throw fromStatus(error);
      if (done) return;
      await pause(5, undefined, { signal });
    }
  }

  /** Delete until the platform says NOT_FOUND. */
  async function removeMachine(wanted: { id?: string; uid: string }) {
    let machine = wanted;
    const signal = AbortSignal.timeout(settings.taskTimeoutMs);
    for (let delayMs = 5; ; delayMs = Math.min(delayMs * 2, 2_000)) {
      try {
        const { task } = await client.delete(DeleteRequest.create(machine), { signal });
        await settle(task, signal);
        const { virtualMachine } = await client.describe(DescribeRequest.create(machine), { signal });
        // Where the uid did not do, the id may.
        machine = { ...wanted, id: virtualMachine?.id };
      } catch (error) {
        if (!(error instanceof ProviderError)) throw error;
        // Where a second machine bears the uid, the uid leads to it now.
        if (error.reason === "NOT_FOUND" && machine.id === wanted.id) break;
        if (error.reason === "NOT_FOUND") machine = wanted;
        else if (signal.aborted) throw new Error(`not gone within ${settings.taskTimeoutMs} ms`, { cause: error });
        else if (!error.retryable) throw error;
      }
      await pause(delayMs);
    }
    tracked.machines.delete(wanted.uid);
  }

  const isDiskGone = (id: string) =>
    client.getDisk(GetDiskRequest.create({ id })).then(
      () => false,
      (error: unknown) => error instanceof ProviderError && error.reason === "NOT_FOUND",
    );

  /** Whether there is such a call; another error than that there is none is thrown. */
  const isDone = (call: Promise<{ task?: Task }>) =>
    call.then(
      async ({ task }) => {
        await settle(task, AbortSignal.timeout(settings.taskTimeoutMs));
        return true;
      },
      (error: unknown) => {
        if (error instanceof ProviderError && error.reason === "UNSUPPORTED") return false;
        throw error;
      },
    );

  async function removeImage(id: string) {
    await isDone(client.deleteImage(DeleteImageRequest.create({ id })));
    tracked.images.delete(id);
  }

  /** Where disks can't be deleted, one goes with a machine that is made of it. */
  async function removeDisk(id: string, uidOfImport: string) {
    if (!(await isDiskGone(id)) && !(await isDone(client.deleteDisk(DeleteDiskRequest.create({ id, uid: uidOfImport }))))) {
      if (!capabilities.sources.includes("disk")) throw new Error("no machine can be made of it, and so nothing removes it");
      const [owner = settings.ownerPrefix] = tracked.owners;
      const uid = settings.newUid();
      const spec = {
        name: newName(),
        hardware: { cpus: settings.cpus, memoryMib: settings.memoryMiB },
        source: { $case: "disk", value: id } as const,
        interfaces: interfacesOf(settings),
        placement: settings.placement,
      };
      tracked.machines.add(uid);
      const { task } = await client.create(CreateRequest.create({ uid, owner, spec }));
      await settle(task, AbortSignal.timeout(settings.taskTimeoutMs));
      await removeMachine({ uid });
      if (!(await isDiskGone(id))) throw new Error("it is still there when the machine that was made of it is gone");
    }
    tracked.disks.delete(id);
  }

  const attempt = (what: string, work: () => Promise<void>) => async (): Promise<string[]> => {
    try {
      await work();
      return [];
    } catch (error) {
      return [`${what}: ${error instanceof Error ? error.message : error}`];
    }
  };
  const attempts = async (works: (() => Promise<string[]>)[]) => (await inParallel(works, limit, (work) => work())).flat();

  return {
    async remove(uids: readonly string[]): Promise<void> {
      await attempts(uids.map((uid) => attempt(uid, () => removeMachine({ uid }))));
    },

    async cleanUp(): Promise<string[]> {
      const problems = await attempts([...tracked.disks].map(([id, uid]) => attempt(`disk ${id}`, () => removeDisk(id, uid))));
      problems.push(
        ...(await attempts([...tracked.machines].map((uid) => attempt(`machine with uid ${uid}`, () => removeMachine({ uid }))))),
      );
      problems.push(...(await attempts([...tracked.images].map((id) => attempt(`image ${id}`, () => removeImage(id))))));
      for (const owner of tracked.owners) {
        const signal = AbortSignal.timeout(settings.taskTimeoutMs);
        const left = await listAll(client, owner, signal).catch((error: unknown) => {
          problems.push(`the list of ${owner}: ${error}`);
          return [];
        });
        for (const { id, uid, name } of left) {
          problems.push(`machine ${name} (id ${id}, uid ${uid}) was still listed for ${owner}`);
          problems.push(...(await attempt(`machine ${id}`, () => removeMachine({ id, uid }))()));
        }
      }
      return problems;
    },
  };
}
