import type { ChannelCredentials } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, test } from "vitest";
import { runRule, selectRules } from "./run";
import { openSession, type Session } from "./session";
import { type Settings, withDefaults } from "./settings";

/** A provider that was started for the test. */
export interface StartedProvider {
  address: string;
  credentials?: ChannelCredentials;
  /** Ends the provider's process, or what stands for it, and starts it again at the same address. */
  restart?(): Promise<void>;
  stop(): Promise<void>;
}

export interface ProviderTest {
  name: string;
  start(): Promise<StartedProvider>;
  settings?: Partial<Settings>;
  /** Milliseconds that one rule may take. */
  timeoutMs?: number;
}

/** The whole suite as vitest tests: one test for each rule. What a provider does not declare is skipped, with the reason. */
export function testProvider({ name, start, settings: given, timeoutMs = 600_000 }: ProviderTest): void {
  describe(`${name} conforms to the Provider contract`, () => {
    const settings = withDefaults(given);
    const stop = new AbortController();
    let started: StartedProvider | undefined;
    let session: Session | undefined;

    beforeAll(async () => {
      started = await start();
      session = await openSession(started, settings, stop.signal);
    }, timeoutMs);

    const selected = selectRules(settings);
    for (const rule of [...selected.filter(({ alone }) => !alone), ...selected.filter(({ alone }) => alone)]) {
      test(`${rule.id}: ${rule.title}`, { timeout: timeoutMs }, async (context) => {
        if (!session) throw new Error("the provider did not start");
        const { outcome, message, error } = await runRule(session, rule, stop.signal);
        if (outcome === "skipped") context.skip(`skipped: ${message}`);
        if (outcome === "failed") throw new Error(message, { cause: error });
      });
    }

    afterAll(async () => {
      stop.abort();
      // Only where the last rule did not run, as with a filter on titles, is anything left to remove.
      await session?.cleanUp();
      session?.close();
      await started?.stop();
    }, timeoutMs);
  });
}
