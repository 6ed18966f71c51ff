import type { CloudOffer } from "./cloud";

/** Every field is a restriction. */
export interface OfferFilter {
  /** Canonical names, any of them. */
  gpuNames?: readonly string[];
  minGpuCount?: number;
  /** Of each GPU. */
  minGpuMemoryGib?: number;
  minCpus?: number;
  minMemoryGib?: number;
  maxPricePerHour?: number;
  /** Any of these; one that ends in "-" is a prefix. */
  regions?: readonly string[];
  spot?: boolean;
  minReliability?: number;
  minCudaVersion?: string;
  includeUnavailable?: boolean;
}

export interface OfferPage {
  offers: CloudOffer[];
  /** Where the next page begins; undefined: this was the last. */
  next: OfferPosition | undefined;
}

/** After this offer, in the order of the book. */
export type OfferPosition = Pick<CloudOffer, "pricePerHour" | "cloud" | "id">;

/** Offers of any number of clouds, cheapest first. They are sorted when they come, not when they are asked for. */
export function createOfferBook() {
  const byCloud = new Map<string, readonly CloudOffer[]>();
  let sorted: CloudOffer[] | undefined;

  const all = (): readonly CloudOffer[] => {
    // Copies in the book's order lie side by side in memory: a search that reads all of them is several times as fast.
    sorted ??= [...byCloud.values()]
      .flat()
      .sort(byPrice)
      .map((offer) => ({ ...offer, gpu: offer.gpu && { ...offer.gpu } }));
    return sorted;
  };

  function* matching(filter: OfferFilter = {}, after?: OfferPosition): Generator<CloudOffer, void, void> {
    const offers = all();
    const fits = predicate(filter);
    const most = filter.maxPricePerHour ?? 0;
    for (let at = after ? firstAfter(offers, after) : 0; at < offers.length; at++) {
      const offer = offers[at];
      if (!offer || (most > 0 && offer.pricePerHour > most)) return;
      if (fits(offer)) yield offer;
    }
  }

  return {
    /** All that a cloud has now. */
    replace(cloud: string, offers: readonly CloudOffer[]): void {
      byCloud.set(cloud, offers);
      sorted = undefined;
    },
    matching,
    page(filter: OfferFilter, size: number, after?: OfferPosition): OfferPage {
      const offers: CloudOffer[] = [];
      for (const offer of matching(filter, after)) {
        if (offers.length === size) return { offers, next: offers.at(-1) };
        offers.push(offer);
      }
      return { offers, next: undefined };
    },
  };
}

export type OfferBook = ReturnType<typeof createOfferBook>;

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const byPrice = (a: OfferPosition, b: OfferPosition) =>
  a.pricePerHour - b.pricePerHour || compareText(a.cloud, b.cloud) || compareText(a.id, b.id);

function firstAfter(offers: readonly CloudOffer[], position: OfferPosition): number {
  let low = 0;
  let high = offers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const offer = offers[middle];
    if (offer && byPrice(offer, position) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What is the same for every offer is worked out once. */
function predicate(filter: OfferFilter): (offer: CloudOffer) => boolean {
  const names = filter.gpuNames?.length ? filter.gpuNames : undefined;
  const { minGpuCount = 0, minGpuMemoryGib = 0, minCpus = 0, minMemoryGib = 0, minReliability = 0, spot } = filter;
  const regions = filter.regions?.length ? filter.regions : undefined;
  const cuda = filter.minCudaVersion ? version(filter.minCudaVersion) : undefined;
  return (offer) => {
    const { gpu } = offer;
    if (offer.availability === "unavailable" && !filter.includeUnavailable) return false;
    if (names && !(gpu && names.includes(gpu.name))) return false;
    if ((gpu?.count ?? 0) < minGpuCount || (gpu?.memoryGib ?? 0) < minGpuMemoryGib) return false;
    if (offer.cpus < minCpus || offer.memoryGib < minMemoryGib) return false;
    if (spot !== undefined && offer.spot !== spot) return false;
    if (regions && !regions.some((region) => inRegion(offer.region, region))) return false;
    if ((offer.reliability ?? 0) < minReliability) return false;
    return cuda === undefined || (offer.cudaVersion !== undefined && version(offer.cudaVersion) >= cuda);
  };
}

/** Only a name that ends in "-" is a prefix: "us-east-1" is not "us-east-10". */
export const inRegion = (region: string, wanted: string): boolean => (wanted.endsWith("-") ? region.startsWith(wanted) : region === wanted);

/** "12.8" as a number that orders: 12_008. */
function version(text: string): number {
  const [major = 0, minor = 0] = text.split(".").map((part) => Number(part) || 0);
  return major * 1_000 + minor;
}
