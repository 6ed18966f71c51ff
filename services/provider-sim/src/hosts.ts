import { type Gpu, invalidSpec, type Placement, ProviderError } from "@remuda/contract";
import type { Usage } from "./usage";

export interface HostConfig {
  name: string;
  zone: string;
  cluster: string;
  cpus: number;
  memoryMib: number;
  diskGib: number;
  gpus: readonly { name: string; count: number; memoryMib: number }[];
}

export interface HostState extends HostConfig {
  used: Usage;
}

/** What a new machine needs of its host. */
interface Demand {
  usage: Usage;
  gpus: readonly Gpu[];
  placement: Placement | undefined;
  /** Only this host: it has the disks. */
  pinnedTo?: string;
}

/** Hosts and what is taken of them. */
export interface Hosts {
  /** The emptiest host that fits. NO_CAPACITY tells what is short where; a placement that names nothing we have is INVALID_SPEC. */
  place(demand: Demand): string;
  /** NO_CAPACITY if the host has not so much left. */
  require(host: string, more: Usage): void;
  take(host: string, usage: Usage, group: string): void;
  give(host: string, usage: Usage, group: string): void;
  list(): HostState[];
}

interface Host {
  config: HostConfig;
  cpus: number;
  memoryMib: number;
  diskGib: number;
  gpus: Map<string, number>;
  groups: Map<string, number>;
}

const mostHostsInMessage = 4;

/** `overcommit` multiplies the hosts' processors, memory and disk; GPUs are never shared. */
export function createHosts(configs: readonly HostConfig[], overcommit: number): Hosts {
  const hosts = new Map<string, Host>(
    configs.map((config) => [config.name, { config, cpus: 0, memoryMib: 0, diskGib: 0, gpus: new Map(), groups: new Map() }]),
  );

  /** In words; empty: it fits. */
  const shortages = (host: Host, need: Usage): string[] => {
    const { config } = host;
    const short: string[] = [];
    const check = (what: string, capacity: number, used: number, wanted: number) => {
      if (wanted > 0 && used + wanted > capacity) short.push(`${what}: ${wanted} wanted, ${Math.max(0, capacity - used)} free`);
    };
    check("cpus", Math.floor(config.cpus * overcommit), host.cpus, need.cpus);
    check("memory MiB", Math.floor(config.memoryMib * overcommit), host.memoryMib, need.memoryMib);
    check("disk GiB", Math.floor(config.diskGib * overcommit), host.diskGib, need.diskGib);
    for (const [name, count] of Object.entries(need.gpus)) {
      const capacity = config.gpus.find((gpu) => gpu.name === name)?.count ?? 0;
      check(`${name} GPUs`, capacity, host.gpus.get(name) ?? 0, count);
    }
    return short;
  };

  const whyNot = (host: Host, demand: Demand): string[] => {
    const group = demand.placement?.antiAffinityGroup;
    if (group && (host.groups.get(group) ?? 0) > 0) return [`already runs a machine of the anti-affinity group "${group}"`];
    const small = demand.gpus.find((gpu) => host.config.gpus.some((has) => has.name === gpu.name && has.memoryMib < gpu.memoryMib));
    if (small) return [`its ${small.name} has less than ${small.memoryMib} MiB`];
    return shortages(host, demand.usage);
  };

  const add = (name: string, usage: Usage, group: string, sign: 1 | -1) => {
    const host = hosts.get(name);
    // State on disk may name a host that is no longer configured: its machines go on, uncounted.
    if (!host) return;
    host.cpus += sign * usage.cpus;
    host.memoryMib += sign * usage.memoryMib;
    host.diskGib += sign * usage.diskGib;
    for (const [gpu, count] of Object.entries(usage.gpus)) host.gpus.set(gpu, (host.gpus.get(gpu) ?? 0) + sign * count);
    if (group) host.groups.set(group, (host.groups.get(group) ?? 0) + sign);
  };

  return {
    place(demand) {
      const refusals: string[] = [];
      let best: Host | undefined;
      for (const host of candidates(hosts, demand)) {
        const reasons = whyNot(host, demand);
        if (reasons.length > 0) refusals.push(`${host.config.name} (${reasons.join(", ")})`);
        else if (!best || load(host) < load(best)) best = host;
      }
      if (best) return best.config.name;
      const shown = refusals.slice(0, mostHostsInMessage).join("; ");
      const rest = refusals.length > mostHostsInMessage ? `; and ${refusals.length - mostHostsInMessage} more` : "";
      throw new ProviderError("NO_CAPACITY", `no host has room: ${shown}${rest}`);
    },
    require(name, more) {
      const host = hosts.get(name);
      const short = host ? shortages(host, more) : [];
      if (short.length > 0)
        throw new ProviderError("NO_CAPACITY", `${name} has no room: ${short.join(", ")}`, { metadata: { host: name } });
    },
    take: (name, usage, group) => add(name, usage, group, 1),
    give: (name, usage, group) => add(name, usage, group, -1),
    list: () =>
      [...hosts.values()].map(({ config, cpus, memoryMib, diskGib, gpus }) => ({
        ...config,
        used: { cpus, memoryMib, diskGib, gpus: Object.fromEntries(gpus) },
      })),
  };
}

/** Machines that need GPUs aside, hosts with GPUs are left for those that do. */
const load = ({ config, cpus, memoryMib }: Host): number =>
  Math.max(cpus / config.cpus, memoryMib / config.memoryMib) + (config.gpus.length > 0 ? 0.25 : 0);

function candidates(hosts: ReadonlyMap<string, Host>, { placement, pinnedTo }: Demand): Host[] {
  let found = [...hosts.values()];
  if (pinnedTo !== undefined) found = found.filter((host) => host.config.name === pinnedTo);
  if (!placement) return found;
  if (placement.region) throw invalidSpec([{ field: "spec.placement.region", description: "the hosts have no regions; offers do" }]);
  for (const [field, value, of] of [
    ["host", placement.host, (config: HostConfig) => config.name],
    ["zone", placement.zone, (config: HostConfig) => config.zone],
    ["cluster", placement.cluster, (config: HostConfig) => config.cluster],
  ] as const) {
    if (!value) continue;
    found = found.filter((host) => of(host.config) === value);
    if (found.length === 0) throw invalidSpec([{ field: `spec.placement.${field}`, description: `no such ${field} here: "${value}"` }]);
  }
  return found;
}
