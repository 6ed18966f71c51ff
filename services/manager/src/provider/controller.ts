import { asProviderError, createProviderClient, type GetCapabilitiesResponse, type ValidateResponse } from "@remuda/contract";
import type { Clock } from "@remuda/reconciler";
import { type Condition, type ProviderResource, type ProviderStatus, type Resource, setCondition } from "@remuda/resources";
import type { ResourceStore } from "@remuda/store";
import type { Logger } from "pino";
import { settleRetained } from "../adoption/retained";
import { type Controller, createController } from "../controller";
import type { Change } from "../feed";
import type { Metrics } from "../metrics";
import { saveStatus } from "../status";
import { traceCalls } from "../tracing/calls";
import type { Traces } from "../tracing/origins";
import type { Usage } from "../usage";
import { type Connection, createConnection, type Standing } from "./connection";
import { DialError, type DialSettings, dialSettings, type ReadSecret } from "./credentials";
import { acceptPlatformAnnotation, judgePlatform, otherPlatform, sharedPlatform } from "./platform-identity";

export type Dial = (settings: DialSettings) => ReturnType<typeof createProviderClient>;

export interface ProviderControllerOptions {
  store: ResourceStore;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  owner: string;
  readSecret: ReadSecret;
  dial?: Dial;
  traces?: Traces;
  usage: Pick<Usage, "usersOf">;
  onMachine(uid: string): void;
  onMachines(provider: string): void;
  /** Resolves when each of the provider's machines was looked at once more. */
  looked(provider: string): Promise<void>;
  /** Machines that no VirtualMachine is for; undefined: they can't be seen now. */
  orphansOf(provider: string): Promise<readonly unknown[] | undefined>;
  /** Another platform is behind the provider from now on. */
  onPlatform(provider: string): Promise<void>;
}

export interface ProviderController extends Controller {
  /** Takes back what a former process said in the Providers' status. Before anyone reads it. */
  forgetFormer(): Promise<void>;
  connection(provider: string): Connection | undefined;
  standing(provider: string): Standing;
  onChange(change: Change): void;
  close(): void;
}

type NewCondition = Omit<Condition, "lastTransitionTime">;

const notSeenYet = "its machines were not seen yet; their status is what was known before";
const checkEveryMs = 30_000;
const countEveryMs = 1_000;
const doubtMs = 500;
const maxRecheckMs = 15_000;

const dialGrpc: Dial = ({ address, credentials, channelOptions }) => createProviderClient({ address, credentials, channelOptions });

