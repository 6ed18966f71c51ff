import { setTimeout as sleep } from "node:timers/promises";
import { uidOf } from "../src/installation";
import { type ProviderName, providers, startTwoProviders, type TwoProviders } from "../src/two-providers";
import type { Row } from "./report";

const beforeMs = 15_000;
const pausedMs = 30_000;
/** Machines that are being made at once, by each provider. */
const atOnce = 4;

/** How long machines of one provider take to be Running while another, on the same manager, does not answer. Calls fail and answers get lost all the time. */
export async function faults({ say }: { say(line: string): void }): Promise<Row[]> {
  const installation = await startTwoProviders();
  try {
    say(`two providers, 5 % of calls fail, 1 % of answers get lost: ${beforeMs / 1000} s with both at work`);
    await launchFor(installation, ["paused", "other"], "warm", beforeMs / 3);
    const before = await launchFor(installation, ["paused", "other"], "before", beforeMs);
    say(`${before.length} machines; pausing one provider for ${pausedMs / 1000} s`);
    const waiting = Array.from({ length: 50 }, (_, i) => installation.launch("paused", `waiting-${i}`));
    installation.pause("paused");
    const during = await launchFor(installation, ["other"], "during", pausedMs);
    installation.resume("paused");
    const resumedAt = performance.now();
    say(`${during.length} machines of the other provider; waiting until all is as declared`);
    await Promise.all(waiting);
    const settledMs = performance.now() - resumedAt;
    const { doubled, missing } = await compare(installation);
    return [
      ...[0.5, 0.99].map((quantile) => ({
        metric: `Apply to Running at the other provider, p${quantile * 100} while one is paused, against before`,
        value: at(during, quantile),
        unit: "ms",
        against: at(before, quantile),
      })),
      { metric: "machines of the other provider while one is paused, a second, against before", ...rates(during.length, before.length) },
      { metric: "after the pause, until the machines that waited are Running", value: settledMs / 1000, unit: "s" },
      { metric: "machines that no resource is for", value: doubled, unit: "machines", goal: { most: 0 } },
      { metric: "resources without their machine", value: missing, unit: "machines", goal: { most: 0 } },
    ];
  } finally {
    await installation.stop();
  }
}

const rates = (during: number, before: number) => ({
  ...{ value: during / (pausedMs / 1000), unit: "machines/s", against: before / (beforeMs / 1000) },
});

/** Launches at each of the providers until the time has passed; answers what those of "other" took, in milliseconds. */
async function launchFor(installation: TwoProviders, at: readonly ProviderName[], label: string, ms: number): Promise<number[]> {
  const took: number[] = [];
  const until = performance.now() + ms;
  const worker = async (provider: ProviderName, number: number) => {
    for (let i = 0; performance.now() < until; i += 1) {
      const each = await installation.launch(provider, `${label}-${provider}-${number}-${i}`);
      if (provider === "other") took.push(each);
    }
  };
  await Promise.all(at.flatMap((provider) => Array.from({ length: atOnce }, (_, number) => worker(provider, number))));
  return took;
}

function at(values: readonly number[], quantile: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? Number.NaN;
}

/** By uid, once the platforms have as many machines as are declared or the patience is over. */
async function compare({ api, machines }: TwoProviders): Promise<{ doubled: number; missing: number }> {
  const declared = new Set<string>();
  for (let pageToken = ""; ; ) {
    const page = await api.list({ kind: "VirtualMachine", pageSize: 1000, pageToken });
    for (const resource of page.resources) declared.add(uidOf(resource));
    pageToken = page.nextPageToken;
    if (pageToken === "") break;
  }
  await sleep(1000);
  const found = (await Promise.all(providers.map(machines))).flat().map(({ uid }) => uid);
  const existing = new Set(found);
  return {
    doubled: found.filter((uid) => !declared.has(uid)).length + found.length - existing.size,
    missing: [...declared].filter((uid) => !existing.has(uid)).length,
  };
}
