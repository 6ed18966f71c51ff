import pino from "pino";
import type { Clock } from "./clock";
import { defaultLimits } from "./limits";
import { createMetrics, type Metrics } from "./metrics";
import type { Provider } from "./provider";
import { createServices, type Services } from "./services";

/** A provider's process without a transport: the caller brings each request to its handler. */
export interface ProcessInMemory {
  implementations: Services["implementations"];
  /** As on SIGTERM: streams end, long-polls are answered. */
  drain(): void;
}

// Nobody reads them, and each set of them watches the garbage collector.
let unread: Metrics | undefined;

/** Everything that the kit puts between a provider and the wire, for simulations that own time. */
export function startInMemory(provider: Provider, clock: Clock): ProcessInMemory {
  unread ??= createMetrics();
  const draining = new AbortController();
  const { implementations } = createServices({
    provider,
    providerVersion: "in memory",
    limits: defaultLimits,
    clock,
    log: pino({ level: "silent" }),
    metrics: unread,
    watch: { pollIntervalMs: 5_000, heartbeatMs: 20_000, maxPending: 10_000 },
    draining: draining.signal,
    validated: () => {},
  });
  return { implementations, drain: () => draining.abort() };
}
