import { describe, expect, test } from "vitest";
import { brokenProviders } from "./broken/all";
import { little } from "./reference/capabilities";
import { type Fault, startReference } from "./reference/reference";
import type { RuleResult } from "./result";
import { rules } from "./rules";
import { runConformance } from "./run";

const settings = {
  template: "debian",
  instanceType: "small",
  gpu: "H100",
  network: "default",
  imageUrl: { url: "https://images.example/alpine.raw", checksum: "" },
  heartbeatTimeoutMs: 300,
  taskTimeoutMs: 1_000,
  promptMs: 250,
  parallelism: 8,
  loadMachines: 9,
};

async function judge(base: Parameters<typeof startReference>[0], fault: Fault = {}, only?: string[]): Promise<RuleResult[]> {
  const provider = await startReference(base, fault);
  try {
    return await runConformance({ ...provider, settings: { ...settings, only } });
  } finally {
    await provider.stop();
  }
}

const ids = (results: readonly RuleResult[], outcome: RuleResult["outcome"]) =>
  results.filter((each) => each.outcome === outcome).map(({ id }) => id);

const topic = (id: string) => id.replace(/-.*/, "");

/** The rule, its whole topic, and every fourth of all others, another quarter with each fault: all at once take minutes. */
function judges(rule: string): string[] {
  const turn = rules.findIndex(({ id }) => id === rule);
  return rules.map(({ id }) => id).filter((id, i) => topic(id) === topic(rule) || (i + turn) % 4 === 0);
}

describe("the suite finds every fault", () => {
  test("each rule has a broken provider that it has to find", () => {
    expect(brokenProviders.map(({ rule }) => rule).sort()).toEqual(rules.map(({ id }) => id).sort());
  });

  test.each(brokenProviders)("$rule fails where $fault", async ({ rule, mayFail = [], base, ...fault }) => {
    const results = await judge(base, fault, judges(rule));
    const failed = results.filter(({ outcome }) => outcome === "failed");
    expect(failed.map(({ id }) => id)).toContain(rule);
    const unexpected = failed.filter(({ id }) => id !== rule && !mayFail.includes(id));
    expect(unexpected.map(({ id, message }) => `${id}: ${message}`)).toEqual([]);
  });
});

test("a correct provider fails no rule, and every rule passes where it applies", async () => {
  const [full, small] = [await judge(undefined), await judge(little)];
  expect([...full, ...small].filter(({ outcome }) => outcome === "failed")).toEqual([]);
  expect(new Set([...ids(full, "passed"), ...ids(small, "passed")])).toEqual(new Set(rules.map(({ id }) => id)));
  for (const { outcome, message } of [...full, ...small]) {
    if (outcome === "skipped") expect(message).toMatch(/^not declared: |declared$/);
  }
});
