import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createSimulator } from "./simulator";
import { manualClock } from "./testing/manual-clock";
import { machineRequest } from "./testing/requests";
import { never } from "./testing/simulate";

it("goes on with its tasks after a restart for no longer than they take, also if the date was set back meanwhile", async () => {
  const stateDir = mkdtempSync(join(tmpdir(), "provider-sim-set-back-"));
  const clock = manualClock();
  const latencyMs = 1_000;
  const first = createSimulator({ stateDir, latencyMs }, clock);
  const { task } = await first.create(machineRequest("web"), never);
  await first.close();
  clock.setBack(3_600_000);
  const second = createSimulator({ stateDir, latencyMs }, clock);
  clock.advance(latencyMs);
  expect(await second.isTaskComplete(task ?? "", 0, never)).toMatchObject({ done: true });
  await second.close();
  rmSync(stateDir, { recursive: true });
});
