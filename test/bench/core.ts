import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../src/program";
import { type Launch, launch, namesOf, powerChanges, type Rest, rest, sample, warmUp } from "./core-run";
import { type Floor, measureFloor } from "./floor";
import { startMeasuredInstallation } from "./installation";
import type { Row } from "./report";

export interface CoreOptions {
  /** One run for each. */
  machines: readonly number[];
  /** Calls to the provider at once. */
  concurrency: number;
  /** Resources in one Apply. */
  batch: number;
  restSeconds: number;
  keepDir?: string;
  managerNode: readonly string[];
  simNode: readonly string[];
  say(line: string): void;
}

interface Run {
  machines: number;
  launched: Launch;
  /** As many machines as the smallest run has, made beside those that are Running. */
  more: Launch;
  rested: Rest;
  latenciesMs: readonly number[];
  floor: Floor;
  peakMiB: number | undefined;
}

/** Machines from Apply to Running through real processes, each size in an installation of its own. */
export async function core(options: CoreOptions): Promise<Row[]> {
  const temporary = options.keepDir === undefined ? temporaryFolder() : undefined;
  const folder = options.keepDir ?? temporary?.path ?? ".";
  try {
    const runs: Run[] = [];
    const sizes = [...options.machines].sort((a, b) => a - b);
    const [smallest = 0, largest = smallest] = [sizes[0], sizes.at(-1)];
    for (const machines of sizes) runs.push(await runCore({ machines, more: smallest, largest }, join(folder, String(machines)), options));
    return [...runs.flatMap((run) => rowsOf(run)), ...flatness(runs)];
  } finally {
    temporary?.remove();
  }
}

interface Sizes {
  machines: number;
  /** How many are made beside them. */
  more: number;
  /** Of all runs. */
  largest: number;
}

async function runCore({ machines, more, largest }: Sizes, folder: string, options: CoreOptions): Promise<Run> {
  const { concurrency, batch, restSeconds, say } = options;
  mkdirSync(folder, { recursive: true });
  say(`${machines} machines: starting a manager and a simulator`);
  const installation = await startMeasuredInstallation(folder, options);
  try {
    const launched = await launch(installation, "vm", machines, batch);
    say(`${machines} machines: Running after ${(launched.wallMs / 1000).toFixed(2)} s; ${launched.writes} writes, ${launched.calls} calls`);
    const rested = await rest(installation, restSeconds);
    say(`${machines} machines: looked on for ${rested.seconds.toFixed(0)} s`);
    const latenciesMs = await powerChanges(installation, namesOf("vm", Math.min(machines, 20)));
    const peakMiB = installation.manager.peakMiB();
    // As much as the process of the largest run has done by then.
    await warmUp(installation, Math.floor((largest - machines) / more), more, batch);
    const grown = await launch(installation, "more", more, batch);
    const { request, response, bodies, events } = await sample(installation, "sample");
    await installation.stop();
    say(`${machines} machines: measuring the floor`);
    const [eventBody = ""] = events;
    const { calls, writes: rows } = launched;
    const work = { calls, rows, events: events.length * machines, eventBody, concurrency, request, response, bodies };
    const floor = await measureFloor(work, folder);
    return { machines, launched, more: grown, rested, latenciesMs, floor, peakMiB };
  } finally {
    await installation.stop();
  }
}

function rowsOf({ machines, launched, rested, latenciesMs, floor, peakMiB }: Run): Row[] {
  const sorted = [...latenciesMs].sort((a, b) => a - b);
  const named = (row: Row): Row => ({ ...row, metric: `${machines}: ${row.metric}` });
  const floorMs = floor.callsMs + floor.groupedMs;
  return [
    {
      metric: "Apply to all Running, against the floor with grouped writes",
      value: launched.wallMs / 1000,
      unit: "s",
      against: floorMs / 1000,
      goal: { ratioAtMost: 3 },
    },
    {
      metric: "the same, against the floor with single writes",
      value: launched.wallMs / 1000,
      unit: "s",
      against: (floor.callsMs + floor.singleMs) / 1000,
    },
    { metric: `floor: ${launched.calls} raw calls`, value: floor.callsMs / 1000, unit: "s" },
    { metric: `floor: ${launched.writes} raw writes and their events, grouped`, value: floor.groupedMs / 1000, unit: "s" },
    { metric: `floor: ${launched.writes} raw writes and their events, single`, value: floor.singleMs / 1000, unit: "s" },
    { metric: "floor: CPU of the calling and writing process, a machine", value: (floor.cpuSeconds / machines) * 1000, unit: "ms" },
    { metric: "writes to the store a machine", value: launched.writes / machines, unit: "writes" },
    { metric: "reconciles a machine", value: launched.reconciles / machines, unit: "runs" },
    { metric: "manager's CPU a machine", value: (launched.managerCpuSeconds / machines) * 1000, unit: "ms" },
    { metric: "simulator's CPU a machine", value: (launched.simCpuSeconds / machines) * 1000, unit: "ms" },
    { metric: "the measuring client's CPU a machine", value: (launched.clientCpuSeconds / machines) * 1000, unit: "ms" },
    ...(peakMiB === undefined ? [] : [{ metric: "manager's peak memory (RSS)", value: peakMiB, unit: "MiB", goal: { most: 400 } }]),
    {
      metric: "at rest: manager's CPU, of one core",
      value: (rested.managerCpuSeconds / rested.seconds) * 100,
      unit: "%",
      goal: { below: 2 },
    },
    { metric: "at rest: simulator's CPU, of one core", value: (rested.simCpuSeconds / rested.seconds) * 100, unit: "%" },
    { metric: "at rest: calls a machine, says the manager", value: rested.managerCalls / machines, unit: "calls", goal: { most: 0 } },
    { metric: "at rest: calls a machine, says the simulator", value: rested.simCalls / machines, unit: "calls", goal: { most: 0 } },
    {
      metric: `stopped on the platform until status says so, median of ${sorted.length}`,
      value: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
      unit: "ms",
      goal: { most: 1000 },
    },
    { metric: "the same, slowest", value: sorted.at(-1) ?? Number.NaN, unit: "ms", goal: { most: 1000 } },
  ].map(named);
}

/** What a machine costs among many, against what it costs among few. */
function flatness(runs: readonly Run[]): Row[] {
  const [few, many] = [runs[0], runs.at(-1)];
  if (!few || !many || few === many) return [];
  const cpu = (launched: Launch, machines: number) => (launched.managerCpuSeconds / machines) * 1000;
  return [
    {
      metric: `manager's CPU a machine, ${few.machines} more beside ${many.machines} against beside ${few.machines}`,
      value: cpu(many.more, few.machines),
      unit: "ms",
      against: cpu(few.more, few.machines),
      goal: { ratioWithin: 0.15 },
    },
    {
      metric: `manager's CPU a machine, the first ${many.machines} against the first ${few.machines}`,
      value: cpu(many.launched, many.machines),
      unit: "ms",
      against: cpu(few.launched, few.machines),
    },
  ];
}
