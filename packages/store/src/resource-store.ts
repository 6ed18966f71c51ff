import type { Resource } from "@remuda/resources";

/** What a caller gives to create; the store sets the rest of the metadata. */
export interface NewResource {
  kind: string;
  metadata: { name: string; labels?: Record<string, string>; annotations?: Record<string, string>; finalizers?: string[] };
  spec: unknown;
  status?: unknown;
}

/** A change in the store, or a mark that everything up to `resourceVersion` has been told. */
export type StoreEvent =
  | { type: "ADDED" | "MODIFIED" | "DELETED"; resource: Resource; resourceVersion: string }
  | { type: "BOOKMARK"; resourceVersion: string };

/** What happened to a resource, for people. Repeats of the same reason and message are counted. */
export interface ResourceEvent {
  kind: string;
  name: string;
  uid: string;
  type: "Normal" | "Warning";
  /** CamelCase, for programs. */
  reason: string;
  message: string;
  count: number;
  /** RFC 3339. */
  firstTime: string;
  lastTime: string;
}

/** Why a store call failed. */
export type StoreErrorReason = "NotFound" | "AlreadyExists" | "Conflict" | "Expired";

/** What a store throws; anything else is a fault of the store itself. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  constructor(
    readonly reason: StoreErrorReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What was to be written could not be: no fault of the writer, and the same write may succeed when the message has been heeded. */
export class UnwritableError extends Error {
  override readonly name = "UnwritableError";
}

export interface WatchOptions {
  /** Undefined: every kind. */
  kind?: string;
  /** Only changes after it; a version that the store has forgotten fails with Expired. Undefined: a snapshot (ADDED …, BOOKMARK) first. */
  sinceVersion?: string;
}

/**
 * Resources with versions. What it answers is frozen: a change is a new object. A write has been made durable when its promise resolves.
 * resourceVersions are decimal numbers that grow with every write of the whole store; compare them as numbers, or only for equality.
 */
export interface ResourceStore {
  get(kind: string, name: string): Promise<Resource | undefined>;
  /** Ordered by name. */
  list(kind: string): Promise<{ items: readonly Resource[]; resourceVersion: string }>;
  /** AlreadyExists if the name is taken. */
  create(resource: NewResource): Promise<Resource>;
  /** Replaces spec, labels, annotations and finalizers; keeps status. Conflict if metadata.resourceVersion is not the newest, NotFound if it is gone.
   *  Nothing changed: answers what is stored and writes nothing. A resource with a deletionTimestamp goes when its last finalizer does. */
  update(resource: Resource): Promise<Resource>;
  /** Replaces status alone, under the same rules. */
  updateStatus(resource: Resource): Promise<Resource>;
  /** Sets deletionTimestamp if there are finalizers, and answers the resource; removes it and answers undefined if there are none. */
  delete(kind: string, name: string, precondition?: { uid?: string; resourceVersion?: string }): Promise<Resource | undefined>;
  /** Ends with the signal. Each watcher has a bounded buffer: one that falls behind fails with Expired and lists anew. */
  watch(options: WatchOptions, signal: AbortSignal): AsyncIterable<StoreEvent>;
  recordEvent(event: Omit<ResourceEvent, "count" | "firstTime" | "lastTime">): void;
  /** Oldest first; the newest `limit` that match. */
  events(filter: { kind?: string; name?: string; limit?: number }): Promise<readonly ResourceEvent[]>;
  /** The installation's id: made once, kept for ever; the owner of every machine. */
  ownerId(): Promise<string>;
  /** The version of the newest write. */
  resourceVersion(): Promise<string>;
  /** Why the last write could not be made durable; undefined again when one is. It is tried every second. */
  problem(): string | undefined;
  close(): Promise<void>;
}
