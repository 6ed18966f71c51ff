import type { GetCapabilitiesResponse, ProviderClient } from "@remuda/contract";
import type { Clock } from "@remuda/reconciler";
import type { ProviderSpec } from "@remuda/resources";
import type { Logger } from "pino";
import type { Metrics } from "../metrics";
import { limitCalls, type ProviderCalls } from "./calls";
import { createLimits, type Limits } from "./limits";
import { createObserver, type Observer } from "./observer";
import { createTaskPoller, type TaskPoller } from "./task-poller";

/** How a provider stands in this process; "lost" only once it was tried and failed. */
export type Standing = "connecting" | "ready" | "lost";

/** Everything that the manager has of one provider. */
export interface Connection {
  readonly provider: string;
  readonly fingerprint: string;
  readonly calls: ProviderCalls;
  readonly observer: Observer;
  readonly tasks: TaskPoller;
  /** Calls make sense: it was reached lately, and the circuit is closed. */
  readonly ready: boolean;
  readonly standing: Standing;
  /** See Limits. */
  enter: Limits["enter"];
  /** Known since it was first reached. */
  readonly capabilities: GetCapabilitiesResponse | undefined;
  /** Says what a check found. */
  reached(capabilities: GetCapabilitiesResponse): void;
  unreachable(): void;
  close(): void;
}

/** Why nothing can be asked of a provider now. */
export const notReady = (provider: string, connection: Connection | undefined): string =>
  connection?.capabilities === undefined
    ? `provider ${provider} is not connected yet; its own status says more`
    : `provider ${provider} can't be reached now; its own status says more`;

export interface ConnectionOptions {
  provider: string;
  fingerprint: string;
  client: ProviderClient;
  spec: ProviderSpec;
  owner: string;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  onMachine(uid: string): void;
  /** What machines may expect of this provider changed: it can be reached again, or its view came up or was lost. */
  onMachines(): void;
  /** It should be checked soon. */
  onDoubt(): void;
}

export function createConnection(options: ConnectionOptions): Connection {
  const { provider, fingerprint, client, spec, owner, clock, log, metrics, onMachine, onMachines, onDoubt } = options;
  let capabilities: GetCapabilitiesResponse | undefined;
  let checked: Standing = "connecting";
  const limits = createLimits({
    clock,
    maxConcurrentCalls: spec.maxConcurrentCalls,
    rateLimit: spec.rateLimit,
    onCall: (method, reason, ms) => metrics.call(provider, method, reason, ms),
    onCircuit: (open) => (open ? onDoubt() : wakeAll()),
  });
  const calls = limitCalls(client, limits, owner);
  const standing = (): Standing => (limits.circuitOpen ? "lost" : checked);
  const ready = () => standing() === "ready";
  const observer = createObserver({ calls, owner, clock, log, onChange: onMachine, onView: onMachines, onBroken: onDoubt });
  const tasks = createTaskPoller({ calls, clock, ready });
  const wakeAll = () => {
    if (!ready()) return;
    tasks.resume();
    observer.resume();
    onMachines();
  };

  return {
    provider,
    fingerprint,
    calls,
    observer,
    tasks,
    get ready() {
      return ready();
    },
    get standing() {
      return standing();
    },
    enter: limits.enter,
    get capabilities() {
      return capabilities;
    },
    reached(answer) {
      capabilities = answer;
      if (checked === "ready") return;
      checked = "ready";
      wakeAll();
    },
    unreachable() {
      const first = checked === "connecting";
      checked = "lost";
      // A loss is told by the observer; one that was never reached has nothing to lose.
      if (first) onMachines();
    },
    close() {
      observer.close();
      tasks.close();
      client.close();
    },
  };
}
