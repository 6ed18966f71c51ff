import { type Resource, ResourceError } from "@remuda/resources";
import type { ResourceStore } from "@remuda/store";
import { requireKind, selection } from "./select";

export interface ListQuery {
  kind: string;
  labelSelector: string;
  fieldSelector: string;
  pageSize: number;
  pageToken: string;
}

export interface Page {
  resources: Resource[];
  nextPageToken: string;
  resourceVersion: string;
}

const defaultPageSize = 500;
const maxPageSize = 1000;

/**
 * One page, by name. Pages see the store as it is then: a token names where the last one ended, and stays good. It carries the first page's
 * version, since what changed after that may be on pages that were answered before.
 */
export async function listPage(store: ResourceStore, query: ListQuery): Promise<Page> {
  const kind = requireKind(query.kind);
  const matches = selection(kind, query.labelSelector, query.fieldSelector);
  if (query.pageSize > maxPageSize) {
    throw new ResourceError([{ path: "pageSize", message: `expected at most ${maxPageSize}, got ${query.pageSize}` }]);
  }
  const size = query.pageSize || defaultPageSize;
  const token = query.pageToken === "" ? undefined : readToken(query.pageToken);
  const { items, resourceVersion: newest } = await store.list(kind);
  const resourceVersion = token?.resourceVersion ?? newest;
  const resources: Resource[] = [];
  for (let i = token ? firstAfter(items, token.after) : 0; i < items.length; i++) {
    const resource = items[i];
    if (!resource || (matches && !matches(resource))) continue;
    if (resources.length === size) {
      const after = resources.at(-1)?.metadata.name ?? "";
      return { resources, nextPageToken: writeToken({ after, resourceVersion }), resourceVersion };
    }
    resources.push(resource);
  }
  return { resources, nextPageToken: "", resourceVersion };
}

/** Index of the first item whose name is greater. */
function firstAfter(items: readonly Resource[], name: string): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle]?.metadata.name ?? "") > name) high = middle;
    else low = middle + 1;
  }
  return low;
}

interface Token {
  after: string;
  resourceVersion: string;
}

const writeToken = ({ after, resourceVersion }: Token) => Buffer.from(`v2:${resourceVersion}:${after}`).toString("base64url");

function readToken(token: string): Token {
  const [, resourceVersion, after] = /^v2:(\d+):(.+)$/.exec(Buffer.from(token, "base64url").toString("utf8")) ?? [];
  if (resourceVersion === undefined || after === undefined)
    throw new ResourceError([{ path: "pageToken", message: "not a token of this API; leave it out for the first page" }]);
  return { after, resourceVersion };
}