/** Keeps a connection to each Provider, and tells in its status how that goes. */
export function createProviderController(options: ProviderControllerOptions): ProviderController {
  const {
    store,
    clock,
    log,
    metrics,
    owner,
    readSecret,
    dial = dialGrpc,
    traces,
    usage,
    onMachine,
    onMachines,
    looked,
    orphansOf,
    onPlatform,
  } = options;
  const connections = new Map<string, Connection>();
  const failures = new Map<string, number>();
  /** Those whose spec can't be dialled. */
  const invalid = new Set<string>();
  /** Those whose machines are counted in a moment. */
  const counting = new WeakSet<Connection>();
  /** What each shows of its machines; "shown" once their own status says so too. */
  const views = new WeakMap<Connection, "live" | "shown" | "lost">();

  const drop = (name: string) => {
    connections.get(name)?.close();
    connections.delete(name);
    failures.delete(name);
  };

  const connect = async ({ metadata: { name }, spec }: ProviderResource): Promise<Connection> => {
    const settings = await dialSettings(spec, readSecret);
    const known = connections.get(name);
    if (known?.fingerprint === settings.fingerprint) return known;
    drop(name);
    const connection = createConnection({
      provider: name,
      fingerprint: settings.fingerprint,
      client: traces ? traceCalls(traces.tracing, name, dial(settings)) : dial(settings),
      spec,
      owner,
      clock,
      log: log.child({ provider: name }),
      metrics,
      onMachine,
      onCount: () => countSoon(name, connection),
      onMachines: () => onMachines(name),
      onView: (state) =>
        void showView(name, connection, state).catch((error) => log.warn({ provider: name, err: error }, "provider's view not told")),
      onDoubt: () => controller.queue.addAfter(name, doubtMs),
      onCheck: () => controller.queue.add(name),
    });
    connections.set(name, connection);
    return connection;
  };

  /** Undefined until a whole view of them came up, and while there is none. */
  const machinesOf = (connection: Connection): number | undefined => {
    const view = views.get(connection);
    return view === "live" || view === "shown" ? connection.observer.size : undefined;
  };

  const count = async (name: string, connection: Connection) => {
    // The store keeps each kind with its own schema.
    const provider = (await store.get("Provider", name)) as ProviderResource | undefined;
    const orphans = (await orphansOf(name))?.length;
    if (!provider?.status || connections.get(name) !== connection) return;
    await saveStatus<ProviderStatus>(store, provider, (status = {}) => known({ ...status, machines: machinesOf(connection), orphans }));
  };

  /** However many machines come and go: at most one write in that time, none if there are as many as before, and no call. */
  const countSoon = (name: string, connection: Connection) => {
    if (counting.has(connection)) return;
    counting.add(connection);
    clock.setTimer(() => {
      counting.delete(connection);
      void count(name, connection).catch((error) => log.warn({ provider: name, err: error }, "provider's machines not counted"));
    }, countEveryMs);
  };

  const observed = (connection: Connection | undefined): NewCondition => {
    const view = connection && views.get(connection);
    if (view === "shown")
      return { type: "Observed", status: "True", reason: "Observed", message: "machines' status is as the platform shows them" };
    const lostSinceMs = connection?.observer.lostSinceMs;
    return lostSinceMs === undefined
      ? { type: "Observed", status: "Unknown", reason: "Connecting", message: notSeenYet }
      : {
          type: "Observed",
          status: "Unknown",
          reason: "Lost",
          message: `it has shown nothing since ${new Date(lostSinceMs).toISOString()}`,
        };
  };

  /** Tells in the status whether the machines are seen. That they are is only said once each one's own status shows it. */
  const showView = async (name: string, connection: Connection, state: "live" | "lost") => {
    views.set(connection, state);
    if (state === "live") {
      await looked(name);
      if (views.get(connection) !== "live" || connections.get(name) !== connection) return;
      views.set(connection, "shown");
    }
    // The store keeps each kind with its own schema.
    const provider = (await store.get("Provider", name)) as ProviderResource | undefined;
    if (!provider) return;
    await saveStatus<ProviderStatus>(store, provider, (status = {}) =>
      known({
        ...status,
        machines: machinesOf(connection),
        conditions: setCondition(status.conditions, observed(connection), clock.now()),
      }),
    );
  };

  const forgetFormer = async () => {
    const { items } = await store.list("Provider");
    for (const provider of items as ProviderResource[]) {
      await saveStatus<ProviderStatus>(store, provider, ({ machines: _, orphans: __, ...status } = {}) => {
        const before = status.conditions?.find(({ type }) => type === "Ready");
        const ready: NewCondition = {
          type: "Ready",
          status: "Unknown",
          reason: "Connecting",
          message: "not reached yet since the manager started",
        };
        const { observedGeneration } = before ?? {};
        const conditions = setCondition(status.conditions, { ...ready, observedGeneration }, clock.now());
        return { ...status, phase: "Connecting", conditions: setCondition(conditions, observed(undefined), clock.now()) };
      });
    }
  };

  const reconcile = async (name: string, signal: AbortSignal) => {
    // The store keeps each kind with its own schema.
    const provider = (await store.get("Provider", name)) as ProviderResource | undefined;
    if (!provider) {
      drop(name);
      invalid.delete(name);
      onMachines(name);
      return {};
    }
    const report = (
      phase: NonNullable<ProviderStatus["phase"]>,
      reason: string,
      message: string,
      facts: Partial<ProviderStatus> = {},
      further?: NewCondition,
    ) =>
      saveStatus<ProviderStatus>(store, provider, (status = {}) => {
        const ready: NewCondition = {
          type: "Ready",
          status: phase === "Connected" ? "True" : "False",
          reason,
          message,
        };
        const observedGeneration = provider.metadata.generation;
        const conditions = setCondition(status.conditions, { ...ready, observedGeneration }, clock.now());
        return known({
          ...status,
          ...facts,
          phase,
          observedGeneration,
          conditions: [observed(connections.get(name)), further].reduce<Condition[]>(
            (all, condition) => (condition ? setCondition(all, condition, clock.now()) : all),
            conditions,
          ),
        });
      });

    let connection: Connection;
    try {
      connection = await connect(provider);
      invalid.delete(name);
    } catch (error) {
      if (!(error instanceof DialError)) throw error;
      drop(name);
      if (!invalid.has(name)) {
        invalid.add(name);
        onMachines(name);
      }
      await report("Invalid", error.reason, error.message);
      return { requeueAfterMs: checkEveryMs };
    }
    const check = connection.beginCheck();
    try {
      const platform = await connection.calls.validate({}, signal);
      const { platformId } = platform;
      const verdict = await judgePlatform(provider, platformId, store, usage);
      if (verdict.state === "other") {
        failures.delete(name);
        check.otherPlatform();
        await report("Invalid", "PlatformChanged", otherPlatform(provider, platformId, verdict.madeOn));
        return { requeueAfterMs: checkEveryMs };
      }
      // What was there is forgotten first: were this run cut off, the next one does it all again.
      if (verdict.state !== "same") await onPlatform(name);
      const capabilities = await connection.calls.getCapabilities({}, signal);
      if (provider.status?.phase !== "Connected") log.info({ provider: name, platform: platform.platform }, "provider connected");
      failures.delete(name);
      const shared = await sharedPlatform(provider, platformId, store);
      await report(
        "Connected",
        "Connected",
        connectedMessage(platform),
        { ...facts(platform, capabilities), machines: machinesOf(connection), orphans: (await orphansOf(name))?.length },
        shared,
      );
      if (verdict.state === "accepted") {
        const message = `platform ${platformId} instead of ${provider.status?.platformId}, as ${acceptPlatformAnnotation} says`;
        store.recordEvent({ kind: "Provider", name, uid: provider.metadata.uid, type: "Warning", reason: "PlatformAccepted", message });
      }
      // Last: nothing is asked of a platform that is not recorded.
      check.reached(capabilities, platformId);
      await settleRetained(provider, connection, store, signal);
      return { requeueAfterMs: checkEveryMs * (0.75 + clock.random() / 2) };
    } catch (thrown) {
      if (signal.aborted) return {};
      const error = asProviderError(thrown);
      const count = (failures.get(name) ?? 0) + 1;
      failures.set(name, count);
      // One bad answer of a provider that was well a moment ago is looked at again before it is believed.
      const lost = !connection.up || !error.retryable || count > 1;
      check.failed(lost ? "unreachable" : "doubtful", `${error.reason}: ${error.message}`);
      if (lost) {
        const unreachable = error.reason === "UNAVAILABLE" || error.reason === "TIMEOUT";
        const phase = unreachable ? "Unreachable" : "Invalid";
        if (provider.status?.phase !== phase) log.warn({ provider: name, reason: error.reason, err: error }, "provider can't be used");
        await report(phase, error.reason, failedMessage(unreachable, provider.spec.address, error.message));
      }
      return { requeueAfterMs: Math.min(maxRecheckMs, doubtMs * 2 ** Math.min(count, 10)) * (0.75 + clock.random() / 2) };
    }
  };
  const controller = createController({ name: "provider", clock, log, metrics, concurrency: 64, reconcile });

  return {
    ...controller,
    forgetFormer,
    connection: (name) => connections.get(name),
    standing: (name) => connections.get(name)?.standing ?? (invalid.has(name) ? "lost" : "connecting"),
    onChange({ type, resource, previous }) {
      if (resource.kind !== "Provider") return;
      if (type === "present" && previous && sameWish(previous, resource)) return;
      controller.queue.add(resource.metadata.name);
    },
    close() {
      for (const name of [...connections.keys()]) drop(name);
    },
  };
}

const sameWish = ({ metadata: a }: Resource, { metadata: b }: Resource): boolean =>
  a.generation === b.generation && a.annotations?.[acceptPlatformAnnotation] === b.annotations?.[acceptPlatformAnnotation];

const connectedMessage = ({ platform, platformVersion, warnings }: ValidateResponse) =>
  [`reaches ${platform} ${platformVersion}`.trim(), ...warnings].join("; ");

const failedMessage = (unreachable: boolean, address: string, message: string) =>
  unreachable
    ? `can't be reached at ${address}: ${message}; check that the provider service runs and that spec.address is right`
    : `the provider answers, but can't work: ${message}; check the provider service's settings and credentials`;

const facts = (platform: ValidateResponse, capabilities: GetCapabilitiesResponse): Partial<ProviderStatus> => ({
  platform: platform.platform,
  platformId: platform.platformId,
  platformVersion: platform.platformVersion,
  providerVersion: capabilities.providerVersion,
  account: platform.account,
  services: capabilities.services,
});

/** What is not known is left out: a status with empty fields would never be like the one that was stored. */
const known = (status: ProviderStatus): ProviderStatus =>
  Object.fromEntries(Object.entries(status).filter(([, value]) => value !== undefined));
