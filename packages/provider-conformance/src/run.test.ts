import { credentials } from "@grpc/grpc-js";
import { createProviderClient, ListVirtualMachinesRequest } from "@remuda/contract";
import { afterEach, expect, test } from "vitest";
import { toJunit } from "./junit";
import { type Fault, type Reference, startReference } from "./reference/reference";
import { formatResult, formatSummary, type RuleResult } from "./result";
import { runConformance } from "./run";

let provider: Reference | undefined;
const start = async (fault?: Fault) => {
  provider = await startReference(undefined, fault);
  return provider;
};

afterEach(async () => {
  await provider?.stop();
  provider = undefined;
});

const outcomes = (results: readonly RuleResult[]) => results.map(({ id, outcome }) => `${id} ${outcome}`);

test("only the chosen rules run, and the one about leftovers", async () => {
  const { address } = await start();
  const results = await runConformance({ address, settings: { only: ["create", "delete", "validate"], skip: ["delete"] } });
  expect(outcomes(results)).toEqual(["validate passed", "create passed", "leaves-nothing passed"]);
});

test("a skipped rule says what would run it", async () => {
  const { address } = await start();
  const only = ["restart-task", "image-url", "source-template", "watch-heartbeat"];
  const results = await runConformance({ address, settings: { only } });
  const told = Object.fromEntries(results.map(({ id, message }) => [id, message]));
  expect(told).toMatchObject({
    "restart-task": expect.stringContaining("no flag gives it, but `restart` of what start() of testProvider() answers"),
    "image-url": expect.stringContaining("no flag sets it, but settings.imageUrl of testProvider()"),
    "source-template": expect.stringContaining("--template ID sets it"),
    "watch-heartbeat": expect.stringContaining("--heartbeat-timeout 35s sets it"),
  });
});

test("a rule that there is not is refused before anything is made", async () => {
  const { address, platform } = await start();
  await expect(runConformance({ address, settings: { only: ["no-such-rule"] } })).rejects.toThrow("no such rule: no-such-rule");
  expect(platform.machines.size).toBe(0);
});

test("a provider that can't be reached fails the run", async () => {
  const { address, stop } = await start();
  await stop();
  await expect(runConformance({ address, settings: { taskTimeoutMs: 300, promptMs: 100 } })).rejects.toMatchObject({
    name: "ProviderError",
  });
});

test("an aborted run skips what is left and removes what it made", async () => {
  const { address, platform } = await start();
  const stop = new AbortController();
  let most = 0;
  platform.events.on("present", () => {
    most = Math.max(most, platform.machines.size);
    if (most >= 3) stop.abort();
  });
  const results = await runConformance({ address, signal: stop.signal, settings: { taskTimeoutMs: 2_000 } });
  expect(most).toBeGreaterThanOrEqual(3);
  expect(results.filter(({ message }) => message === "the run was aborted").length).toBeGreaterThan(50);
  expect(results.at(-1)).toMatchObject({ id: "leaves-nothing", outcome: "passed" });
  expect(platform.machines.size).toBe(0);
});

test("a failed run leaves nothing either", async () => {
  const { address, platform } = await start({
    handlers: () => ({
      power() {
        throw new Error("no power");
      },
    }),
  });
  const results = await runConformance({ address, settings: { taskTimeoutMs: 1_000, loadMachines: 6 } });
  expect(results.filter(({ outcome }) => outcome === "failed").length).toBeGreaterThan(5);
  expect([platform.machines.size, [...platform.disks.values()].filter(({ machineId }) => machineId === "").length]).toEqual([0, 0]);
});

test("what can't be removed is told with its ids", async () => {
  const { address } = await start({
    handlers: ({ delete: remove }, { machines }) => ({
      delete: (request, call) =>
        [...machines.values()].some(({ shown }) => shown.uid === request.uid) ? { task: undefined } : remove(request, call),
    }),
  });
  const results = await runConformance({ address, settings: { only: ["create"], taskTimeoutMs: 300 } });
  const client = createProviderClient({ address, credentials: credentials.createInsecure() });
  const { virtualMachines } = await client.listVirtualMachines(ListVirtualMachinesRequest.create({}));
  client.close();
  expect(virtualMachines).toHaveLength(1);
  const last = results.at(-1);
  expect(last).toMatchObject({ id: "leaves-nothing", outcome: "failed" });
  for (const { id, uid } of virtualMachines) {
    expect(last?.message).toContain(id);
    expect(last?.message).toContain(uid);
  }
});

const told: RuleResult[] = [
  { id: "one", title: "it works", outcome: "passed", durationMs: 12.4 },
  { id: "two", title: 'it is <so> & "so"', outcome: "failed", message: "expected 1, got 2\nand \u0000 more", durationMs: 1_000 },
  { id: "three", title: "it is optional", outcome: "skipped", message: "not declared: snapshots", durationMs: 0 },
];

test("results as text", () => {
  expect(told.map(formatResult)).toEqual([
    "ok      one: it works (12 ms)",
    'FAILED  two: it is <so> & "so" (1000 ms)\n          expected 1, got 2\n          and \u0000 more',
    "skipped three: it is optional (0 ms)\n          not declared: snapshots",
  ]);
  expect(formatSummary(told)).toBe("1 passed, 1 failed, 1 skipped");
});

test("results as JUnit XML", () => {
  const xml = toJunit(told, "a provider");
  expect(xml).toContain('<testsuite name="a provider" tests="3" failures="1" errors="0" skipped="1" time="1.012">');
  expect(xml).toContain('<testcase classname="a provider" name="one: it works" time="0.012"/>');
  expect(xml).toContain("it is &lt;so&gt; &amp; &quot;so&quot;");
  expect(xml).toContain('<skipped message="not declared: snapshots"/>');
  expect(xml).toContain('<failure message="expected 1, got 2">expected 1, got 2\nand � more</failure>');
});
