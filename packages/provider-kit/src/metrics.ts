import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What /metrics shows, in a registry of its own: two providers may live in one process. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    calls: new Counter({
      name: "remuda_provider_rpc_total",
      help: "Calls that ended, by method, gRPC code and reason.",
      labelNames: ["method", "code", "reason"],
      registers,
    }),
    seconds: new Histogram({
      name: "remuda_provider_rpc_duration_seconds",
      help: "How long unary calls took.",
      labelNames: ["method"],
      buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 120, 300],
      registers,
    }),
    inFlight: new Gauge({
      name: "remuda_provider_rpc_in_flight",
      help: "Calls that are being answered now.",
      labelNames: ["method"],
      registers,
    }),
    rateLimited: new Counter({
      name: "remuda_provider_rate_limited_total",
      help: "Calls that were refused by this process's own limits.",
      registers,
    }),
    watchers: new Gauge({ name: "remuda_provider_watchers", help: "Open WatchVirtualMachines streams.", registers }),
    tasks: new Counter({
      name: "remuda_provider_tasks_total",
      help: "Tasks that were begun, and answers of IsTaskComplete by how the task stood.",
      labelNames: ["state"],
      registers,
    }),
    valid: new Gauge({ name: "remuda_provider_validate_ok", help: "1: the last Validate passed.", registers }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
