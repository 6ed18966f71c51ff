import { Change, invalidSpec, ProviderError } from "@remuda/contract";
import { type Clock, type Provider, systemClock } from "@remuda/provider-kit";
import { capabilitiesOf } from "./capabilities";
import { createCreate } from "./create";
import { createDelete } from "./delete";
import { withTranslation } from "./errors";
import type { Host } from "./host";
import { openInventory } from "./inventory";
import { createJobs } from "./jobs";
import { machineView } from "./machine-view";
import { createMachines } from "./machines";
import { createPower } from "./power";
import type { Defaults, Platform } from "./settings";
import { createTasks } from "./tasks";

export interface LibvirtProviderOptions {
  defaults: Defaults;
  clock?: Clock;
  now?: () => Date;
}

/** The Provider contract over libvirt hosts, which it closes with itself. */
export async function createLibvirtProvider(
  hosts: readonly [Host, ...Host[]],
  { defaults, clock = systemClock, now = () => new Date() }: LibvirtProviderOptions,
): Promise<Provider> {
  const inventories = await Promise.all(hosts.map(openInventory));
  const machines = createMachines(inventories);
  const jobs = createJobs();
  const platform: Platform = { machines, inventories, jobs, defaults, clock, now };
  const deletion = createDelete(platform);
  const tasks = createTasks(platform, deletion);
  const [first] = hosts;

  return {
    capabilities: capabilitiesOf(hosts.map(({ facts }) => facts)),

    validate: withTranslation(async (signal) => {
      await Promise.all(hosts.flatMap((host) => [defaults.pool, defaults.imagePool].map((pool) => host.pool(pool, signal))));
      return {
        platform: "libvirt",
        platformVersion: first.facts.libvirtVersion,
        account: hosts.map(({ virt }) => virt.uri).join(" "),
        warnings: [],
        platformId: `libvirt:${first.facts.uuid}`,
      };
    }),

    create: withTranslation(createCreate(platform)),
    delete: withTranslation(deletion.delete),
    power: withTranslation(createPower(platform)),

    reconfigure: withTranslation(async (key, { spec }, signal) => {
      await machines.own(key, signal);
      throw spec ? new ProviderError("UNSUPPORTED", "not yet") : invalidSpec([{ field: "spec", description: `${Change.UNSPECIFIED}` }]);
    }),

    describe: withTranslation(async (key, signal) => machineView(await machines.existing(key, signal))),

    isTaskComplete: withTranslation(tasks.isComplete),
    cancelTask: tasks.cancel,

    async *list({ owner }, signal) {
      const all = await withTranslation(machines.all)(signal);
      for (const seen of all) if (owner === undefined || seen.known.marks?.owner === owner) yield machineView(seen);
    },

    async close() {
      await jobs.close();
      await Promise.all(inventories.map((inventory) => inventory.close()));
      await Promise.all(hosts.map((host) => host.close()));
    },
  };
}
