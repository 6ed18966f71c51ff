import type { Cloud, Instance } from "@remuda/gpu-clouds";

const patienceMs = 120_000;

/** What the account has, for many askers at the cost of few lists. */
export interface Inventory {
  /** A list that was begun after the call. */
  list(signal: AbortSignal): Promise<readonly Instance[]>;
  /** The instances with this uid, oldest first: one, unless an answer was lost at the wrong moment. */
  byUid(uid: string, signal: AbortSignal): Promise<Instance[]>;
}

export function createInventory(cloud: Cloud): Inventory {
  let running: Promise<readonly Instance[]> | undefined;
  let next: Promise<readonly Instance[]> | undefined;

  // What others share doesn't end when one of them hangs up.
  const begin = () => {
    const listing = cloud.list(AbortSignal.timeout(patienceMs)).finally(() => {
      if (running === listing) running = undefined;
    });
    running = listing;
    return listing;
  };
  const queue = (current: Promise<unknown>) => {
    next ??= current
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return begin();
      });
    return next;
  };

  const inventory: Inventory = {
    list: (signal) => orAborted(running ? queue(running) : begin(), signal),
    async byUid(uid, signal) {
      const found = (await inventory.list(signal)).filter(({ mark }) => mark?.uid === uid);
      return found.sort((a, b) => (a.createdAt ?? 0) - (b.createdAt ?? 0) || (a.id < b.id ? -1 : 1));
    },
  };
  return inventory;
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => undefined);
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
