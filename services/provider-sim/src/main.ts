import { runProvider } from "@remuda/provider-kit";
import { version } from "./capabilities";
import { seededClock } from "./clock";
import { flags, readConfig } from "./config";
import { serveControl } from "./control";
import { createSimulator } from "./simulator";

void runProvider({
  name: "provider-sim",
  version,
  about: "a simulated hypervisor, for development, tests and benchmarks",
  flags,
  async create(values, log) {
    const { settings, seed, control } = readConfig(values);
    const simulator = createSimulator(settings, seededClock(seed));
    const endpoint = control && (await serveControl(simulator, control));
    log.info(
      { seed, stateDir: settings.stateDir, control: endpoint?.address, machines: simulator.state().machines.length },
      "simulator ready",
    );
    return {
      ...simulator,
      async close() {
        await endpoint?.close();
        await simulator.close();
      },
    };
  },
});
