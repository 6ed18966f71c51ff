import type { JsonObject } from "@bufbuild/protobuf";
import type { Api } from "./api/api";
import { textAt, valueAt } from "./field-path";
import { troubleOf } from "./resource";

/** What the manager counted at a moment. */
export interface Activity {
  machines: readonly { provider: string; phase: string; count: number; failing: number }[];
  tasks: readonly { provider: string; operation: string; count: number }[];
  /** Since `startedMs`. */
  calls: readonly { provider: string; method: string; reason: string; count: number }[];
  startedMs: number;
}

export interface Sample {
  activity: Activity;
  providers: readonly JsonObject[];
  /** Of the clock that only moves forward. */
  atMs: number;
}

interface ProviderLoad {
  name: string;
  status: string;
  machines: number;
  failing: number;
  tasks: number;
  callsPerSecond: number;
  /** Calls that did not end with OK. */
  errorsPerSecond: number;
  trouble: string;
}

/** What `top` shows. */
export interface Load {
  machines: Record<string, number>;
  failing: number;
  tasks: Record<string, number>;
  providers: ProviderLoad[];
  methods: { method: string; callsPerSecond: number; errorsPerSecond: number }[];
}

export async function takeSample(api: Api, monotonicMs: () => number): Promise<Sample> {
  const providers: JsonObject[] = [];
  for await (const page of api.list({ kind: "Provider" })) providers.push(...page);
  const activity = await api.activity();
  return { activity, providers, atMs: monotonicMs() };
}

/** Rates are between the two samples; the counts are those of the second. */
export function loadOf(before: Sample, after: Sample): Load {
  const { machines, tasks, calls } = after.activity;
  const seconds = Math.max(0.001, (after.atMs - before.atMs) / 1000);
  // A manager that was started meanwhile has counted from nothing.
  const earlier = before.activity.startedMs === after.activity.startedMs ? before.activity.calls : [];
  const counted = new Map(earlier.map((c) => [keyOf(c), c.count]));
  const rates = calls.map((c) => ({ ...c, rate: Math.max(0, c.count - (counted.get(keyOf(c)) ?? 0)) / seconds }));
  const rate = (of: typeof rates) => of.reduce((sum, c) => sum + c.rate, 0);
  const failed = (of: typeof rates) => of.filter((c) => c.reason !== "OK");

  const names = new Set([...after.providers.map((p) => textAt(p, "metadata.name")), ...machines.map((m) => m.provider)]);
  const providers = [...names].sort().map((name): ProviderLoad => {
    const own = rates.filter((c) => c.provider === name);
    const resource = after.providers.find((p) => textAt(p, "metadata.name") === name);
    return {
      name,
      status: resource ? textAt(resource, "status.phase") || "-" : "not there",
      machines: total(machines.filter((m) => m.provider === name)),
      failing: machines.filter((m) => m.provider === name).reduce((sum, m) => sum + m.failing, 0),
      tasks: total(tasks.filter((t) => t.provider === name)),
      callsPerSecond: rate(own),
      errorsPerSecond: rate(failed(own)),
      trouble: resource && valueAt(resource, "status.phase") !== "Connected" ? troubleOf(resource) : "",
    };
  });
  const methods = [...new Set(rates.map((c) => c.method))].sort().map((method) => {
    const own = rates.filter((c) => c.method === method);
    return { method, callsPerSecond: rate(own), errorsPerSecond: rate(failed(own)) };
  });
  return {
    machines: sums(machines.map((m) => [m.phase, m.count])),
    failing: machines.reduce((sum, m) => sum + m.failing, 0),
    tasks: sums(tasks.map((t) => [t.operation, t.count])),
    providers,
    methods: methods.filter((m) => m.callsPerSecond > 0).sort((a, b) => b.callsPerSecond - a.callsPerSecond),
  };
}

const keyOf = ({ provider, method, reason }: Activity["calls"][number]) => `${provider}\n${method}\n${reason}`;
const total = (of: readonly { count: number }[]) => of.reduce((sum, { count }) => sum + count, 0);

function sums(pairs: readonly (readonly [string, number])[]): Record<string, number> {
  const found = new Map<string, number>();
  for (const [name, count] of pairs) found.set(name, (found.get(name) ?? 0) + count);
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}
