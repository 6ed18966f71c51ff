import type { Clock, Cloud } from "@remuda/gpu-clouds";
import type { Double } from "@remuda/gpu-clouds/doubles";
import type { StartedProvider } from "@remuda/provider-conformance/vitest";
import { startProvider } from "@remuda/provider-kit";
import { version } from "../capabilities";
import { createGpuProvider } from "../gpu-provider";

/** A provider over a double, which can be restarted while the double goes on. */
export async function startOnDouble(open: () => Cloud, double: Pick<Double, "close">, clock: Clock): Promise<StartedProvider> {
  const run = (listen: string) =>
    startProvider(createGpuProvider(open(), { clock, pollMs: 5 }), {
      name: "provider-gpu",
      version,
      listen,
      log: "silent",
      watchPollIntervalMs: 50,
    });
  let running = await run("127.0.0.1:0");
  return {
    address: running.address,
    async restart() {
      await running.close();
      running = await run(running.address);
    },
    async stop() {
      await running.close();
      await double.close();
    },
  };
}
