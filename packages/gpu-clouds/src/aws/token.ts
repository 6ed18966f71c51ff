import { createHash } from "node:crypto";
import type { Clock } from "../clock";
import type { Order } from "./order";

const bucketMs = 5 * 60_000;

/**
 * An idempotency token. The same order soon after gets the same one, so that a crash between order and answer doubles nothing; later orders get
 * others, for EC2 would answer them with the old failure.
 */
export function clientToken({ mark, overrides, spot, count }: Order, clock: Clock): string {
  const parts = [mark.uid, mark.owner, JSON.stringify(overrides), String(spot), String(count), String(Math.floor(clock.date() / bucketMs))];
  return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 60);
}
