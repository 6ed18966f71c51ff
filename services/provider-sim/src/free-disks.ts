import type { Hosts } from "./hosts";
import type { Journal } from "./journal";
import type { FreeDiskRecord } from "./records";
import { diskUsage } from "./usage";

/** Disks that no machine has: imported, or kept when their machine was deleted. They take room on their host. */
export interface FreeDisks {
  get(id: string): FreeDiskRecord | undefined;
  byUid(uid: string): FreeDiskRecord | undefined;
  all(): IterableIterator<FreeDiskRecord>;
  put(record: FreeDiskRecord): void;
  remove(id: string): void;
}

export function createFreeDisks(hosts: Hosts, journal: Journal): FreeDisks {
  const disks = new Map<string, FreeDiskRecord>();
  const add = (record: FreeDiskRecord) => {
    disks.set(record.disk.id, record);
    hosts.take(record.host, diskUsage(record.disk.reservedGib), "");
  };
  for (const [, value] of journal.read("disk")) add(value as FreeDiskRecord); // The file is ours alone and bears its schema's version.

  return {
    get: (id) => disks.get(id),
    byUid: (uid) => [...disks.values()].find((record) => record.uid === uid),
    all: () => disks.values(),
    put(record) {
      add(record);
      journal.write("disk", record.disk.id, record);
    },
    remove(id) {
      const record = disks.get(id);
      if (!record) return;
      disks.delete(id);
      hosts.give(record.host, diskUsage(record.disk.reservedGib), "");
      journal.write("disk", id, undefined);
    },
  };
}
