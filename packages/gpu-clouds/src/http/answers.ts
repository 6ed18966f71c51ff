import { CloudError, isNotFound } from "../error";

/** What is not there is undefined; every other failure stays one. */
export async function orMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

export interface Page<T> {
  items: readonly T[];
  /** Undefined or empty: this was the last page. */
  next?: string | null | undefined;
}

const mostPages = 10_000;

/** Every page, or an error: a listing that breaks off shows nothing. */
export async function allPages<T>(cloud: string, page: (cursor: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const found: T[] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  do {
    const { items, next } = await page(cursor);
    found.push(...items);
    cursor = next || undefined;
    if (cursor === undefined) return found;
    if (seen.has(cursor)) throw new CloudError("INTERNAL", `${cloud}: the pages of a listing go round in a circle`);
    seen.add(cursor);
  } while (seen.size < mostPages);
  throw new CloudError("INTERNAL", `${cloud}: the pages of a listing have no end`);
}
