import type { Clock } from "@remuda/reconciler";
import { type Condition, type Resource, setCondition } from "@remuda/resources";
import { type ResourceStore, StoreError } from "@remuda/store";
import type { Logger } from "pino";
import { type Controller, createController } from "../controller";
import type { Change } from "../feed";
import type { Metrics } from "../metrics";
import { resourceKey } from "../resource-key";
import { saveStatus } from "../status";
import type { Usage } from "../usage";

/** Keeps what others refer to; the API sets it when such a resource is made. */
export const inUseFinalizer = "remuda.dev/in-use";

/** Kinds that others refer to. */
export const protectedKinds: readonly string[] = ["Provider", "VMClass", "VMImage", "VMNetwork"];

export interface ProtectionOptions {
  store: ResourceStore;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  usage: Usage;
}

export interface ProtectionController extends Controller {
  onChange(change: Change): void;
  /** One reference to this resource went away. */
  onReleased(key: string): void;
}

/** An image or a network that says what it is on a provider does not keep that provider. */
const holders = new Set(["VirtualMachine", "Provider"]);

const named = 3;

/** Lets a resource go only when nothing refers to it any more. */
export function createProtectionController({ store, clock, log, metrics, usage }: ProtectionOptions): ProtectionController {
  const dying = new Set<string>();

  const reconcile = async (key: string) => {
    const [kind = "", name = ""] = key.split("/");
    const resource = await store.get(kind, name);
    if (!resource?.metadata.deletionTimestamp || !resource.metadata.finalizers?.includes(inUseFinalizer)) return {};
    const users = [...usage.usersOf(kind, name)].filter((user) => holders.has(user.slice(0, user.indexOf("/"))));
    if (users.length > 0) {
      const more = users.length > named ? ` and ${users.length - named} more` : "";
      const message = `still used by ${users.slice(0, named).join(", ")}${more}; it goes when they are gone`;
      // Of any kind, only the conditions are touched here.
      const dyingResource = resource as Resource<unknown, { conditions?: Condition[] }>;
      await saveStatus(store, dyingResource, (status = {}) => ({
        ...status,
        conditions: setCondition(status.conditions, { type: "InUse", status: "True", reason: "Referenced", message }, clock.now()),
      }));
      return {};
    }
    const finalizers = resource.metadata.finalizers.filter((f) => f !== inUseFinalizer);
    try {
      await store.update({ ...resource, metadata: { ...resource.metadata, finalizers } });
    } catch (error) {
      if (error instanceof StoreError && error.reason === "Conflict") return { requeueAfterMs: 0 };
      if (!(error instanceof StoreError && error.reason === "NotFound")) throw error;
    }
    return {};
  };
  const controller = createController({ name: "protection", clock, log, metrics, concurrency: 8, reconcile });

  return {
    ...controller,
    onChange({ type, resource }) {
      if (!protectedKinds.includes(resource.kind)) return;
      const key = resourceKey(resource.kind, resource.metadata.name);
      if (type === "gone" || !resource.metadata.deletionTimestamp) dying.delete(key);
      else {
        dying.add(key);
        controller.queue.add(key);
      }
    },
    onReleased(key) {
      if (dying.has(key)) controller.queue.add(key);
    },
  };
}
