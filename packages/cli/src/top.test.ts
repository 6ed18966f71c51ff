import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadOf, type Sample } from "./activity";
import { type FakeManager, startFakeManager } from "./testing/fake-manager";
import { type RunOptions, runCli } from "./testing/run-cli";

const sample = (atMs: number, calls: [string, string, string, number][], startedMs = 1): Sample => ({
  activity: {
    machines: [
      { provider: "sim", phase: "Running", count: 9_000, failing: 0 },
      { provider: "rack", phase: "Running", count: 800, failing: 0 },
      { provider: "rack", phase: "Creating", count: 200, failing: 3 },
    ],
    tasks: [{ provider: "rack", operation: "Create", count: 200 }],
    calls: calls.map(([provider, method, reason, count]) => ({ provider, method, reason, count })),
    startedMs,
  },
  providers: [
    { metadata: { name: "sim" }, status: { phase: "Connected" } },
    {
      metadata: { name: "rack" },
      status: { phase: "Unreachable", conditions: [{ type: "Ready", status: "False", reason: "UNAVAILABLE", message: "no answer" }] },
    },
  ],
  atMs,
});

describe("the load between two samples", () => {
  it("has the rates of calls, and of those that failed, by provider and method", () => {
    const before = sample(0, [
      ["sim", "Create", "OK", 100],
      ["rack", "Create", "OK", 5],
    ]);
    const after = sample(2_000, [
      ["sim", "Create", "OK", 300],
      ["rack", "Create", "OK", 5],
      ["rack", "Create", "UNAVAILABLE", 4],
      ["rack", "Describe", "OK", 2],
    ]);
    const load = loadOf(before, after);
    expect(load.machines).toEqual({ Creating: 200, Running: 9_800 });
    expect([load.failing, load.tasks]).toEqual([3, { Create: 200 }]);
    expect(load.providers).toEqual([
      {
        name: "rack",
        status: "Unreachable",
        machines: 1_000,
        failing: 3,
        tasks: 200,
        callsPerSecond: 3,
        errorsPerSecond: 2,
        trouble: "UNAVAILABLE: no answer",
      },
      { name: "sim", status: "Connected", machines: 9_000, failing: 0, tasks: 0, callsPerSecond: 100, errorsPerSecond: 0, trouble: "" },
    ]);
    expect(load.methods).toEqual([
      { method: "Create", callsPerSecond: 102, errorsPerSecond: 2 },
      { method: "Describe", callsPerSecond: 1, errorsPerSecond: 0 },
    ]);
  });

  it("counts from nothing when the manager was started meanwhile", () => {
    const load = loadOf(sample(0, [["sim", "Create", "OK", 100]], 1), sample(1_000, [["sim", "Create", "OK", 30]], 2));
    expect(load.providers.find((p) => p.name === "sim")?.callsPerSecond).toBe(30);
  });
});

describe("top", () => {
  let manager: FakeManager;
  beforeEach(async () => {
    manager = await startFakeManager();
  });
  afterEach(() => manager.close());
  const cli = (line: string, options: RunOptions = {}) => runCli(line, { server: manager.address, ...options });

  it("prints one look off a terminal, and as JSON", async () => {
    const { out, status } = await cli("top --interval 200ms");
    expect(status).toBe(0);
    expect(out).toMatch(
      /^Machines {8}3 {3}Creating 1 {3}Running 2 {3}last try failed 1\nTasks {11}1 {3}Create 1\n\nPROVIDER .*\nsim +not there +3 +1 +1 +\d+\.\d +0/,
    );
    expect(JSON.parse((await cli("top --interval 200ms -o json")).out)).toMatchObject({ machines: { Running: 2 }, failing: 1 });
  });

  it("draws itself anew on a terminal until Ctrl-C, within its width", async () => {
    const stop = new AbortController();
    let text = "";
    const running = cli("top --interval 200ms", {
      signal: stop.signal,
      columns: 60,
      onOut: (all) => {
        text = all;
      },
    });
    await expect.poll(() => text.split("Machines").length, { timeout: 5_000 }).toBeGreaterThan(3);
    stop.abort();
    expect(await running).toMatchObject({ status: 0, err: "" });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences that draw anew
    for (const line of text.replace(/\u001b\[\d*[A-Za-z]/g, "").split("\n")) expect(line.length).toBeLessThanOrEqual(61);
  });

  it("says that it is not connected while the manager is away, and goes on when it is back", async () => {
    const stop = new AbortController();
    let text = "";
    const running = cli("top --interval 200ms", {
      signal: stop.signal,
      columns: 100,
      onOut: (all) => {
        text = all;
      },
    });
    const newest = () => text.split("\u001b[J").at(-1) ?? "";
    await expect.poll(newest, { timeout: 5_000 }).toContain("PROVIDER");
    await manager.close();
    await expect.poll(newest, { timeout: 5_000 }).toMatch(/^\S*not connected\S*: no manager at [\s\S]*PROVIDER/);
    manager = await startFakeManager({ port: Number(manager.address.split(":")[1]) });
    await expect.poll(newest, { timeout: 10_000 }).toMatch(/^(?![\s\S]*not connected)[\s\S]*PROVIDER/);
    stop.abort();
    expect(await running).toMatchObject({ status: 0, err: "" });
  }, 20_000);
});
