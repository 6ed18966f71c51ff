import type { VirtualMachineStatus } from "@remuda/resources";
import type { Batch } from "@remuda/store";
import type { Site } from "./site";
import type { World } from "./world";

/** What must hold at every step, whatever goes wrong. */
export interface Promises {
  /** A call leaves the manager. */
  sent(method: string, request: object, site: Site): void;
  /** A group of writes is about to become durable. */
  committing(batch: Pick<Batch, "put" | "remove">): void;
  /** Something may have changed on a platform or on the disk. */
  look(): void;
  reconciled(controller: string): void;
}

const finalizer = "remuda.dev/machine";
const mutations = new Set(["create", "delete", "power", "reconfigure"]);
const mostAtOnce = 2_000;
const mostAlike = 25;

export function createPromises(world: World): Promises {
  const { disk, scheduler, sites } = world;
  const deletionAsked = new Set<string>();
  const sentAtMs = new Map<string, number[]>();
  const atOnce = { nowMs: -1, reconciles: 0 };

  /** The very same request again and again, with hardly a pause. */
  const tooOften = (method: string, request: object) => {
    const key = `${method} ${JSON.stringify(request)}`;
    const times = [...(sentAtMs.get(key) ?? []), scheduler.nowMs].filter((atMs) => scheduler.nowMs - atMs < 10_000);
    sentAtMs.set(key, times);
    if (times.length > mostAlike) world.broken(`${times.length} times in 10 s: ${key}`);
  };

  return {
    sent(method, request, site) {
      if (!mutations.has(method)) return;
      tooOften(method, request);
      // Every mutation names the machine's uid.
      const { uid } = request as { uid: string };
      const vm = disk.machineOf(uid);
      const wrong = (what: string) => world.broken(`${method} was sent to ${site.name} for uid ${uid}, ${what}`);
      if (!vm) return wrong("whose resource is not on the disk");
      if (!vm.metadata.finalizers?.includes(finalizer)) return wrong("whose finalizer is gone");
      if (vm.status?.launchedAt === undefined) return wrong("whose intent was not saved");
      if (vm.status.provider !== site.name) return wrong(`which is on ${vm.status.provider}`);
      if (method !== "delete") return deletionAsked.has(uid) ? wrong("whose deletion was asked for before") : undefined;
      if (vm.metadata.deletionTimestamp === undefined) return wrong("which nobody deleted");
      deletionAsked.add(uid);
    },
    committing({ put, remove }) {
      for (const { kind, metadata, status } of put) {
        if (kind !== "VirtualMachine" || world.vanished.has(metadata.uid)) continue;
        // The kind says the shape.
        const { conditions = [] } = (status ?? {}) as VirtualMachineStatus;
        if (conditions.some(({ reason }) => reason === "Vanished"))
          world.broken(`${metadata.name} is said to have vanished, and never did`);
      }
      for (const { kind, name } of remove) {
        const vm = kind === "VirtualMachine" ? disk.machines().find((machine) => machine.metadata.name === name) : undefined;
        if (vm?.spec.deletionPolicy !== "Retain") continue;
        const { uid } = vm.metadata;
        world.letGo.add(uid);
        const isMade = vm.status?.conditions?.some(({ type, status }) => type === "Created" && status === "True");
        const isThere = sites.some(({ platform }) =>
          platform.state().machines.some((machine) => machine.uid === uid || (machine.uid === "" && machine.id === vm.status?.id)),
        );
        if (isMade && !isThere && !world.vanished.has(uid)) world.broken(`machine ${vm.status?.id} was to be retained, and is gone`);
      }
    },
    look() {
      const seen = new Map<string, string>();
      for (const { name, platform } of sites) {
        for (const { id, uid } of platform.state().machines) {
          if (uid === "") continue;
          const other = seen.get(uid);
          if (other !== undefined) world.broken(`two machines bear uid ${uid}: ${other} and ${id} on ${name}`);
          seen.set(uid, id);
          if (!disk.machineOf(uid) && !world.letGo.has(uid))
            world.broken(`machine ${id} on ${name} is an orphan: nothing on the disk has uid ${uid}`);
        }
      }
    },
    reconciled(controller) {
      if (atOnce.nowMs !== scheduler.nowMs) Object.assign(atOnce, { nowMs: scheduler.nowMs, reconciles: 0 });
      if (++atOnce.reconciles < mostAtOnce) return;
      world.broken(`the ${controller} controller runs hot: ${mostAtOnce} reconciles without any time between them`);
      // Else it would never come to an end.
      world.killManager("it runs hot");
    },
  };
}
