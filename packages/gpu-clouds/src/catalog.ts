import type { Clock } from "./clock";
import type { CloudOffer, Instance } from "./cloud";

const keepMs = 10 * 60_000;

export type Shape = Pick<Instance, "instanceType" | "gpu" | "cpus" | "memoryGib" | "diskGib" | "pricePerHour">;

/** What instances of a type have, for APIs that tell it only of offers. */
export interface Catalog {
  /** Of types that are not offered any more nothing is known. */
  shapes(signal: AbortSignal): Promise<(instanceType: string, region?: string) => Shape>;
  /** Offers that were read anyway. */
  learn(offers: readonly CloudOffer[]): void;
}

export function createCatalog(offers: (signal: AbortSignal) => Promise<CloudOffer[]>, clock: Clock): Catalog {
  let known: { types: Map<string, CloudOffer>; at: number } | undefined;
  const learn = (found: readonly CloudOffer[]) => {
    const types = new Map<string, CloudOffer>();
    for (const offer of found) {
      if (offer.spot) continue;
      types.set(offer.instanceType, offer);
      types.set(`${offer.region}/${offer.instanceType}`, offer);
    }
    known = { types, at: clock.now() };
  };
  return {
    learn,
    async shapes(signal) {
      if (!known || clock.now() - known.at > keepMs) learn(await offers(signal));
      const types = known?.types ?? new Map<string, CloudOffer>();
      return (instanceType, region = "") => {
        const offer = types.get(`${region}/${instanceType}`) ?? types.get(instanceType);
        const { gpu, cpus = 0, memoryGib = 0, diskGib = 0, pricePerHour = 0 } = offer ?? {};
        return { instanceType, gpu, cpus, memoryGib, diskGib, pricePerHour };
      };
    },
  };
}
