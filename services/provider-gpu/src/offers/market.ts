import { type Clock, type Cloud, type CloudOffer, createOfferBook, type OfferFilter } from "@remuda/gpu-clouds";
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
  offers(filter: OfferFilter, signal: AbortSignal): Promise<Iterable<SeenOffer>>;
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
  const book = createOfferBook();
  let known: { offers: CloudOffer[]; at: number } | undefined;
  let asking: Promise<void> | undefined;
  const failures = createFailures(clock);

  const ask = (): Promise<void> => {
    asking ??= cloud
      .offers(AbortSignal.timeout(patienceMs))
      .then((offers) => {
        known = { offers, at: clock.now() };
        book.replace(cloud.name, offers);
      })
      .finally(() => {
        asking = undefined;
      });
    return asking;
  };

  const seen = (offer: CloudOffer): SeenOffer => {
    const age = ageMs();
    const confidence = likely[offer.availability] * (offer.reliability ?? 1) * 0.5 ** (age / halfLifeMs) * failures.factor(offer.id);
    return { offer, ageMs: age, confidence };
  };
  function* matching(filter: OfferFilter): Generator<SeenOffer> {
    for (const offer of book.matching(filter)) yield seen(offer);
  }
  const ageMs = () => (known ? clock.now() - known.at : Number.POSITIVE_INFINITY);

  return {
    async offers(filter, signal) {
      signal.throwIfAborted();
      if (ageMs() > staleMs) await ask();
      // What is stale is shown at once; whoever asks next sees the new ones.
      else if (ageMs() > freshMs) ask().catch(() => undefined);
      return matching(filter);
    },
    async recheck(signal) {
      signal.throwIfAborted();
      if (ageMs() > recheckMs) await ask();
      return (known?.offers ?? []).map(seen);
    },
    failed: (offerId) => failures.add(offerId),
    gone(offerId) {
      if (!known) return;
      known.offers = known.offers.filter(({ id }) => id !== offerId);
      book.replace(cloud.name, known.offers);
    },
  };
}
