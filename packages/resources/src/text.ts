import { isIPv4, isIPv6 } from "node:net";
import { z } from "zod";

/** Text on one line, at least one character long. */
export const line = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .regex(/^[^\r\n\t]*$/, "a single line");

/** The IP family of an address, with or without a prefix length. */
export function family(address: string): 4 | 6 | undefined {
  const [ip = ""] = address.split("/");
  if (isIPv4(ip)) return 4;
  return isIPv6(ip) ? 6 : undefined;
}

/** Says for each item that repeats an earlier one where it stands; `value` answers undefined for what may repeat. */
export function repeated<T>(items: readonly T[] | undefined, value: (item: T) => string | undefined): { index: number; value: string }[] {
  const seen = new Set<string>();
  return (items ?? []).flatMap((item, index) => {
    const own = value(item);
    if (own === undefined) return [];
    if (seen.has(own)) return [{ index, value: own }];
    seen.add(own);
    return [];
  });
}
