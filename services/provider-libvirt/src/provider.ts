import { type Clock, type Provider, systemClock } from "@remuda/provider-kit";
import { capabilitiesOf } from "./capabilities";
import { createConsole } from "./console";
import { createCreate } from "./create";
import { createDelete } from "./delete";
import { withTranslation } from "./errors";
import { createGuests } from "./guests";
import type { Host } from "./host";
import { createImages } from "./images";
import { openInventory } from "./inventory";
import { createJobs } from "./jobs";
import { createMachines } from "./machines";
import { createPower } from "./power";
import { createReconfigure } from "./reconfigure";
import type { Defaults, Platform } from "./settings";
import { createSnapshots } from "./snapshots";
import { createTasks } from "./tasks";
import { createViews } from "./views";
import { createWatch } from "./watch";

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
  const capabilities = capabilitiesOf(hosts.map(({ facts }) => facts));
  const platform: Platform = { machines, inventories, jobs, capabilities, defaults, clock, now };
  const deletion = createDelete(platform);
  const views = createViews(createGuests(clock));
  const { images, judge } = createImages(platform);
  const tasks = createTasks(platform, deletion, judge);
  const real = hosts.every(({ facts }) => facts.driver === "QEMU");
  const [first] = hosts;

  return {
    capabilities,

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

    reconfigure: withTranslation(createReconfigure(platform)),
    describe: withTranslation(async (key, signal) => views.one(await machines.existing(key, signal), signal)),

    isTaskComplete: withTranslation(tasks.isComplete),
    cancelTask: tasks.cancel,

    async *list({ owner }, signal) {
      const lists = await withTranslation(() => Promise.all(inventories.map((inventory) => views.all(inventory, signal))))();
      for (const machine of lists.flat()) if (owner === undefined || machine.owner === owner) yield machine;
    },

    watch: createWatch(inventories, views, clock),

    snapshots: createSnapshots(platform),
    ...(real ? { images, console: { open: withTranslation(createConsole(platform)) } } : {}),

    async close() {
      await jobs.close();
      await Promise.all(inventories.map((inventory) => inventory.close()));
      await Promise.all(hosts.map((host) => host.close()));
    },
  };
}
