import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testProvider } from "@remuda/provider-conformance/vitest";
import { startProvider } from "@remuda/provider-kit";
import { createMemoryProvider } from "./provider";

testProvider({
  name: "provider-memory",
  async start() {
    const folder = await mkdtemp(join(tmpdir(), "provider-memory-"));
    const file = join(folder, "machines.json");
    const run = (listen: string) =>
      startProvider(createMemoryProvider(file), {
        name: "provider-memory",
        version: "0",
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
        await rm(folder, { recursive: true });
      },
    };
  },
  settings: { taskTimeoutMs: 10_000, heartbeatTimeoutMs: 2_000, network: "lan" },
});
