import { type FieldViolation, invalidSpec, MarketType, type VirtualMachineSpec } from "@remuda/contract";
import { type CloudOffer, inRegion } from "@remuda/gpu-clouds";
import { mib } from "./machine-view";

/** What a spec asks of an offer. */
export interface Requirements {
  offerId: string | undefined;
  instanceType: string | undefined;
  spot: boolean;
  maxPricePerHour: number;
  region: string;
  zone: string;
  cpus: number;
  memoryMib: number;
  gpus: readonly { name: string; count: number; memoryMib: number }[];
}

/** What a spec asks for; INVALID_SPEC for what no cloud can give. */
export function requirementsOf(spec: VirtualMachineSpec): Requirements {
  const { source, hardware, placement, market } = spec;
  const found: FieldViolation[] = [];
  for (const field of ["cluster", "host", "resourcePool", "folder", "antiAffinityGroup"] as const) {
    const name = field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    if (placement?.[field]) found.push({ field: `spec.placement.${name}`, description: "a cloud has no such thing to choose" });
  }
  spec.disks.forEach((disk, index) => {
    if (!disk.boot) found.push({ field: `spec.disks[${index}]`, description: "only the boot disk's size can be chosen" });
  });
  spec.interfaces.forEach(({ network, addresses, macAddress, vlan }, index) => {
    if (index > 0 || network || addresses.length > 0 || macAddress || vlan > 0) {
      found.push({ field: `spec.interfaces[${index}]`, description: "the cloud gives one interface, and chooses its network and address" });
    }
  });
  if (spec.cloudInit?.networkConfig) {
    found.push({ field: "spec.cloud_init.network_config", description: "the cloud configures the network" });
  }
  if (found.length > 0) throw invalidSpec(found);
  return {
    offerId: source?.$case === "offer" ? source.value.id : undefined,
    instanceType: source?.$case === "instanceType" ? source.value.name : undefined,
    spot: market?.type === MarketType.SPOT,
    maxPricePerHour: market?.maxPricePerHour ?? 0,
    region: placement?.region ?? "",
    zone: placement?.zone ?? "",
    cpus: hardware?.cpus ?? 0,
    memoryMib: hardware?.memoryMib ?? 0,
    gpus: hardware?.gpus ?? [],
  };
}

/** Why an offer does not do; undefined: it does. */
export function unfit(offer: CloudOffer, wanted: Requirements): string | undefined {
  if (wanted.offerId !== undefined && offer.id !== wanted.offerId) return "another offer";
  if (wanted.instanceType !== undefined && offer.instanceType !== wanted.instanceType) return "another instance type";
  // An offer's id says already whether it is spot.
  if (wanted.offerId === undefined && offer.spot !== wanted.spot) return offer.spot ? "spot" : "on demand";
  if (wanted.region !== "" && !inRegion(offer.region, wanted.region)) return "another region";
  if (wanted.zone !== "" && offer.zone !== wanted.zone) return "another zone";
  if (wanted.maxPricePerHour > 0 && offer.pricePerHour > wanted.maxPricePerHour) {
    return `it costs ${offer.pricePerHour} USD an hour, more than ${wanted.maxPricePerHour}`;
  }
  if (offer.cpus < wanted.cpus) return `it has ${offer.cpus} processors`;
  if (mib(offer.memoryGib) < wanted.memoryMib) return `it has ${offer.memoryGib} GiB of memory`;
  for (const gpu of wanted.gpus) {
    const { name, count, memoryGib } = offer.gpu ?? { name: "no GPU", count: 0, memoryGib: 0 };
    if (name !== gpu.name || count < gpu.count) return `it has ${count} × ${name}`;
    if (mib(memoryGib) < gpu.memoryMib) return `its GPUs have ${memoryGib} GiB`;
  }
  if (offer.availability === "unavailable") return "sold out";
  return undefined;
}
