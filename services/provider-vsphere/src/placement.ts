import { invalidSpec, MarketType, ProviderError, type VirtualMachineSpec } from "@remuda/contract";
import type { MoRef } from "@remuda/vsphere-client";
import type { Machine } from "./machine";
import { type Compute, only, type Place, type Places, pick } from "./places";
import type { Defaults } from "./settings";

/** Where a machine is made: everything is there, as vCenter has said. */
export interface Resolved {
  datacenter: Place & { vmFolder: MoRef };
  folder: MoRef;
  pool: MoRef;
  /** Undefined: vCenter chooses. */
  host: MoRef | undefined;
  compute: Compute;
}

/** Resolves what the spec, the defaults and the origin of the machine say, in that order. */
export function resolvePlacement(places: Places, spec: VirtualMachineSpec, defaults: Defaults, origin: Machine | undefined): Resolved {
  const { placement } = spec;
  if (spec.market?.type === MarketType.SPOT)
    throw invalidSpec([{ field: "spec.market.type", description: "vSphere has no spot machines" }]);
  if (placement?.region) throw invalidSpec([{ field: "spec.placement.region", description: "vSphere has no regions" }]);
  if (placement?.antiAffinityGroup) {
    throw invalidSpec([{ field: "spec.placement.anti_affinity_group", description: "this provider has no anti-affinity rules yet" }]);
  }
  const datacenter = chooseDatacenter(places, placement?.zone ?? "", defaults.datacenter, origin);
  const within = <T extends Place>(list: readonly T[]) =>
    list.filter(({ ref }) => places.datacenterOf(ref)?.value === datacenter.ref.value);
  const host = placement?.host
    ? pick(places, within(places.hosts), { field: "spec.placement.host", text: placement.host, kind: "host" })
    : undefined;
  const named = placement?.resourcePool || defaults.resourcePool;
  const pool = named
    ? pick(places, within(places.pools), { field: "spec.placement.resource_pool", text: named, kind: "resource pool" })
    : undefined;
  const compute = chooseCompute(places, within(places.computes), { cluster: placement?.cluster || defaults.cluster, host, pool, origin });
  if (host && !compute.hosts.some(({ value }) => value === host.ref.value)) {
    throw invalidSpec([{ field: "spec.placement.host", description: `${host.name} is not in ${compute.name}` }]);
  }
  if (pool && pool.owner?.value !== compute.ref.value) {
    throw invalidSpec([{ field: "spec.placement.resource_pool", description: `${pool.name} is not in ${compute.name}` }]);
  }
  const folderText = placement?.folder || defaults.folder;
  const folder = folderText
    ? pick(places, within(places.folders), { field: "spec.placement.folder", text: folderText, kind: "folder" }).ref
    : datacenter.vmFolder;
  const poolRef = pool?.ref ?? compute.pool;
  if (!poolRef) throw new ProviderError("NO_CAPACITY", `${compute.name} has no resource pool`);
  checkSize(places, compute, spec);
  return { datacenter, folder, pool: poolRef, host: host?.ref, compute };
}

function chooseDatacenter(places: Places, zone: string, preset: string, origin: Machine | undefined) {
  const wish = { field: "spec.placement.zone", kind: "datacenter" };
  if (zone) return pick(places, places.datacenters, { ...wish, text: zone });
  if (preset) return pick(places, places.datacenters, { ...wish, text: preset });
  const own = places.datacenterOf(origin?.properties.parent);
  return places.datacenters.find(({ ref }) => ref.value === own?.value) ?? only(places.datacenters, wish);
}

interface ComputeWish {
  cluster: string;
  host: Place | undefined;
  pool: { owner: MoRef | undefined } | undefined;
  origin: Machine | undefined;
}

function chooseCompute(places: Places, computes: readonly Compute[], { cluster, host, pool, origin }: ComputeWish): Compute {
  const wish = { field: "spec.placement.cluster", kind: "cluster" };
  if (cluster) return pick(places, computes, { ...wish, text: cluster });
  const having = (ref: MoRef | undefined) => ref && computes.find((compute) => compute.hosts.some(({ value }) => value === ref.value));
  const owner = pool?.owner && computes.find(({ ref }) => ref.value === pool.owner?.value);
  return having(host?.ref) ?? owner ?? having(origin?.properties["runtime.host"]) ?? only(computes, wish);
}

/** What no host can hold will not be started: better said before it is made. */
function checkSize(places: Places, compute: Compute, { hardware }: VirtualMachineSpec): void {
  const hosts = places.hosts.filter(({ ref }) => compute.hosts.some(({ value }) => value === ref.value));
  const threads = Math.max(0, ...hosts.map((each) => each.threads));
  const memoryMib = Math.max(0, ...hosts.map(({ memoryBytes }) => memoryBytes)) / 2 ** 20;
  if (threads > 0 && (hardware?.cpus ?? 0) > threads) {
    throw new ProviderError("NO_CAPACITY", `no host of ${compute.name} has ${hardware?.cpus} processors; the largest has ${threads}`);
  }
  if (memoryMib > 0 && (hardware?.memoryMib ?? 0) > memoryMib) {
    throw new ProviderError(
      "NO_CAPACITY",
      `no host of ${compute.name} has ${hardware?.memoryMib} MiB of memory; the largest has ${Math.floor(memoryMib)}`,
    );
  }
}
