import { createStore, type StoreOptions } from "./core";
import type { ResourceStore } from "./resource-store";

/** Forgets everything when the process ends; for tests and trials. */
export const createMemoryStore = (options: StoreOptions = {}): ResourceStore =>
  createStore(
    {
      load: (newOwnerId) => ({ version: 0, ownerId: newOwnerId(), resources: [], events: [] }),
      commit: () => {},
      close: () => {},
    },
    options,
  );
