import fc from "fast-check";
import { describe, it } from "vitest";
import { events } from "./testing-events";
import { modelTest } from "./testing-model";
import type { Open } from "./testing-open";
import { watches } from "./testing-watches";
import { deletion, writes } from "./testing-writes";

/** What every ResourceStore must do, as vitest tests. `open` answers a new, empty store. */
export function storeSuite(name: string, open: Open) {
  describe(name, () => {
    describe("writes", () => writes(open));
    describe("deletion", () => deletion(open));
    describe("watches", () => watches(open));
    describe("events", () => events(open));
    it("does what a model does, and a watcher sees the same end", () => fc.assert(modelTest(open), { numRuns: 60 }));
  });
}
