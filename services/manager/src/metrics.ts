import type { Reason } from "@remuda/contract";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

export interface Metrics {
  registry: Registry;
  reconciled(controller: string, result: "ok" | "error", ms: number): void;
  call(provider: string, method: string, reason: Reason | "OK", ms: number): void;
  /** A machine's phase changed; undefined: it is new or gone. */
  phase(before: string | undefined, after: string | undefined): void;
  /** Asked for at each scrape. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void;
}

export function createMetrics({ process = false } = {}): Metrics {
  const registry = new Registry();
  const registers = [registry];
  if (process) collectDefaultMetrics({ register: registry });
  const reconciles = new Counter({
    name: "remuda_reconciles_total",
    help: "Reconciles, by controller and result.",
    labelNames: ["controller", "result"],
    registers,
  });
  const reconcileSeconds = new Histogram({
    name: "remuda_reconcile_seconds",
    help: "Duration of reconciles.",
    labelNames: ["controller"],
    buckets: [0.001, 0.01, 0.1, 1, 10, 60],
    registers,
  });
  const calls = new Counter({
    name: "remuda_provider_calls_total",
    help: "Calls to providers, by provider, method and reason; OK: it succeeded.",
    labelNames: ["provider", "method", "reason"],
    registers,
  });
  const callSeconds = new Histogram({
    name: "remuda_provider_call_seconds",
    help: "Duration of calls to providers.",
    labelNames: ["provider", "method"],
    buckets: [0.005, 0.025, 0.1, 0.5, 2, 10, 60],
    registers,
  });
  // Counted here and told at each scrape: a machine changes its phase more often than anybody asks.
  const machines = new Map<string, number>();
  new Gauge({
    name: "remuda_machines",
    help: "VirtualMachines, by phase.",
    labelNames: ["phase"],
    registers,
    collect() {
      for (const [phase, count] of machines) this.set({ phase }, count);
    },
  });
  const count = (phase: string | undefined, step: 1 | -1) => {
    if (phase !== undefined) machines.set(phase, (machines.get(phase) ?? 0) + step);
  };

  return {
    registry,
    reconciled(controller, result, ms) {
      reconciles.inc({ controller, result });
      reconcileSeconds.observe({ controller }, ms / 1000);
    },
    call(provider, method, reason, ms) {
      calls.inc({ provider, method, reason });
      callSeconds.observe({ provider, method }, ms / 1000);
    },
    phase(before, after) {
      if (before === after) return;
      count(before, -1);
      count(after, 1);
    },
    gauge(name, help, read) {
      new Gauge({
        name,
        help,
        registers,
        async collect() {
          this.set(await read());
        },
      });
    },
  };
}
