import { testProvider } from "@remuda/provider-conformance/vitest";
import { startProvider, systemClock } from "@remuda/provider-kit";
import { createVsphereClient, find, taskResult } from "@remuda/vsphere-client";
import { hasVcsim, startVcsim, type Vcsim } from "@remuda/vsphere-client/testing";
import { describe } from "vitest";
import { version } from "./capabilities";
import { createVsphereProvider } from "./provider";

async function makeTemplate(vcsim: Vcsim, name: string): Promise<void> {
  const signal = AbortSignal.timeout(30_000);
  const client = createVsphereClient(vcsim);
  const machine = await find(client, name, { type: "VirtualMachine" }, signal);
  await taskResult(client, await client.call(machine, "PowerOffVM_Task", {}, signal), signal);
  await client.call(machine, "MarkAsTemplate", {}, signal);
  await client.close(signal);
}

describe.runIf(hasVcsim)("provider-vsphere on vcsim", () => {
  testProvider({
    name: "one vCenter",
    async start() {
      const vcsim = await startVcsim();
      await makeTemplate(vcsim, "DC0_C0_RP0_VM1");
      const defaults = { datacenter: "DC0", cluster: "DC0_C0", resourcePool: "", folder: "", datastore: "", network: "" };
      const run = (listen: string) => {
        const client = createVsphereClient(vcsim);
        const provider = createVsphereProvider({ client, defaults, clock: systemClock, watchBroken: () => undefined });
        return startProvider(provider, {
          name: "provider-vsphere",
          version,
          listen,
          log: "silent",
          limits: { qps: 10_000, burst: 10_000 },
          watchHeartbeatMs: 500,
        });
      };
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
          await vcsim.stop();
        },
      };
    },
    // vcsim's guests have an address only once it is set from outside: vcsim.test.ts does that.
    settings: { skip: ["addresses"], taskTimeoutMs: 30_000, heartbeatTimeoutMs: 2_000, template: "DC0_C0_RP0_VM0", network: "DC0_DVPG0" },
  });
});
