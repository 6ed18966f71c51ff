import { isDeepStrictEqual } from "node:util";
import { type GetCapabilitiesResponse, type ProviderClient, ProviderError } from "@remuda/contract";
import type { Clock } from "@remuda/reconciler";
import type { ProviderSpec } from "@remuda/resources";
import type { Logger } from "pino";
import type { Metrics } from "../metrics";
import { limitCalls, type ProviderCalls } from "./calls";
import { createConfirmation } from "./confirmation";
import { createLimits, type Limits } from "./limits";
import { createObserver, type Observer } from "./observer";
import { createTaskPoller, type TaskPoller } from "./task-poller";

/** How a provider stands in this process; "lost" only once it was tried and failed, "connecting" also while a new connection is being checked. */
export type Standing = "connecting" | "ready" | "lost";

/** Everything that the manager has of one provider. */
export interface Connection {
  readonly provider: string;
  readonly address: string;
  readonly fingerprint: string;
  readonly calls: ProviderCalls;
  readonly observer: Observer;
  readonly tasks: TaskPoller;
  /** The last checks reached it. */
  readonly up: boolean;
  /** Calls make sense: it was reached lately, is known to be the right platform, and the circuit is closed. */
  readonly ready: boolean;
  readonly standing: Standing;
  /** What the last check failed with; undefined after one that found all well. */
  readonly problem: string | undefined;
  /** See Limits. */
  enter: Limits["enter"];
  /** Known since it was first reached. */
  readonly capabilities: GetCapabilitiesResponse | undefined;
  /** The platform that it was last found to lead to. */
  readonly platformId: string | undefined;
  /** It answers for another platform than the one that its machines are on. */
  readonly otherPlatform: boolean;
  /** What a check finds counts from the moment at which it begins. */
  beginCheck(): Check;
  close(): void;
}

/** One check, which ends in one of these ways. */
interface Check {
  reached(capabilities: GetCapabilitiesResponse, platformId: string): void;
  /** It is not the platform that the machines are on: nothing of it is believed, and nothing is asked of it. */
  otherPlatform(): void;
  failed(verdict: "doubtful" | "unreachable", problem: string): void;
}

/** Why nothing can be asked of a provider now: where it is, and what it said last. */
export const notReady = (provider: string, connection: Connection | undefined): string => {
  if (!connection) return `provider ${provider} is not connected yet; its own status says more`;
  const { address, otherPlatform, capabilities, problem } = connection;
  if (otherPlatform) return `provider ${provider} at ${address} answers for another platform; its own status says more`;
  const what = capabilities === undefined ? "is not connected yet" : "can't be used now";
  return `provider ${provider} at ${address} ${what}${problem === undefined ? "; its own status says more" : `: ${problem}`}`;
};

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
  /** It shows more or fewer machines than before. */
  onCount?(): void;
  /** What machines may expect of this provider changed: it can be reached again, or its view came up or was lost. */
  onMachines(): void;
  /** All of its machines are seen from now on; or nothing was seen of them for longer than a short break. */
  onView(state: "live" | "lost"): void;
  /** It should be checked soon. */
  onDoubt(): void;
  /** It should be checked now. */
  onCheck(): void;
}

export function createConnection(options: ConnectionOptions): Connection {
  const { provider, fingerprint, client, spec, owner, clock, log, metrics, onMachine, onMachines, onDoubt, onCheck } = options;
  const { address } = spec;
  let capabilities: GetCapabilitiesResponse | undefined;
  let checked: Standing = "connecting";
  let platformId: string | undefined;
  let otherPlatform = false;
  let problem: string | undefined;
  const confirmation = createConfirmation();
  const limits = createLimits({
    clock,
    maxConcurrentCalls: spec.maxConcurrentCalls,
    rateLimit: spec.rateLimit,
    onCall: (method, reason, ms) => metrics.call(provider, method, reason, ms),
    admit(method) {
      if (confirmation.confirmed || method === "Validate" || method === "GetCapabilities") return;
      throw new ProviderError("UNAVAILABLE", "the connection was lost; the provider is checked before anything is asked of it");
    },
    onCircuit: (open) => (open ? onDoubt() : wakeAll()),
  });
  const calls = limitCalls(client, limits, owner, {
    get platformId() {
      return platformId;
    },
    onOther: () => doubt(),
  });
  const standing = (): Standing => {
    if (limits.circuitOpen) return "lost";
    return checked === "ready" && !confirmation.confirmed ? "connecting" : checked;
  };
  const ready = () => standing() === "ready";
  const doubt = () => {
    confirmation.doubt();
    onDoubt();
  };
  const confirm = () => {
    const right = confirmation.next();
    onCheck();
    return right;
  };
  client.onDisconnect(doubt);
  const onView = (state: "live" | "lost") => {
    onMachines();
    options.onView(state);
  };
  const observer = createObserver({
    calls,
    owner,
    clock,
    log,
    onChange: onMachine,
    onView,
    onBroken: doubt,
    confirm,
    onCount: options.onCount,
  });
  const tasks = createTaskPoller({ calls, clock, ready });
  const wakeAll = () => {
    if (!ready()) return;
    tasks.resume();
    observer.resume();
    onMachines();
  };

  return {
    provider,
    address,
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
    get up() {
      return checked === "ready";
    },
    get platformId() {
      return platformId;
    },
    get otherPlatform() {
      return otherPlatform;
    },
    get problem() {
      return problem;
    },
    enter: limits.enter,
    get capabilities() {
      return capabilities;
    },
    beginCheck() {
      const found = confirmation.begin();
      return {
        reached(answer, id) {
          // One that was restarted quickly may be able to do more, or less.
          const known = ready() && platformId === id && isDeepStrictEqual(capabilities, answer);
          capabilities = answer;
          platformId = id;
          checked = "ready";
          problem = undefined;
          otherPlatform = false;
          found("right");
          if (!known) wakeAll();
        },
        otherPlatform() {
          const before = otherPlatform;
          checked = "lost";
          otherPlatform = true;
          found("wrong");
          if (!before) onMachines();
        },
        failed(verdict, what) {
          const first = checked === "connecting";
          const fell = verdict === "unreachable" && checked !== "lost";
          problem = what;
          if (fell) checked = "lost";
          found("unknown");
          // What is seen no more is told by the observer; of a machine that is being made nothing was seen yet.
          if (first || fell) onMachines();
        },
      };
    },
    close() {
      checked = "lost";
      confirmation.doubt();
      observer.close();
      tasks.close();
      client.close();
    },
  };
}
