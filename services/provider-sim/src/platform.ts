import type { MachineEvent, MachineFilter } from "@remuda/provider-kit";
import { adopt, release } from "./adopt";
import { capabilities, version } from "./capabilities";
import { openConsole } from "./console";
import { create } from "./create";
import { deleteMachine } from "./delete";
import { deleteDisk, exportDisk, getDisk, importDisk } from "./disks";
import { deleteImage, imageView, prepareImage } from "./images";
import { machineView } from "./machine-view";
import { power } from "./power";
import { reconfigure } from "./reconfigure";
import { createSnapshot, deleteSnapshot, listSnapshots, revertSnapshot } from "./snapshots";
import type { FullProvider } from "./with-faults";
import type { World } from "./world";

/** The world behind the contract. An answer is given when what it tells is durable. */
export function createPlatform(world: World): FullProvider {
  const { machines, tasks, journal, feed } = world;

  const durable = async <T>(work: () => T): Promise<T> => {
    const answer = work();
    await journal.committed();
    return answer;
  };
  async function* each<T>(items: Iterable<T>): AsyncGenerator<T, void, void> {
    await journal.committed();
    yield* items;
  }
  function* listed({ owner }: MachineFilter) {
    for (const machine of machines.all()) if (owner === undefined || machine.owner === owner) yield machineView(machine);
  }
  async function* watch(filter: MachineFilter, signal: AbortSignal): AsyncGenerator<MachineEvent, void, void> {
    // Followed before the snapshot is read, so that nothing falls between the two.
    const reader = feed.follow();
    try {
      await journal.committed();
      for (const virtualMachine of listed(filter)) yield { type: "present", virtualMachine };
      yield { type: "bookmark" };
      for (;;) {
        const change = await reader.next(signal);
        if (!change) return;
        const { id, uid, left, virtualMachine } = change;
        if (filter.owner !== undefined && change.owner !== filter.owner) {
          if (left?.owner === filter.owner) yield { type: "gone", id, uid: left.uid };
          continue;
        }
        yield virtualMachine ? { type: "present", virtualMachine } : { type: "gone", id, uid };
      }
    } finally {
      reader.close();
    }
  }

  return {
    capabilities,
    validate: () =>
      durable(() => ({ platform: "sim", platformVersion: version, account: "simulator", warnings: [], platformId: world.id })),
    create: (request) => durable(() => create(world, request)),
    delete: (key) => durable(() => deleteMachine(world, key)),
    power: (key, op) => durable(() => power(world, key, op)),
    reconfigure: (key, change) => durable(() => reconfigure(world, key, change)),
    describe: ({ id, uid }) => durable(() => machineView(machines.owned({ id, uid: uid || (machines.get(id)?.uid ?? "") }))),
    adoption: {
      adopt: (request) => durable(() => adopt(world, request)),
      release: (key) => durable(() => release(world, key)),
    },
    isTaskComplete: (ref, waitMs, signal) => tasks.wait(ref, waitMs, signal),
    cancelTask: (ref) => durable(() => tasks.interrupt(ref, "cancelled")),
    list: (filter) => each(listed(filter)),
    watch,
    snapshots: {
      create: (request) => durable(() => createSnapshot(world, request)),
      delete: (key, id) => durable(() => deleteSnapshot(world, key, id)),
      revert: (key, id) => durable(() => revertSnapshot(world, key, id)),
      list: (id) => durable(() => listSnapshots(world, id)),
    },
    images: {
      prepare: (request) => durable(() => prepareImage(world, request)),
      list: () => each(world.images.all().map(imageView)),
      delete: (id) => durable(() => deleteImage(world, id)),
    },
    disks: {
      get: (id) => durable(() => getDisk(world, id)),
      export: (request) => durable(() => exportDisk(world, request)),
      async import(header, data) {
        const disk = await importDisk(world, header, data);
        await journal.committed();
        return disk;
      },
      delete: (disk) => durable(() => deleteDisk(world, disk)),
    },
    offers: { list: (filter) => each(world.rentals.offers(filter)) },
    console: { open: (key, type, signal) => durable(() => openConsole(world, key, type, signal)) },
  };
}
