import type { Clock, Cloud, CloudOffer } from "@remuda/gpu-clouds";
import { createFailures } from "./failures";

/** An offer, and how sure it is. */
export interface SeenOffer {
  offer: CloudOffer;
  ageMs: number;
  /** 0 to 1. */
  confidence: number;
}

export interface Market {
  /** At most a minute old where the cloud answers; what is older is shown while it is asked again. */
  offers(signal: AbortSignal): Promise<SeenOffer[]>;
  /** At most a few seconds old: for a launch. */
  recheck(signal: AbortSignal): Promise<SeenOffer[]>;
  /** A launch of it failed. */
  failed(offerId: string): void;
  /** It is not there any more. */
  gone(offerId: string): void;
}

const freshMs = 60_000;
const recheckMs = 5_000;
/** Knowledge as old as this is not shown any more. */
const staleMs = 15 * 60_000;
const halfLifeMs = 10 * 60_000;
const patienceMs = 60_000;

const likely = { available: 1, scarce: 0.6, unknown: 0.5, unavailable: 0 } as const satisfies Record<CloudOffer["availability"], number>;

/** One cloud's offers, asked for once in a cache period however many callers there are. */
export function createMarket(cloud: Cloud, clock: Clock): Market {
  let known: { offers: CloudOffer[]; at: number } | undefined;
  let asking: Promise<void> | undefined;
  const failures = createFailures(clock);

  const ask = (): Promise<void> => {
    asking ??= cloud
      .offers(AbortSignal.timeout(patienceMs))
      .then((offers) => {
        known = { offers, at: clock.now() };
      })
      .finally(() => {
        asking = undefined;
      });
    return asking;
  };

  const seen = (): SeenOffer[] => {
    if (!known) return [];
    const ageMs = clock.now() - known.at;
    const fading = 0.5 ** (ageMs / halfLifeMs);
    return known.offers.map((offer) => ({
      offer,
      ageMs,
      confidence: likely[offer.availability] * (offer.reliability ?? 1) * fading * failures.factor(offer.id),
    }));
  };
  const ageMs = () => (known ? clock.now() - known.at : Number.POSITIVE_INFINITY);

  return {
    async offers(signal) {
      signal.throwIfAborted();
      if (ageMs() > staleMs) await ask();
      // What is stale is shown at once; whoever asks next sees the new ones.
      else if (ageMs() > freshMs) ask().catch(() => undefined);
      return seen();
    },
    async recheck(signal) {
      signal.throwIfAborted();
      if (ageMs() > recheckMs) await ask();
      return seen();
    },
    failed: (offerId) => failures.add(offerId),
    gone(offerId) {
      if (known) known.offers = known.offers.filter(({ id }) => id !== offerId);
    },
  };
}
