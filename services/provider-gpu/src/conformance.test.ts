import { createLambda } from "@remuda/gpu-clouds";
import { fastClock, serveLambda } from "@remuda/gpu-clouds/doubles";
import { testProvider } from "@remuda/provider-conformance/vitest";
import { startProvider } from "@remuda/provider-kit";
import { version } from "./capabilities";
import { createGpuProvider } from "./gpu-provider";

const clock = fastClock(2_000);

testProvider({
  name: "Lambda's double",
  async start() {
    const double = await serveLambda({ clock });
    const make = () => createGpuProvider(createLambda({ key: double.key, baseUrl: double.url, clock }), { clock, pollMs: 5 });
    const options = { name: "provider-gpu", version, log: "silent", watchPollIntervalMs: 50 } as const;
    let running = await startProvider(make(), { ...options, listen: "127.0.0.1:0" });
    return {
      address: running.address,
      async restart() {
        await running.close();
        running = await startProvider(make(), { ...options, listen: running.address });
      },
      async stop() {
        await running.close();
        await double.close();
      },
    };
  },
  settings: { image: "default", instanceType: "gpu_1x_a10", gpu: "A10", cpus: 30, memoryMiB: 204_800 },
});
