import { createPageGuard, ListOffersRequest, type Offer } from "@remuda/contract";
import type { RuleContext } from "../context";
import { service } from "../declared";
import { check, checkEqual, skip } from "../expect";
import type { Rule } from "../rule";

const requires = service("OfferService");
type Filter = Parameters<typeof ListOffersRequest.create>[0];

/** Of a large market the first thousand are enough to judge by. */
async function offersOf(ctx: RuleContext, filter: Filter = {}, pageSize = 500, most = 1_000): Promise<Offer[]> {
  const offers: Offer[] = [];
  const next = createPageGuard();
  let pageToken = "";
  do {
    const page = await ctx.client.listOffers(ListOffersRequest.create({ ...filter, pageSize, pageToken }), { signal: ctx.signal });
    check(page.offers.length <= pageSize, `a page of ${pageSize} has ${page.offers.length} offers`);
    offers.push(...page.offers);
    pageToken = next(page, page.offers.length);
  } while (pageToken !== "" && offers.length < most);
  return offers;
}

const offerOrder: Rule = {
  id: "offer-order",
  title: "offers come cheapest first, each with an id and a price",
  requires,
  async run(ctx) {
    const offers = await offersOf(ctx);
    const prices = offers.map(({ pricePerHour }) => pricePerHour);
    checkEqual(
      prices,
      [...prices].sort((a, b) => a - b),
      "the prices",
    );
    for (const { id, pricePerHour } of offers) check(id !== "" && pricePerHour >= 0, `the offer "${id}" costs ${pricePerHour}`);
  },
};

const offerFilter: Rule = {
  id: "offer-filter",
  title: "each restriction of ListOffers leaves out what does not meet it, and nothing else",
  requires,
  async run(ctx) {
    const all = await offersOf(ctx);
    const middle = all[Math.floor(all.length / 2)];
    if (!middle) return skip("no offer can be had now");
    const filters: [Filter, (offer: Offer) => boolean][] = [
      [{ maxPricePerHour: middle.pricePerHour }, (offer) => offer.pricePerHour <= middle.pricePerHour],
      [{ minCpus: middle.cpus }, (offer) => offer.cpus >= middle.cpus],
      [{ minMemoryMib: middle.memoryMib }, (offer) => offer.memoryMib >= middle.memoryMib],
    ];
    if (middle.region !== "") filters.push([{ regions: [middle.region] }, (offer) => offer.region.startsWith(middle.region)]);
    if (middle.gpu) filters.push([{ gpuNames: [middle.gpu.name] }, (offer) => offer.gpu?.name === middle.gpu?.name]);
    for (const [filter, meets] of filters) {
      const found = await offersOf(ctx, filter);
      const wrong = found.filter((offer) => !meets(offer)).map(({ id }) => id);
      checkEqual(wrong, [], `offers that do not meet ${JSON.stringify(filter)}`);
      check(
        found.some(({ id }) => id === middle.id),
        `${JSON.stringify(filter)} leaves out ${middle.id}, which meets it`,
      );
    }
    checkEqual(await offersOf(ctx, { minCpus: 1_000_000 }), [], "offers with a million processors");
  },
};

const offerPages: Rule = {
  id: "offer-pages",
  title: "pages of any size show every offer once",
  requires,
  async run(ctx) {
    const all = (await offersOf(ctx, {}, 20, 20)).map(({ id }) => id);
    checkEqual(all.length, new Set(all).size, "how many different offers there are");
    for (const pageSize of [1, 3]) {
      const found = (await offersOf(ctx, {}, pageSize, all.length)).map(({ id }) => id).slice(0, all.length);
      checkEqual(found, all, `the offers in pages of ${pageSize}`);
    }
    const call = ctx.client.listOffers(ListOffersRequest.create({ pageToken: "no-such-token" }), { signal: ctx.signal });
    await ctx.refused(call, "INVALID_SPEC", "an unknown page token");
  },
};

export const offerRules: Rule[] = [offerOrder, offerFilter, offerPages];
