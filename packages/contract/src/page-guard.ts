import { ProviderError } from "./error";

const maxEmptyPages = 100;

/** Reads the pages of one list: answers the token of the next page, "" after the last; INTERNAL when they would never end. */
export function createPageGuard(): (page: { nextPageToken: string }, items: number) => string {
  const seen = new Set<string>();
  let empty = 0;
  return ({ nextPageToken }, items) => {
    if (nextPageToken === "") return "";
    if (seen.has(nextPageToken)) throw new ProviderError("INTERNAL", "the list answers the same page token again");
    seen.add(nextPageToken);
    empty = items === 0 ? empty + 1 : 0;
    if (empty > maxEmptyPages)
      throw new ProviderError("INTERNAL", `the list answers more than ${maxEmptyPages} empty pages one after another`);
    return nextPageToken;
  };
}
