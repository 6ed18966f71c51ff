import type { DoubleAnswer } from "./double";

type Json = Record<string, unknown>;

/** A request's JSON as far as a double looks at it: what is missing is undefined. */
export const json = (body: unknown): Json => (typeof body === "object" && body !== null ? (body as Json) : {}); // An object from JSON.

export const text = (value: unknown): string => (typeof value === "string" ? value : "");
export const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((each) => typeof each === "string") : []);
export const ok = (body?: unknown, status = 200): DoubleAnswer => ({ status, body });

/** A page of a listing by cursor, which here is the number of the next item. */
export function page<T>(items: readonly T[], cursor: string | null, size: number): { items: T[]; next: string } {
  const from = Number(cursor || 0);
  const next = from + size < items.length ? String(from + size) : "";
  return { items: items.slice(from, from + size), next };
}
