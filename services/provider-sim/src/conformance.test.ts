import { testProvider } from "@remuda/provider-conformance/vitest";
import { startProvider } from "@remuda/provider-kit";
import { version } from "./capabilities";
import { seededClock } from "./clock";
import { latencySchema, type SimulatorOptions, uniformLatency } from "./options";
import { createSimulator } from "./simulator";

const start = (options: SimulatorOptions) => async () => {
  const simulator = createSimulator(options, seededClock(1));
  const running = await startProvider(simulator, { name: "provider-sim", version, listen: "127.0.0.1:0", log: "silent" });
  return { address: running.address, stop: () => running.close() };
};
const settings = { gpu: "H100", instanceType: "l4-1", template: "templates/debian-12" };

testProvider({ name: "the simulator without latency", start: start({ latencyMs: 0, guestShutdownMs: 0 }), settings });
testProvider({
  name: "the simulator with latency",
  start: start({ latencyMs: latencySchema.parse({ ...uniformLatency(60), create: 120 }), guestShutdownMs: 200 }),
  settings,
});
