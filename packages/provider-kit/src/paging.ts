import { randomUUID } from "node:crypto";
import { invalidSpec } from "@remuda/contract";
import type { Clock } from "./clock";

const defaultPageSize = 500;
const keepMs = 30_000;
const keepListings = 16;

export interface Page<T> {
  items: T[];
  /** Empty: it was the last one. */
  nextPageToken: string;
}

export interface PageRequest {
  pageSize: number;
  pageToken: string;
}

interface Listing<T> {
  scope: string;
  items: T[];
  at: number;
}

/** Where the next page begins: after an item's key, in a listing that this replica may still have. */
interface Token {
  after: string;
  listing: string;
}

/**
 * Pages of a sorted listing. The first page lists anew; following ones come from the same listing while it is kept, else, on another replica or
 * later, from a new one after the last key. A key orders as text and is unique.
 */
export function createPages<T>(keyOf: (item: T) => string, clock: Clock) {
  const kept = new Map<string, Listing<T>>();

  async function load(token: Token | undefined, scope: string, list: () => AsyncIterable<T>): Promise<[string, Listing<T>]> {
    for (const [id, { at }] of kept) if (clock.now() - at >= keepMs) kept.delete(id);
    const found = token && kept.get(token.listing);
    // A token of another filter must not show that filter's items.
    if (found && found.scope === scope) return [token.listing, found];
    const items: T[] = [];
    for await (const item of list()) items.push(item);
    items.sort((a, b) => compare(keyOf(a), keyOf(b)));
    return [randomUUID(), { scope, items, at: clock.now() }];
  }

  return async function page(request: PageRequest, scope: string, list: () => AsyncIterable<T>): Promise<Page<T>> {
    const token = request.pageToken === "" ? undefined : readToken(request.pageToken);
    const [id, listing] = await load(token, scope, list);
    const { items } = listing;
    const from = token ? firstAfter(items, keyOf, token.after) : 0;
    const page = items.slice(from, from + (request.pageSize || defaultPageSize));
    const last = page.at(-1);
    if (last === undefined || from + page.length >= items.length) {
      kept.delete(id);
      return { items: page, nextPageToken: "" };
    }
    kept.set(id, listing);
    for (const oldest of kept.keys()) {
      if (kept.size <= keepListings) break;
      kept.delete(oldest);
    }
    return { items: page, nextPageToken: writeToken({ after: keyOf(last), listing: id }) };
  };
}

// By UTF-16 code units: the same on every machine, whatever its locale.
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function firstAfter<T>(items: readonly T[], keyOf: (item: T) => string, after: string): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(keyOf(items[middle] as T), after) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

const writeToken = ({ after, listing }: Token) => Buffer.from(JSON.stringify([after, listing])).toString("base64url");

function readToken(text: string): Token {
  try {
    const [after, listing] = JSON.parse(Buffer.from(text, "base64url").toString()) as unknown[];
    if (typeof after === "string" && typeof listing === "string") return { after, listing };
  } catch {
    // Told below, like every other text that is no token.
  }
  throw invalidSpec([{ field: "page_token", description: "not a token of this provider" }]);
}
