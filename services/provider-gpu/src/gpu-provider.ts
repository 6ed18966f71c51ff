import { PowerOperation, ProviderError, type VirtualMachine } from "@remuda/contract";
import { type Account, type Clock, type Cloud, type Instance, systemClock } from "@remuda/gpu-clouds";
import type { MachineKey, Provider } from "@remuda/provider-kit";
import { capabilitiesOf } from "./capabilities";
import { createCreate } from "./create";
import { withTranslation } from "./errors";
import { createInventory } from "./inventory";
import { machineView } from "./machine-view";
import { createMarket } from "./offers/market";
import { filterOf, offerView } from "./offers/offer-view";
import { reconfigured } from "./reconfigure";
import { createTasks, unlessBusy } from "./tasks";

export interface GpuProviderOptions {
  /** The account's name, where a key's change shall not make it another platform. */
  account?: string;
  /** The cloud's time. */
  clock?: Clock;
  /** Instead of the cloud's own interval between two looks. */
  pollMs?: number;
}

const accountFreshMs = 60_000;

/** The Provider contract over one cloud account. */
export function createGpuProvider(cloud: Cloud, options: GpuProviderOptions = {}): Provider {
  const { clock = systemClock, pollMs = cloud.capabilities.pollMs } = options;
  const inventory = createInventory(cloud);
  const market = createMarket(cloud, clock);
  const tasks = createTasks({ cloud, inventory, clock, pollMs });
  const create = createCreate({ cloud, inventory, market, tasks, clock });
  let account: { value: Account; at: number } | undefined;

  async function readAccount(signal: AbortSignal): Promise<Account> {
    const value = await cloud.account(signal);
    account = { value, at: clock.now() };
    return value;
  }

  /** For Describe: what was read lately is good enough, and what can't be read is left out. */
  async function recentAccount(signal: AbortSignal): Promise<Account | undefined> {
    if (account?.value.balance === undefined || clock.now() - account.at < accountFreshMs) return account?.value;
    return await readAccount(signal).catch(() => account?.value);
  }

  async function find({ id, uid }: MachineKey, signal: AbortSignal): Promise<Instance> {
    const found = id === "" ? (await inventory.byUid(uid, signal))[0] : await cloud.get(id, signal);
    if (found) return found;
    throw new ProviderError("NOT_FOUND", id === "" ? `nothing bears the uid ${uid}` : `${cloud.name} has no instance ${id}`);
  }

  async function findOwn(key: MachineKey, signal: AbortSignal): Promise<Instance> {
    const found = await find(key, signal);
    if (found.mark?.uid !== key.uid) throw new ProviderError("FORBIDDEN", `${found.id} bears ${found.mark ? "another uid" : "no mark"}`);
    return found;
  }

  const describe = async (key: MachineKey, signal: AbortSignal): Promise<VirtualMachine> =>
    machineView(await find(key, signal), await recentAccount(signal));

  return {
    capabilities: capabilitiesOf(cloud),

    validate: withTranslation(async (signal) => {
      const { id, balance } = await readAccount(signal);
      const warnings = balance !== undefined && balance <= 0 ? [`the account's balance is ${balance} USD`] : [];
      return { platform: cloud.name, platformVersion: "", account: id, warnings, platformId: options.account ?? `${cloud.name}:${id}` };
    }),

    create,

    delete: withTranslation(async ({ id, uid }, signal) => {
      const found = await cloud.get(id, signal);
      if (found && found.mark?.uid !== uid) throw new ProviderError("FORBIDDEN", `${id} bears ${found.mark ? "another uid" : "no mark"}`);
      // All that bears the uid goes: an answer that was lost may have left a second one.
      const bearers = await inventory.byUid(uid, signal);
      for (const { id: each, status } of bearers) if (status !== "terminating") await cloud.terminate(each, signal).catch(unlessBusy);
      if (found && found.status !== "terminating" && !bearers.some((each) => each.id === id))
        await cloud.terminate(id, signal).catch(unlessBusy);
      return found || bearers.length > 0 ? tasks.begin("gone", id) : undefined;
    }),

    power: withTranslation(async (key, { operation }, signal) => {
      const { id, status } = await findOwn(key, signal);
      if (operation === PowerOperation.ON) {
        if (status === "running") return undefined;
        if (status !== "pending") await cloud.start(id, signal);
        return tasks.begin("up", id);
      }
      if (operation === PowerOperation.REBOOT) {
        await cloud.reboot(id, signal);
        return tasks.begin("up", id);
      }
      if (status === "stopped") return undefined;
      if (status !== "stopping") await cloud.stop(id, signal);
      return tasks.begin("off", id);
    }),

    reconfigure: withTranslation(async (key, change, signal) => reconfigured(change, await findOwn(key, signal))),

    describe: withTranslation(describe),

    isTaskComplete: (ref, waitMs, signal) => tasks.isComplete(ref, waitMs, signal),

    async *list({ owner }, signal) {
      const instances = await withTranslation(inventory.list)(signal);
      for (const instance of instances) if (owner === undefined || instance.mark?.owner === owner) yield machineView(instance);
    },

    offers: {
      async *list(request, signal) {
        for (const seen of await withTranslation(market.offers)(filterOf(request), signal)) yield offerView(seen);
      },
    },

    close() {
      cloud.close?.();
      return Promise.resolve();
    },
  };
}
