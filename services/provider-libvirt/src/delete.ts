import { PowerState, ProviderError } from "@remuda/contract";
import { isRefusal } from "@remuda/libvirt-client";
import type { Clock, MachineKey, TaskRef } from "@remuda/provider-kit";
import { undefine } from "./flags";
import type { Inventory, Seen } from "./inventory";
import type { Job } from "./jobs";
import { mustBear } from "./machines";
import { writeMarks } from "./marks";
import { reach } from "./power";
import type { Platform } from "./settings";
import { isActive } from "./stats";
import { taskOf } from "./tasks";
import { deleteVolume } from "./volumes";

export function createDelete({ machines, jobs, clock }: Platform) {
  /** Stops whatever works on the machine, and deletes it. Also goes on with what a process began that has ended. */
  async function begin(seen: Seen): Promise<Job> {
    const { uuid } = seen.known;
    const current = jobs.current(uuid);
    if (current?.operation === "delete") return current;
    current?.cancel();
    await current?.ended;
    const inventory = machines.inventoryOf(seen);
    return jobs.begin("delete", uuid, uuid, async (report, signal) => {
      report("stopping", 0);
      await remove(inventory, uuid, clock, signal);
    });
  }

  return {
    begin,
    async delete(key: MachineKey, signal: AbortSignal): Promise<TaskRef | undefined> {
      const seen = await machines.find(key, signal);
      if (!seen) return undefined;
      mustBear(seen, key.uid);
      return taskOf(await begin(seen), seen.known.uuid);
    },
  };
}

/** The definition goes last: until then it says what else has to go. */
async function remove(inventory: Inventory, uuid: string, clock: Clock, signal: AbortSignal): Promise<void> {
  const { host } = inventory;
  const seen = await inventory.one(uuid, signal);
  if (!seen) return;
  const { dom, known, stats } = seen;
  if (!known.marks) throw new ProviderError("FORBIDDEN", `${uuid} bears no mark of this provider`);
  if (known.marks.stage !== "deleting") await writeMarks(host.virt, dom, { ...known.marks, stage: "deleting" }, isActive(stats), signal);
  inventory.touch(uuid);
  await reach(inventory, seen, PowerState.OFF, signal);
  for (const { pool, name, retain } of known.marks.volumes) if (!retain) await deleteVolume(host, pool, name, clock, signal);
  const all = undefine.managedSave | undefine.snapshotsMetadata | undefine.nvram | undefine.checkpointsMetadata;
  const flags = host.facts.driver === "QEMU" ? all : undefine.managedSave | undefine.snapshotsMetadata;
  try {
    await host.virt.call("domainUndefineFlags", { dom, flags }, { signal });
  } catch (error) {
    if (!isRefusal(error, "NO_DOMAIN")) throw error;
  }
  inventory.touch(uuid);
}
