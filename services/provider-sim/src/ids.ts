import { randomUUID } from "node:crypto";
import type { Clock } from "./clock";
import type { Journal } from "./journal";
import type { World } from "./world";

/** Written in advance, so that not every id costs a write: a crash leaves a gap, never a repeat. */
const reserved = 1000;

/** The first start's time is part of each id: a simulator that began anew never answers to an id or a task of a former one. */
export function createIds(journal: Journal, clock: Clock): World["nextId"] {
  const stored = new Map(journal.read("meta")).get("ids") as { epoch: string; next: number } | undefined; // The file is ours alone.
  const epoch = stored?.epoch ?? clock.now().toString(36);
  let next = stored?.next ?? 1;
  let limit = next;
  return (prefix) => {
    if (next >= limit) {
      limit = next + reserved;
      // In the same transaction as, or before, whatever is named by one of these.
      journal.write("meta", "ids", { epoch, next: limit });
    }
    return `${prefix}-${epoch}-${next++}`;
  };
}

/** Made once. Never from the seed: two simulators of the same seed are two platforms. */
export function platformId(journal: Journal): string {
  const stored = new Map(journal.read("meta")).get("platform") as { id: string } | undefined; // The file is ours alone.
  if (stored) return stored.id;
  const id = randomUUID();
  journal.write("meta", "platform", { id });
  return id;
}
