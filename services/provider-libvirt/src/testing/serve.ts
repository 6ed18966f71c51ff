import type { StartedProvider } from "@remuda/provider-conformance/vitest";
import { type Provider, startProvider } from "@remuda/provider-kit";
import { version } from "../capabilities";

/** Serves a provider that can be restarted; `stop` ends what it stands on. */
export async function serve(open: () => Promise<Provider>, stop: () => Promise<void>): Promise<StartedProvider> {
  const run = async (listen: string) =>
    startProvider(await open(), {
      name: "provider-libvirt",
      version,
      listen,
      log: "silent",
      limits: { qps: 10_000, burst: 10_000 },
      watchPollIntervalMs: 200,
      watchHeartbeatMs: 500,
    });
  let running = await run("127.0.0.1:0");
  const { address } = running;
  return {
    address,
    async restart() {
      await running.close();
      running = await run(address);
    },
    async stop() {
      await running.close();
      await stop();
    },
  };
}
