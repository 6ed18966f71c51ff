import { createProviderClient, ProviderError } from "@remuda/contract";
import type { ResourceStore } from "@remuda/store";
import type { Dial } from "../provider/controller";

/** A process that dies at a chosen step: nothing that it does afterwards has any effect. */
export interface Mortal {
  store: ResourceStore;
  dial: Dial;
  /** Steps so far. Each store write and each call that changes something has two: before it is done, and before its answer is seen. */
  readonly steps: number;
  readonly dead: boolean;
}

export function createMortal(store: ResourceStore, dieAtStep: number): Mortal {
  let steps = 0;
  let dead = false;
  const step = () => {
    if (!dead && ++steps === dieAtStep) dead = true;
    if (dead) throw new ProviderError("INTERRUPTED", "the process is dead");
  };
  const mortal =
    <Args extends unknown[], T>(next: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      step();
      const answer = await next(...args);
      step();
      return answer;
    };
  return {
    store: {
      ...store,
      create: mortal(store.create),
      update: mortal(store.update),
      updateStatus: mortal(store.updateStatus),
      delete: mortal(store.delete),
    },
    dial({ address, credentials, channelOptions }) {
      const client = createProviderClient({ address, credentials, channelOptions });
      return {
        ...client,
        create: mortal(client.create),
        delete: mortal(client.delete),
        power: mortal(client.power),
        reconfigure: mortal(client.reconfigure),
        adopt: mortal(client.adopt),
        release: mortal(client.release),
        describe: mortal(client.describe),
        isTaskComplete: mortal(client.isTaskComplete),
      };
    },
    get steps() {
      return steps;
    },
    get dead() {
      return dead;
    },
  };
}
