import { ProviderError, type VirtualMachine } from "@remuda/contract";
import {
  type Clock,
  type MachineKey,
  type Provider,
  pause,
  pollUntilDone,
  type TaskRef,
  type TaskState,
  untraceable,
} from "@remuda/provider-kit";
import { createTaskFollower, type MoRef, type VsphereClient, VsphereError } from "@remuda/vsphere-client";
import { capabilities } from "./capabilities";
import { beginMaking, resumeMaking, specOf } from "./create";
import { toProviderError, translated } from "./errors";
import { createImages } from "./images";
import { createInventory } from "./inventory";
import { createJobs, type Job, type Operation } from "./jobs";
import type { Machine } from "./machine";
import { beingMade, toView } from "./machine-view";
import { deleteWork, type Goal, powerWork, reconfigureWork } from "./operations";
import { createPlaceCache, type Places } from "./places";
import type { Platform } from "./platform";
import type { Defaults } from "./settings";
import { createSnapshots } from "./snapshots";
import { judge, taskRefs } from "./tasks";

export interface VsphereProviderOptions {
  client: VsphereClient;
  defaults: Defaults;
  clock: Clock;
  /** The watch of the inventory broke; it is begun anew. */
  watchBroken(error: unknown): void;
}

/** A vCenter, or one ESXi host, behind the Provider contract. */
export function createVsphereProvider({ client, defaults, clock, watchBroken }: VsphereProviderOptions): Provider {
  const now = () => clock.now();
  const inventory = createInventory({ client, now, broken: watchBroken });
  const jobs = createJobs(toProviderError);
  const making = new Map<string, VirtualMachine>();
  const platform: Platform = {
    client,
    inventory,
    jobs,
    defaults,
    places: createPlaceCache(client, now),
    follower: createTaskFollower(client),
    pause: (ms, signal) => pause(clock, ms, signal),
    now,
  };

  /** Templates are what machines are made from, not machines. */
  const isMachine = ({ properties }: Machine) => properties["config.template"] !== true;

  async function lookUp(key: Pick<MachineKey, "id" | "uid">, signal: AbortSignal): Promise<Machine | undefined> {
    const machine = await inventory.find(key.id || key.uid, signal);
    return machine && isMachine(machine) ? machine : undefined;
  }

  async function found(id: string, signal: AbortSignal): Promise<Machine> {
    const machine = await lookUp({ id, uid: "" }, signal);
    if (machine) return machine;
    throw new ProviderError("NOT_FOUND", `there is no machine ${id}`);
  }

  /** The machine, if it bears that uid and nothing works on it. */
  async function owned(key: MachineKey, signal: AbortSignal): Promise<Machine> {
    const machine = await found(key.id || key.uid, signal);
    if (machine.marks?.uid !== key.uid) throw new ProviderError("FORBIDDEN", `machine ${machine.id} does not bear the uid ${key.uid}`);
    jobs.mustBeIdle(machine.id);
    return machine;
  }

  const show = async (machine: Machine, signal: AbortSignal) =>
    toView(machine, await knownPlaces(machine, signal), jobs.current(machine.id));

  /** Names change rarely: they are read anew only for a machine that is somewhere unknown. */
  async function knownPlaces(machine: Machine, signal: AbortSignal): Promise<Places> {
    const places = await platform.places.load(signal, Number.POSITIVE_INFINITY);
    const { parent, "runtime.host": host } = machine.properties;
    const unknown = (parent && !places.get(parent)) || (host && !places.get(host));
    return unknown ? await platform.places.load(signal, 5_000) : places;
  }

  function begun(job: Job, more: { task?: MoRef; goal?: Goal } = {}): TaskRef {
    return taskRefs.encode({ operation: job.operation, id: job.uid, job: job.key, task: more.task?.value, goal: more.goal });
  }

  const begin = (operation: Operation, machine: Machine, work: Parameters<typeof jobs.begin>[2], more?: { task?: MoRef; goal?: Goal }) =>
    begun(jobs.begin(operation, machine.id, work), more);

  async function taskState(ref: TaskRef, waitMs: number, signal: AbortSignal): Promise<TaskState> {
    const payload = taskRefs.decode(ref);
    if (!payload) return untraceable("this is no task of this provider");
    const job = jobs.get(payload.job);
    if (!job) return await pollUntilDone(waitMs, (stop) => judge(platform, payload, stop), { signal, clock });
    if (waitMs > 0 && !job.state().done) {
      const waited = new AbortController();
      await Promise.race([job.ended, pause(clock, waitMs, AbortSignal.any([signal, waited.signal]))]);
      waited.abort();
    }
    return job.state();
  }

  return {
    capabilities,
    validate: (signal) =>
      translated(async () => {
        const { about } = await client.content(signal);
        // One real call: a session that has expired is found out here.
        await client.call(
          { _typeName: "ManagedObjectReference", type: "ServiceInstance", value: "ServiceInstance" },
          "CurrentTime",
          {},
          signal,
        );
        const warnings = about.apiType === "VirtualCenter" ? [] : ["this is one ESXi host: it has no templates and can't clone"];
        return {
          platform: "vsphere",
          platformVersion: `${about.version} build ${about.build}`,
          account: `${client.credentials.username} at ${client.origin}`,
          warnings,
          platformId: about.instanceUuid || `esx:${new URL(client.origin).host}`,
        };
      }),
    create: (request, signal) =>
      translated(async () => {
        const wanted = { uid: request.uid, owner: request.owner, spec: specOf(request) };
        const running = jobs.current(wanted.uid);
        if (running && running.operation !== "create") jobs.mustBeIdle(wanted.uid);
        const existing = await lookUp({ id: "", uid: wanted.uid }, signal);
        if (existing && existing.marks?.uid !== wanted.uid) {
          throw new ProviderError("ALREADY_EXISTS", `another machine has the instance UUID ${wanted.uid}`);
        }
        if (existing && existing.marks?.owner !== wanted.owner)
          throw new ProviderError("FORBIDDEN", `machine ${existing.id} belongs to another owner`);
        const placeholder = making.get(wanted.uid) ?? beingMade({ ...wanted, name: wanted.spec.name });
        if (running) return { virtualMachine: existing ? await show(existing, signal) : placeholder, task: begun(running) };
        if (existing?.marks?.stage === "made") return { virtualMachine: await show(existing, signal) };
        const { task, finish } = existing ? resumeMaking(platform, wanted, existing) : await beginMaking(platform, wanted, signal);
        making.set(wanted.uid, placeholder);
        const job = jobs.begin("create", wanted.uid, finish);
        void job.ended.then(() => making.delete(wanted.uid));
        return { virtualMachine: existing ? await show(existing, signal) : placeholder, task: begun(job, { task }) };
      }),
    delete: (key, signal) =>
      translated(async () => {
        const running = jobs.current(key.uid);
        if (running?.operation === "delete") return begun(running);
        if (running?.operation === "create") {
          running.cancel();
          await running.ended;
        }
        const machine = await lookUp(key, signal);
        if (!machine) return undefined;
        if (machine.marks?.uid !== key.uid) throw new ProviderError("FORBIDDEN", `machine ${machine.id} does not bear the uid ${key.uid}`);
        jobs.mustBeIdle(machine.id);
        return begin("delete", machine, deleteWork(platform, machine));
      }),
    power: (key, op, signal) =>
      translated(async () => {
        const machine = await owned(key, signal);
        const todo = powerWork(platform, machine, op);
        return todo && begin("power", machine, todo.work, { goal: todo.goal });
      }),
    reconfigure: (key, change, signal) =>
      translated(async () => {
        const machine = await owned(key, signal);
        const { work, restartRequired } = await reconfigureWork(platform, machine, change, signal);
        return { restartRequired, task: work && begin("reconfigure", machine, work) };
      }),
    describe: (key, signal) =>
      translated(async () => {
        const machine = await lookUp(key, signal);
        if (machine) return await show(machine, signal);
        const placeholder = making.get(key.id || key.uid);
        if (placeholder) return placeholder;
        throw new ProviderError("NOT_FOUND", `there is no machine ${key.id || `with the uid ${key.uid}`}`);
      }),
    isTaskComplete: (ref, waitMs, signal) => translated(() => taskState(ref, waitMs, signal)),
    cancelTask(ref) {
      const payload = taskRefs.decode(ref);
      const job = payload && jobs.get(payload.job);
      if (job && !job.state().done) job.cancel();
      return Promise.resolve();
    },
    async *list({ owner }, signal) {
      try {
        for (const machine of await inventory.list(signal)) {
          if (isMachine(machine) && (owner === undefined || machine.marks?.owner === owner)) yield await show(machine, signal);
        }
      } catch (error) {
        throw toProviderError(error);
      }
    },
    async *watch({ owner }, signal) {
      try {
        for await (const event of inventory.follow(signal)) {
          if (event.type === "snapshot") {
            yield { type: "bookmark" };
            continue;
          }
          const { machine } = event;
          if (owner !== undefined && machine.marks?.owner !== owner) continue;
          if (event.type === "present" && isMachine(machine)) yield { type: "present", virtualMachine: await show(machine, signal) };
          else yield { type: "gone", id: machine.id, uid: machine.marks?.uid ?? "" };
        }
      } catch (error) {
        throw toProviderError(error);
      }
    },
    images: createImages(platform),
    snapshots: createSnapshots({
      platform,
      owned,
      found,
      begin: (machine, work, task) => begin("snapshot", machine, work, { task }),
    }),
    async close() {
      await jobs.close();
      inventory.close();
      try {
        await client.close(AbortSignal.timeout(5_000));
      } catch (error) {
        if (!(error instanceof VsphereError || error instanceof DOMException)) throw error;
      }
    },
  };
}
