import { Availability, ListOffersRequest, MarketType, Offer } from "@remuda/contract";
import { afterEach, expect, test, vi } from "vitest";
import { systemClock } from "./clock";
import type { Offers, Provider } from "./provider";
import type { ProviderOptions } from "./start-provider";
import { createTestProvider, machine, type Served, serve } from "./test-provider";

const open: Served[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((served) => served.close()));
});

async function serving(part: Partial<Provider>, options: Partial<ProviderOptions> = {}) {
  const served = await serve(createTestProvider(part).provider, options);
  open.push(served);
  return served;
}

const names = Array.from({ length: 25 }, (_, index) => `m-${String(index).padStart(2, "0")}`);
const shuffled = [...names].reverse();

/** A provider whose list is counted. */
function listing(ids: () => readonly string[] = () => shuffled) {
  const list = vi.fn(async function* () {
    for (const id of ids()) yield await Promise.resolve(machine({ id, owner: Number(id.slice(2)) % 2 ? "odd" : "even" }));
  });
  return { list };
}

async function pagesOf({ client }: Served, owner: string, pageSize: number) {
  const pages: string[][] = [];
  for (let pageToken = ""; ; ) {
    const { virtualMachines, nextPageToken } = await client.listVirtualMachines({ owner, pageSize, pageToken });
    pages.push(virtualMachines.map(({ id }) => id));
    if (nextPageToken === "") return pages;
    pageToken = nextPageToken;
  }
}

test("pages are ordered by id, complete, and come from one listing", async () => {
  const { list } = listing();
  const served = await serving({ list });
  const pages = await pagesOf(served, "", 10);
  expect(pages.map((page) => page.length)).toEqual([10, 10, 5]);
  expect(pages.flat()).toEqual(names);
  expect(list).toHaveBeenCalledTimes(1);
});

test("a page that is just full is the last one", async () => {
  const served = await serving(listing(() => names.slice(0, 10)));
  expect(await pagesOf(served, "", 10)).toHaveLength(1);
  expect(await pagesOf(await serving(listing(() => [])), "", 10)).toEqual([[]]);
});

test("a token is good on another replica, which lists anew", async () => {
  const [one, other] = [listing(), listing()];
  const [first, second] = [await serving(one), await serving(other)];
  const page = await first.client.listVirtualMachines({ owner: "", pageSize: 20, pageToken: "" });
  const rest = await second.client.listVirtualMachines({ owner: "", pageSize: 20, pageToken: page.nextPageToken });
  expect(rest.virtualMachines.map(({ id }) => id)).toEqual(names.slice(20));
  expect(other.list).toHaveBeenCalledTimes(1);
});

test("a listing is kept for 30 s", async () => {
  let now = Date.now();
  const { list } = listing();
  const { client } = await serving({ list }, { clock: { ...systemClock, now: () => now } });
  const { nextPageToken } = await client.listVirtualMachines({ owner: "", pageSize: 5, pageToken: "" });
  await client.listVirtualMachines({ owner: "", pageSize: 5, pageToken: nextPageToken });
  expect(list).toHaveBeenCalledTimes(1);
  now += 30_000;
  await client.listVirtualMachines({ owner: "", pageSize: 5, pageToken: nextPageToken });
  expect(list).toHaveBeenCalledTimes(2);
});

test("only the owner's machines are listed, whatever the provider answers, also with another owner's token", async () => {
  const served = await serving(listing());
  expect((await pagesOf(served, "odd", 500)).flat()).toEqual(names.filter((_, index) => index % 2 === 1));
  const even = await served.client.listVirtualMachines({ owner: "even", pageSize: 2, pageToken: "" });
  const odd = await served.client.listVirtualMachines({ owner: "odd", pageSize: 500, pageToken: even.nextPageToken });
  expect(odd.virtualMachines.every(({ owner }) => owner === "odd")).toBe(true);
});

test("a text that is no token is INVALID_SPEC", async () => {
  const { client } = await serving(listing());
  const call = client.listVirtualMachines({ owner: "", pageSize: 0, pageToken: "nonsense" });
  await expect(call).rejects.toMatchObject({ reason: "INVALID_SPEC", violations: [{ field: "page_token" }] });
});

test("a list that breaks off is an error, not a shorter list", async () => {
  const { client } = await serving({
    async *list() {
      yield await Promise.resolve(machine());
      throw new Error("the platform hung up");
    },
  });
  await expect(client.listVirtualMachines({ owner: "", pageSize: 0, pageToken: "" })).rejects.toMatchObject({ reason: "INTERNAL" });
});

const offer = (id: string, pricePerHour: number, part: Parameters<typeof Offer.fromPartial>[0] = {}) =>
  Offer.fromPartial({ id, pricePerHour, region: "eu-1", cpus: 8, memoryMib: 1024, cudaVersion: "12.8", reliability: 0.9, ...part });

const offers = (...all: Offer[]): Offers => ({
  async *list() {
    for (const each of all) yield await Promise.resolve(each);
  },
});
const find = async (filter: Parameters<typeof ListOffersRequest.fromPartial>[0], ...all: Offer[]) => {
  const { client } = await serving({ offers: offers(...all) });
  return (await client.listOffers(ListOffersRequest.fromPartial(filter))).offers.map(({ id }) => id);
};

test("offers come cheapest first, equal prices by id, over pages", async () => {
  const { client } = await serving({ offers: offers(offer("c", 10), offer("b", 2.5), offer("a", 2.5), offer("d", 0.04)) });
  const first = await client.listOffers(ListOffersRequest.fromPartial({ pageSize: 3 }));
  expect(first.offers.map(({ id }) => id)).toEqual(["d", "a", "b"]);
  const second = await client.listOffers(ListOffersRequest.fromPartial({ pageSize: 3, pageToken: first.nextPageToken }));
  expect(second.offers.map(({ id }) => id)).toEqual(["c"]);
});

test.each<[string, Parameters<typeof ListOffersRequest.fromPartial>[0], string[]]>([
  ["GPU", { gpuNames: ["H100", "A100"] }, ["gpu"]],
  ["GPU count and memory", { minGpuCount: 2, minGpuMemoryMib: 80_000 }, ["gpu"]],
  ["processors", { minCpus: 16 }, ["large"]],
  ["memory", { minMemoryMib: 2048 }, ["large"]],
  ["price", { maxPricePerHour: 1 }, ["plain"]],
  ["a region", { regions: ["us-1"] }, ["large"]],
  ["the beginning of a region", { regions: ["us-"] }, ["large", "us-10"]],
  ["market", { marketType: MarketType.SPOT }, ["us-10"]],
  ["reliability", { minReliability: 0.95 }, ["large"]],
  ["CUDA as a version, not as text", { minCudaVersion: "12.10" }, ["gpu"]],
  ["availability", { includeUnavailable: true, minCpus: 32 }, ["none"]],
])("offers are filtered by %s, whatever the provider answers", async (_title, filter, ids) => {
  const all = [
    offer("plain", 1),
    offer("large", 2, { cpus: 16, memoryMib: 4096, region: "us-1", reliability: 0.99 }),
    offer("us-10", 3, { region: "us-10", marketType: MarketType.SPOT, cudaVersion: "12.9" }),
    offer("gpu", 4, { gpu: { name: "H100", count: 4, memoryMib: 81_920, device: "" }, cudaVersion: "12.10" }),
    offer("none", 5, { cpus: 64, availability: Availability.UNAVAILABLE, reliability: 0, cudaVersion: "" }),
  ];
  expect(await find(filter, ...all)).toEqual(ids);
});
