import {
  Availability,
  invalidSpec,
  type ListOffersRequest,
  type Market,
  MarketType,
  type Offer,
  type Placement,
  ProviderError,
} from "@remuda/contract";
import type { InstanceType } from "./catalog";

/** What is rented out by instance type, and how much of it is taken. */
export interface Rentals {
  /** The cheapest that matches and is to be had. */
  byInstanceType(name: string, market: Market | undefined, placement: Placement | undefined): Rental;
  byOffer(id: string, market: Market | undefined): Rental;
  take(offer: string): void;
  give(offer: string): void;
  offers(filter: ListOffersRequest): Offer[];
  list(): { name: string; zone: string; capacity: number; used: number }[];
}

export interface Rental {
  offer: string;
  type: InstanceType;
  market: MarketType;
  pricePerHour: number;
}

const scarceBelow = 3;

export function createRentals(types: readonly InstanceType[]): Rentals {
  const used = new Map<string, number>();
  const rentals = new Map<string, Rental>();
  for (const type of types) {
    for (const [market, suffix, pricePerHour] of [
      [MarketType.ON_DEMAND, "on-demand", type.pricePerHour],
      [MarketType.SPOT, "spot", type.spotPricePerHour],
    ] as const) {
      const offer = `${type.zone}.${type.name}.${suffix}`;
      rentals.set(offer, { offer, type, market, pricePerHour });
    }
  }
  const key = ({ type }: Rental) => `${type.zone}.${type.name}`;
  const left = (rental: Rental) => rental.type.capacity - (used.get(key(rental)) ?? 0);
  const count = (offer: string, step: 1 | -1) => {
    const rental = rentals.get(offer);
    if (rental) used.set(key(rental), (used.get(key(rental)) ?? 0) + step);
  };

  const require = (rental: Rental, market: Market | undefined): Rental => {
    const most = market?.maxPricePerHour ?? 0;
    if (most > 0 && rental.pricePerHour > most) {
      throw new ProviderError("NO_CAPACITY", `${rental.offer} costs ${rental.pricePerHour} USD an hour, more than ${most}`);
    }
    if (left(rental) <= 0) {
      throw new ProviderError("NO_CAPACITY", `${rental.offer} is sold out: all ${rental.type.capacity} are taken`);
    }
    return rental;
  };

  return {
    byInstanceType(name, market, placement) {
      const known = [...rentals.values()].filter(({ type }) => type.name === name);
      if (known.length === 0) throw invalidSpec([{ field: "spec.instance_type.name", description: `no such instance type: "${name}"` }]);
      const wanted = market?.type || MarketType.ON_DEMAND;
      const here = known.filter(
        ({ type, market: kind }) =>
          kind === wanted && (!placement?.region || placement.region === type.region) && (!placement?.zone || placement.zone === type.zone),
      );
      const [first, ...others] = here.sort((a, b) => a.pricePerHour - b.pricePerHour);
      if (!first) throw invalidSpec([{ field: "spec.placement", description: `${name} is not to be had there` }]);
      return require(others.find((rental) => left(first) <= 0 && left(rental) > 0) ?? first, market);
    },
    byOffer(id, market) {
      const rental = rentals.get(id);
      if (!rental) throw invalidSpec([{ field: "spec.offer.id", description: `no such offer: "${id}"` }]);
      if (market?.type && market.type !== rental.market) {
        throw invalidSpec([{ field: "spec.market.type", description: `${id} is of the other market` }]);
      }
      return require(rental, market);
    },
    take: (offer) => count(offer, 1),
    give: (offer) => count(offer, -1),
    offers: (filter) =>
      [...rentals.values()].filter((rental) => matches(rental, left(rental), filter)).map((rental) => view(rental, left(rental))),
    list: () =>
      types.map((type) => ({
        name: type.name,
        zone: type.zone,
        capacity: type.capacity,
        used: used.get(`${type.zone}.${type.name}`) ?? 0,
      })),
  };
}

function matches({ type, market, pricePerHour }: Rental, left: number, filter: ListOffersRequest): boolean {
  if (left <= 0 && !filter.includeUnavailable) return false;
  if (filter.gpuNames.length > 0 && !filter.gpuNames.includes(type.gpu.name)) return false;
  if (type.gpu.count < filter.minGpuCount || type.gpu.memoryMib < filter.minGpuMemoryMib) return false;
  if (type.cpus < filter.minCpus || type.memoryMib < filter.minMemoryMib) return false;
  if (filter.maxPricePerHour > 0 && pricePerHour > filter.maxPricePerHour) return false;
  if (filter.regions.length > 0 && !filter.regions.some((region) => type.region.startsWith(region))) return false;
  if (filter.marketType !== MarketType.UNSPECIFIED && filter.marketType !== market) return false;
  if (type.reliability < filter.minReliability) return false;
  return compareVersions(cudaVersion, filter.minCudaVersion) >= 0;
}

const cudaVersion = "12.8";

function view({ offer, type, market, pricePerHour }: Rental, left: number): Offer {
  return {
    id: offer,
    backend: "sim",
    region: type.region,
    zone: type.zone,
    instanceType: type.name,
    gpu: type.gpu,
    cpus: type.cpus,
    memoryMib: type.memoryMib,
    diskGib: type.diskGib,
    pricePerHour,
    marketType: market,
    availability: left <= 0 ? Availability.UNAVAILABLE : left < scarceBelow ? Availability.SCARCE : Availability.AVAILABLE,
    reliability: type.reliability,
    cudaVersion,
    age: { seconds: 0, nanos: 0 },
    confidence: left > 0 ? 1 : 0,
  };
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split(".").map((part) => Number(part) || 0));
  for (let i = 0; i < 3; i++) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
