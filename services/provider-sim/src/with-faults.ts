import { ProviderError } from "@remuda/contract";
import type { Disks, Images, Provider } from "@remuda/provider-kit";
import type { Clock } from "./clock";
import type { FaultControl, Rpc } from "./faults";

/** Every service of the contract. */
export type FullProvider = Required<Omit<Provider, "close" | "images" | "disks">> & {
  images: Required<Images>;
  disks: Required<Disks>;
};

const lost = () => new ProviderError("UNAVAILABLE", "the connection broke before the answer came");
const mostBeforeBreak = 100;

/** The provider as calls through a bad network and a bad platform see it. */
export function withFaults(next: FullProvider, faults: FaultControl, clock: Clock): FullProvider {
  const before = async (rpc: Rpc, signal: AbortSignal) => {
    const delayMs = faults.delayMs(rpc);
    if (delayMs > 0) await pause(clock, delayMs, signal);
    const error = faults.error(rpc);
    if (error) throw error;
  };
  const call = async <T>(rpc: Rpc, signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
    await before(rpc, signal);
    const losesReply = faults.losesReply(rpc);
    const answer = await work();
    if (losesReply) throw lost();
    return answer;
  };
  async function* stream<T>(rpc: Rpc, signal: AbortSignal, work: () => AsyncIterable<T>): AsyncGenerator<T, void, void> {
    await before(rpc, signal);
    const breaksAfter = faults.losesReply(rpc) ? Math.floor(clock.random() * mostBeforeBreak) : Number.POSITIVE_INFINITY;
    let count = 0;
    for await (const item of work()) {
      if (count++ >= breaksAfter) throw lost();
      yield item;
    }
    if (breaksAfter !== Number.POSITIVE_INFINITY) throw lost();
  }

  const { adoption, snapshots, images, disks, offers, console } = next;
  return {
    capabilities: next.capabilities,
    validate: (signal) => call("validate", signal, () => next.validate(signal)),
    create: (request, signal) => call("create", signal, () => next.create(request, signal)),
    delete: (machine, signal) => call("delete", signal, () => next.delete(machine, signal)),
    power: (machine, op, signal) => call("power", signal, () => next.power(machine, op, signal)),
    reconfigure: (machine, change, signal) => call("reconfigure", signal, () => next.reconfigure(machine, change, signal)),
    describe: (machine, signal) => call("describe", signal, () => next.describe(machine, signal)),
    adoption: {
      adopt: (request, signal) => call("adopt", signal, () => adoption.adopt(request, signal)),
      release: (machine, signal) => call("release", signal, () => adoption.release(machine, signal)),
    },
    isTaskComplete: (ref, waitMs, signal) => call("isTaskComplete", signal, () => next.isTaskComplete(ref, waitMs, signal)),
    cancelTask: (ref, signal) => call("cancelTask", signal, () => next.cancelTask(ref, signal)),
    list: (filter, signal) => stream("list", signal, () => next.list(filter, signal)),
    watch: (filter, signal) => stream("watch", signal, () => next.watch(filter, signal)),
    snapshots: {
      create: (request, signal) => call("createSnapshot", signal, () => snapshots.create(request, signal)),
      delete: (machine, id, signal) => call("deleteSnapshot", signal, () => snapshots.delete(machine, id, signal)),
      revert: (machine, id, signal) => call("revertSnapshot", signal, () => snapshots.revert(machine, id, signal)),
      list: (id, signal) => call("listSnapshots", signal, () => snapshots.list(id, signal)),
    },
    images: {
      prepare: (request, signal) => call("prepareImage", signal, () => images.prepare(request, signal)),
      list: (signal) => stream("listImages", signal, () => images.list(signal)),
      delete: (id, signal) => call("deleteImage", signal, () => images.delete(id, signal)),
    },
    disks: {
      get: (id, signal) => call("getDisk", signal, () => disks.get(id, signal)),
      export: (request, signal) => call("exportDisk", signal, () => disks.export(request, signal)),
      import: (header, data, signal) => call("importDisk", signal, () => disks.import(header, data, signal)),
      delete: (disk, signal) => call("deleteDisk", signal, () => disks.delete(disk, signal)),
    },
    offers: { list: (filter, signal) => stream("listOffers", signal, () => offers.list(filter, signal)) },
    console: { open: (machine, type, signal) => call("openConsole", signal, () => console.open(machine, type, signal)) },
  };
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      cancel();
      reject(new ProviderError("INTERRUPTED", "the call was cancelled", { cause: signal.reason }));
    };
    const cancel = clock.setTimer(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    }, ms);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}
