import type { Resource } from "@remuda/resources";
import type { ResourceEvent } from "./resource-store";

/** An event with its place in the log: the higher the id, the later it was last seen. */
export interface StoredEvent extends ResourceEvent {
  id: number;
}

/** What a driver found when it was opened. */
interface Loaded {
  /** The version of the newest write; 0 in a new store. */
  version: number;
  ownerId: string;
  resources: Iterable<Resource>;
  /** In the order of their ids. */
  events: Iterable<StoredEvent>;
}

/** The outcome of a group of writes: what each touched key is now. */
export interface Batch {
  version: number;
  put: readonly Resource[];
  remove: readonly { kind: string; name: string }[];
  putEvents: readonly StoredEvent[];
  removeEvents: readonly number[];
}

/** Where resources are kept. The store asks it once for everything, and from then on only tells it. */
export interface Driver {
  load(newOwnerId: () => string): Loaded;
  /** All of it is durable when it returns; nothing of it is there when it throws. */
  commit(batch: Batch): void;
  close(): void;
}
