import { Availability, ListOffersRequest, MarketType, type Offer, type OfferServiceServer } from "@remuda/contract";
import type { Clock } from "./clock";
import { createPages } from "./paging";
import type { Offers } from "./provider";
import { checkListOffers } from "./request-rules";
import type { Rpc } from "./rpc";

export interface OfferServiceDeps {
  offers: Offers;
  rpc: Rpc;
  clock: Clock;
}

export function createOfferService({ offers, rpc, clock }: OfferServiceDeps): OfferServiceServer {
  const pages = createPages<Offer>(orderKey, clock);
  return {
    listOffers: rpc.unary({
      method: "ListOffers",
      check: checkListOffers,
      async handle(request, signal) {
        const scope = Buffer.from(ListOffersRequest.encode({ ...request, pageSize: 0, pageToken: "" }).finish()).toString("base64");
        const page = await pages(request, scope, () => matching(request, offers.list(request, signal)));
        return { offers: page.items, nextPageToken: page.nextPageToken };
      },
    }),
  };
}

// Cheapest first, then by id: the price as text of fixed width, since keys order as text.
const orderKey = (offer: Offer) => `${offer.pricePerHour.toFixed(9).padStart(24, "0")} ${offer.id}`;

async function* matching(filter: ListOffersRequest, offers: AsyncIterable<Offer>): AsyncGenerator<Offer> {
  for await (const offer of offers) if (matches(filter, offer)) yield offer;
}

function matches(filter: ListOffersRequest, offer: Offer): boolean {
  const gpu = offer.gpu ?? { name: "", count: 0, memoryMib: 0 };
  return (
    (filter.gpuNames.length === 0 || filter.gpuNames.includes(gpu.name)) &&
    gpu.count >= filter.minGpuCount &&
    gpu.memoryMib >= filter.minGpuMemoryMib &&
    offer.cpus >= filter.minCpus &&
    offer.memoryMib >= filter.minMemoryMib &&
    (filter.maxPricePerHour === 0 || offer.pricePerHour <= filter.maxPricePerHour) &&
    (filter.regions.length === 0 || filter.regions.some((region) => inRegion(offer.region, region))) &&
    (filter.marketType === MarketType.UNSPECIFIED || market(filter.marketType) === market(offer.marketType)) &&
    offer.reliability >= filter.minReliability &&
    (filter.minCudaVersion === "" || isAtLeast(offer.cudaVersion, filter.minCudaVersion)) &&
    (filter.includeUnavailable || offer.availability !== Availability.UNAVAILABLE)
  );
}

// Only a name that ends in "-" is a prefix: "us-east-1" is not "us-east-10".
const inRegion = (region: string, wanted: string) => (wanted.endsWith("-") ? region.startsWith(wanted) : region === wanted);

const market = (type: MarketType) => (type === MarketType.UNSPECIFIED ? MarketType.ON_DEMAND : type);

function isAtLeast(version: string, least: string): boolean {
  if (version === "") return false;
  const [have, want] = [version, least].map((text) => text.split(".").map(Number)) as [number[], number[]];
  for (let at = 0; at < Math.max(have.length, want.length); at++) {
    const difference = (have[at] ?? 0) - (want[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
