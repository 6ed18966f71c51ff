import { ProviderError } from "@remuda/contract";
import type { MachineKey } from "@remuda/provider-kit";
import { translated } from "./errors";
import type { Inventory, Seen } from "./inventory";

/** The machines of all hosts. */
export function createMachines(inventories: readonly Inventory[]) {
  /** Found on a host, or said by every host that it isn't there. A host that can't be asked makes the answer an error. */
  async function everywhere<T>(ask: (inventory: Inventory) => Promise<T | undefined>): Promise<T | undefined> {
    const answers = await Promise.allSettled(inventories.map(ask));
    for (const answer of answers) if (answer.status === "fulfilled" && answer.value !== undefined) return answer.value;
    for (const answer of answers) if (answer.status === "rejected") throw translated(answer.reason);
    return undefined;
  }

  async function byUid(uid: string, signal: AbortSignal | undefined): Promise<Seen | undefined> {
    const found = await everywhere((inventory) => inventory.one(uid, signal));
    if (found?.known.marks?.uid === uid) return found;
    return everywhere(async (inventory) => (await inventory.all(signal)).find(({ known }) => known.marks?.uid === uid));
  }

  const find = ({ id, uid }: MachineKey, signal: AbortSignal | undefined): Promise<Seen | undefined> => {
    if (id === "") return byUid(uid, signal);
    // What is no UUID is no machine's id: libvirt would not even take it.
    if (!isUuid(id)) return Promise.resolve(undefined);
    return everywhere((inventory) => inventory.one(id, signal));
  };

  async function existing(key: MachineKey, signal: AbortSignal | undefined): Promise<Seen> {
    const found = await find(key, signal);
    if (found) return found;
    throw new ProviderError("NOT_FOUND", key.id === "" ? `no machine bears the uid ${key.uid}` : `there is no machine ${key.id}`);
  }

  return {
    inventories,
    find,
    existing,
    byUid,
    /** The machine, if it bears the uid. */
    async own(key: MachineKey, signal?: AbortSignal): Promise<Seen> {
      const found = await existing(key, signal);
      mustBear(found, key.uid);
      return found;
    },
    async all(signal?: AbortSignal): Promise<Seen[]> {
      const lists = await Promise.all(inventories.map((inventory) => inventory.all(signal)));
      return lists.flat();
    },
    inventoryOf({ host }: Seen): Inventory {
      const found = inventories.find((inventory) => inventory.host === host);
      if (!found) throw new Error(`${host.name} is no host of this provider`);
      return found;
    },
  };
}

export function mustBear({ known: { uuid, marks } }: Seen, uid: string): void {
  if ((marks?.uid ?? "") === uid && uid !== "") return;
  throw new ProviderError("FORBIDDEN", `${uuid} bears ${marks ? "another uid" : "no mark of this provider"}`);
}

const isUuid = (text: string): boolean => /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(text);

export type Machines = ReturnType<typeof createMachines>;
