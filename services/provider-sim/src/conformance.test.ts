import { testProvider } from "@remuda/provider-conformance/vitest";
import { startProvider } from "@remuda/provider-kit";
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

const start = (options: SimulatorOptions) => async () => {
  const simulator = createSimulator({ hosts, ...options }, seededClock(1));
  const running = await startProvider(simulator, { name: "provider-sim", version, listen: "127.0.0.1:0", log: "silent" });
  return { address: running.address, stop: () => running.close() };
};
const imageUrl = { url: "https://images.example/conformance.qcow2", checksum: `sha256:${"ab".repeat(32)}` };
const settings = { gpu: "H100", instanceType: "l4-1", template: "templates/debian-12", imageUrl };

testProvider({ name: "the simulator without latency", start: start({ latencyMs: 0, guestShutdownMs: 0 }), settings });
testProvider({
  name: "the simulator with latency",
  start: start({ latencyMs: latencySchema.parse({ ...uniformLatency(60), create: 120 }), guestShutdownMs: 200 }),
  settings,
});
