import type { Clock } from "../clock";

/** How long an answer asks to wait: Retry-After in seconds or as a date, else the moment in ratelimit-reset once nothing remains. */
export function retryAfterMs(headers: Readonly<Record<string, unknown>>, clock: Clock): number | undefined {
  const text = headers["retry-after"];
  if (typeof text === "string" && text.trim() !== "") {
    const seconds = Number(text);
    const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(text) - clock.date();
    return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
  }
  const reset = Number(headers["ratelimit-reset"]);
  if (headers["ratelimit-remaining"] !== "0" || !Number.isFinite(reset)) return undefined;
  return Math.max(0, reset * 1000 - clock.date());
}
