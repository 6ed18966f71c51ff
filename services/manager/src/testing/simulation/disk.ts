import type { Resource, VirtualMachine } from "@remuda/resources";
import type { Batch, Driver, StoredEvent } from "@remuda/store";

/** What a kill -9 leaves of the manager's store: the committed groups, and nothing of the one that was on its way. */
export interface Disk {
  /** `guard` is asked before and after each commit, and throws what keeps it, or its answer, back. */
  open(guard: (moment: "before" | "after", batch: Batch) => void): Driver;
  /** Of the newest write. */
  readonly version: number;
  get(kind: string, name: string): Resource | undefined;
  machines(): VirtualMachine[];
  machineOf(uid: string): VirtualMachine | undefined;
}

export function createDisk(newUid: () => string): Disk {
  const resources = new Map<string, Resource>();
  const byUid = new Map<string, string>();
  const events = new Map<number, StoredEvent>();
  const ownerId = newUid();
  let version = 0;

  const put = (resource: Resource) => {
    const key = `${resource.kind}/${resource.metadata.name}`;
    const before = resources.get(key);
    if (before) byUid.delete(before.metadata.uid);
    resources.set(key, resource);
    byUid.set(resource.metadata.uid, key);
  };
  const remove = (key: string) => {
    const before = resources.get(key);
    if (before) byUid.delete(before.metadata.uid);
    resources.delete(key);
  };
  // The kind says the shape.
  const isMachine = (resource: Resource | undefined): resource is VirtualMachine => resource?.kind === "VirtualMachine";

  return {
    open: (guard) => ({
      // What one process has in memory must not be shared with the next.
      load: () =>
        structuredClone({ version, ownerId, resources: [...resources.values()], events: [...events.values()].sort((a, b) => a.id - b.id) }),
      commit(batch) {
        guard("before", batch);
        version = batch.version;
        for (const resource of batch.put) put(resource);
        for (const { kind, name } of batch.remove) remove(`${kind}/${name}`);
        for (const event of batch.putEvents) events.set(event.id, event);
        for (const id of batch.removeEvents) events.delete(id);
        guard("after", batch);
      },
      close() {},
    }),
    get version() {
      return version;
    },
    get: (kind, name) => resources.get(`${kind}/${name}`),
    machines: () => [...resources.values()].filter(isMachine),
    machineOf(uid) {
      const found = resources.get(byUid.get(uid) ?? "");
      return isMachine(found) ? found : undefined;
    },
  };
}
