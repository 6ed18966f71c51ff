import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type StartedProvider, testProvider } from "@remuda/provider-conformance/vitest";
import { startProvider } from "@remuda/provider-kit";
import { afterAll } from "vitest";
import { version } from "./capabilities";
import { seededClock } from "./clock";
import { latencySchema, type SimulatorOptions, uniformLatency } from "./options";
import { createSimulator } from "./simulator";

// Every host has GPUs: a machine stays on its host when it is reconfigured.
const hosts = [1, 2].map((n) => ({
  name: `host-${n}`,
  cpus: 128,
  memoryMib: 262_144,
  diskGib: 8192,
  gpus: [{ name: "H100", count: 8, memoryMib: 81_559 }],
}));

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** With a state folder, so that it can be restarted. */
const start = (options: SimulatorOptions) => async (): Promise<StartedProvider> => {
  const stateDir = mkdtempSync(join(tmpdir(), "provider-sim-conformance-"));
  folders.push(stateDir);
  const run = (listen: string) =>
    startProvider(createSimulator({ hosts, stateDir, ...options }, seededClock(1)), {
      name: "provider-sim",
      version,
      listen,
      log: "silent",
    });
  let running = await run("127.0.0.1:0");
  return {
    address: running.address,
    async restart() {
      await running.close();
      running = await run(running.address);
    },
    stop: () => running.close(),
  };
};
const imageUrl = { url: "https://images.example/conformance.qcow2", checksum: `sha256:${"ab".repeat(32)}` };
const settings = { gpu: "H100", instanceType: "l4-1", template: "templates/debian-12", network: "default", imageUrl };

testProvider({ name: "the simulator without latency", start: start({ latencyMs: 0, guestShutdownMs: 0 }), settings });
testProvider({
  name: "the simulator with latency",
  start: start({ latencyMs: latencySchema.parse({ ...uniformLatency(60), create: 120 }), guestShutdownMs: 200 }),
  settings,
});
