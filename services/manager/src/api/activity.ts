import type { VirtualMachine } from "@remuda/resources";
import type { ResourceStore } from "@remuda/store";
import type { Registry } from "prom-client";

export interface Activity {
  machines: { provider: string; phase: string; count: number; failing: number }[];
  tasks: { provider: string; operation: string; count: number }[];
  calls: { provider: string; method: string; reason: string; count: bigint }[];
}

const callsMetric = "remuda_provider_calls_total";

/** Counts the machines as they are stored, and takes the calls from the metrics. */
export async function activityOf(store: ResourceStore, registry: Registry | undefined): Promise<Activity> {
  const machines = new Map<string, Activity["machines"][number]>();
  const tasks = new Map<string, Activity["tasks"][number]>();
  const { items } = await store.list("VirtualMachine");
  // The store keeps each kind with its own schema.
  for (const { spec, status } of items as readonly VirtualMachine[]) {
    const provider = status?.provider ?? spec.provider;
    const phase = status?.phase ?? "Pending";
    const counted = machines.get(`${provider}/${phase}`) ?? { provider, phase, count: 0, failing: 0 };
    counted.count += 1;
    if (status?.failures) counted.failing += 1;
    machines.set(`${provider}/${phase}`, counted);
    if (!status?.task) continue;
    const { operation } = status.task;
    const task = tasks.get(`${provider}/${operation}`) ?? { provider, operation, count: 0 };
    task.count += 1;
    tasks.set(`${provider}/${operation}`, task);
  }
  return { machines: [...machines.values()], tasks: [...tasks.values()], calls: await callsOf(registry) };
}

async function callsOf(registry: Registry | undefined): Promise<Activity["calls"]> {
  const metric = await registry?.getSingleMetric(callsMetric)?.get();
  return (metric?.values ?? []).map(({ labels, value }) => ({
    ...{ provider: String(labels.provider), method: String(labels.method), reason: String(labels.reason) },
    count: BigInt(value),
  }));
}
