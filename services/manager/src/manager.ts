import { setMaxListeners } from "node:events";
import { type Clock, systemClock } from "@remuda/reconciler";
import { type Resource, references, type VMImage } from "@remuda/resources";
import type { ResourceStore } from "@remuda/store";
import type { Logger } from "pino";
import { createAdoption } from "./adoption/adoption";
import type { Ownership } from "./api/ownership";
import { type Change, followStore } from "./feed";
import { createImageController } from "./image/controller";
import { createMachineController } from "./machine/controller";
import { kind as machineKind } from "./machine/work";
import { createMetrics, type Metrics } from "./metrics";
import { createOrphans } from "./orphans/orphans";
import { createProtectionController } from "./protection/controller";
import { createProviderController, type Dial } from "./provider/controller";
import { createSecretReader } from "./provider/credentials";
import { resourceKey } from "./resource-key";
import { createRolloutController } from "./rollout/controller";
import type { Traces } from "./tracing/origins";
import { createUsage } from "./usage";

export interface CreateManagerOptions {
  store: ResourceStore;
  /** Holds secrets as NAME/KEY files. */
  secretsDir: string;
  log: Logger;
  clock?: Clock;
  metrics?: Metrics;
  /** Machines younger than this are no orphans. */
  orphanGraceMs?: number;
  /** How a provider is reached; over gRPC if left out. */
  dial?: Dial;
  /** Undefined: nothing is traced. */
  traces?: Traces;
}

/** The controllers at work. */
export interface Manager extends Ownership {
  readonly metrics: Metrics;
  /** Everything that was stored at the start has been taken up. */
  readonly synced: Promise<void>;
  /** Ends the controllers; what is under way is broken off and taken up by the next process. The store stays open. */
  stop(): Promise<void>;
}

/** Starts the controllers over a store. */
export async function createManager(options: CreateManagerOptions): Promise<Manager> {
  const { store, secretsDir, log, clock = systemClock, metrics = createMetrics(), dial, traces } = options;
  const owner = await store.ownerId();
  const readSecret = createSecretReader(secretsDir);
  const shared = { store, clock, log, metrics };
  const stopping = new AbortController();
  // Every worker listens to it.
  setMaxListeners(0, stopping.signal);

  metrics.gauge("remuda_store_resource_version", "Version of the store's newest write.", async () => Number(await store.resourceVersion()));

  const usage = createUsage((key) => protection.onReleased(key));
  const protection = createProtectionController({ ...shared, usage });
  const providers = createProviderController({
    ...shared,
    owner,
    readSecret,
    dial,
    traces,
    usage,
    onPlatform: (provider) => images.forget(provider),
    onMachine: (uid) => machines.onMachine(uid),
    onMachines(provider) {
      machines.onProvider(provider);
      images.onProvider(provider);
    },
    looked: (provider) => machines.looked(provider),
    orphansOf: (provider) => orphans.of(provider),
  });
  const images = createImageController({ ...shared, connection: providers.connection });
  const rollouts = createRolloutController({ ...shared, wake: (machine) => machines.queue.add(machine) });
  const machines = createMachineController({
    ...shared,
    owner,
    traces,
    usage,
    readSecret,
    connection: providers.connection,
    standing: providers.standing,
    image: images.readiness,
    classes: rollouts.classes,
    ran: rollouts.ran,
  });
  const { connection } = providers;
  const adoption = createAdoption({ store, owner, connection });
  const orphans = createOrphans({ store, clock, connection, isKnown: machines.isKnown, graceMs: options.orphanGraceMs });
  metrics.gauge("remuda_orphans", "Machines that bear this installation's marks and no VirtualMachine is for.", async () => {
    const { items } = await store.list("Provider");
    const found = await Promise.all(items.map(({ metadata }) => orphans.of(metadata.name)));
    return found.reduce((sum, machines) => sum + (machines?.length ?? 0), 0);
  });
  const controllers = [providers, images, machines, rollouts, protection];

  const onChange = (change: Change) => {
    const { resource } = change;
    if (change.type === "gone") usage.remove(resource);
    else if (change.previous?.metadata.generation !== resource.metadata.generation) usage.set(resource, references(resource));
    for (const controller of controllers) controller.onChange(change);
    if (resource.kind !== machineKind && concernsMachines(change)) machines.wakeWaiting(resourceKey(resource.kind, resource.metadata.name));
  };

  // On a full disk reading goes on all the same; the first look at each Provider tells it anew.
  await providers.forgetFormer().catch((error: unknown) => log.error({ err: error }, "can't take back what was known of Providers"));

  let synced = () => {};
  const whenSynced = new Promise<void>((resolve) => {
    synced = resolve;
  });
  // Nothing may be released before it is known who uses it: the work begins when all of the store has been told.
  const runs: Promise<void>[] = [];
  const onSynced = () => {
    for (const controller of controllers) runs.push(controller.run(stopping.signal));
    synced();
  };
  const feed = followStore({ store, clock, log, onChange, onSynced }, stopping.signal);

  return {
    metrics,
    adoption,
    orphans,
    synced: whenSynced,
    async stop() {
      stopping.abort();
      providers.close();
      await feed;
      await Promise.all(runs);
      for (const { queue } of controllers) queue.close();
    },
  };
}

/** Whether machines that wait for it may go on: not for each step of an image's progress. */
function concernsMachines({ type, resource, previous }: Change): boolean {
  if (type === "gone" || previous?.metadata.generation !== resource.metadata.generation) return true;
  return resource.kind === "VMImage" && imageState(resource) !== imageState(previous);
}

const imageState = (image: Resource) => JSON.stringify((image as VMImage).status?.providers?.map((p) => [p.provider, p.ready, p.message]));
