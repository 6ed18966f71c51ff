import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import type { SimulatorOptions } from "./options";
import { createSimulator } from "./simulator";
import { machineRequest } from "./testing/requests";

const never = new AbortController().signal;
const count = 10_000;
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function fill(options: SimulatorOptions) {
  const simulator = createSimulator({ ...options, latencyMs: 0, overcommit: 1000 });
  const requests = Array.from({ length: count }, (_, n) => machineRequest(`vm-${n}`));
  for (let at = 0; at < count; at += 100)
    await Promise.all(requests.slice(at, at + 100).map((request) => simulator.create(request, never)));
  return simulator;
}

it("makes, lists and watches 10,000 machines in bounded memory", async () => {
  const simulator = await fill({});
  const stop = new AbortController();
  let present = 0;
  for await (const event of simulator.watch({}, stop.signal)) {
    if (event.type === "present") present++;
    else stop.abort();
  }
  let listed = 0;
  for await (const _ of simulator.list({ owner: "owner-1" }, never)) listed++;
  expect({ present, listed }).toEqual({ present: count, listed: count });
  expect(process.memoryUsage().heapUsed / 2 ** 20).toBeLessThan(200);
  await simulator.close();
});

it("keeps 10,000 machines on disk and has them again after a restart", async () => {
  const stateDir = mkdtempSync(join(tmpdir(), "provider-sim-scale-"));
  folders.push(stateDir);
  const simulator = await fill({ stateDir });
  await simulator.close();
  const again = createSimulator({ stateDir, overcommit: 1000 });
  expect(again.state().machines).toHaveLength(count);
  expect(again.state().networks[0]?.leased).toBe(count);
  await again.close();
});
