import { Availability, durationFromMs, type ListOffersRequest, MarketType, Offer } from "@remuda/contract";
import type { CloudOffer, OfferFilter } from "@remuda/gpu-clouds";
import { gpuView, mib } from "../machine-view";
import type { SeenOffer } from "./market";

const availabilities = {
  available: Availability.AVAILABLE,
  scarce: Availability.SCARCE,
  unavailable: Availability.UNAVAILABLE,
  unknown: Availability.UNSPECIFIED,
} as const satisfies Record<CloudOffer["availability"], Availability>;

export const offerView = ({ offer, ageMs, confidence }: SeenOffer): Offer =>
  Offer.create({
    id: offer.id,
    backend: offer.cloud,
    region: offer.region,
    zone: offer.zone,
    instanceType: offer.instanceType,
    gpu: offer.gpu && gpuView(offer.gpu),
    cpus: Math.floor(offer.cpus),
    memoryMib: mib(offer.memoryGib),
    diskGib: Math.floor(offer.diskGib),
    pricePerHour: offer.pricePerHour,
    marketType: offer.spot ? MarketType.SPOT : MarketType.ON_DEMAND,
    availability: availabilities[offer.availability],
    reliability: offer.reliability,
    cudaVersion: offer.cudaVersion,
    age: durationFromMs(ageMs),
    confidence,
  });

export const filterOf = (request: ListOffersRequest): OfferFilter => ({
  gpuNames: request.gpuNames,
  minGpuCount: request.minGpuCount,
  minGpuMemoryGib: request.minGpuMemoryMib / 1024,
  minCpus: request.minCpus,
  minMemoryGib: request.minMemoryMib / 1024,
  maxPricePerHour: request.maxPricePerHour,
  regions: request.regions,
  ...(request.marketType === MarketType.UNSPECIFIED ? {} : { spot: request.marketType === MarketType.SPOT }),
  minReliability: request.minReliability,
  minCudaVersion: request.minCudaVersion,
  includeUnavailable: request.includeUnavailable,
});
