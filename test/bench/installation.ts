import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "@bufbuild/protobuf";
import { type Client, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { credentials } from "@grpc/grpc-js";
import { createProviderClient, type ProviderClient } from "@remuda/contract";
import { ManagerService } from "@remuda/contract/manager";
import { surroundings } from "../src/installation";
import { freePort } from "../src/program";
import { type Measured, startMeasured } from "./processes";

export interface InstallationOptions {
  concurrency: number;
  managerNode: readonly string[];
  simNode: readonly string[];
}

/** A manager and a simulator with room for any number of machines, at work for nobody else. */
export interface MeasuredInstallation {
  manager: Measured;
  sim: Measured;
  api: Client<typeof ManagerService>;
  provider: ProviderClient;
  /** The guest of the platform's machine stops by itself. */
  stopGuest(id: string): Promise<void>;
  stop(): Promise<void>;
}

/** Room, addresses and calls for any number of machines. */
const simFlags = [
  ["--latency-ms", "0"],
  ["--hosts", "4"],
  ["--overcommit", "100000"],
  ["--networks", "default=10.0.0.0/8"],
  // The limits of the kit guard real platforms.
  ["--qps", "1000000"],
  ["--burst", "1000000"],
  ["--max-concurrent-calls", "10000"],
  // A line for each Create would be work of the platform.
  ["--log-level", "warn"],
].flat();

export async function startMeasuredInstallation(folder: string, options: InstallationOptions): Promise<MeasuredInstallation> {
  mkdirSync(folder, { recursive: true });
  const address = `unix:${join(folder, "sim.sock")}`;
  const [listen, managerHttp, simHttp, control] = await Promise.all([localAddress(), localAddress(), localAddress(), localAddress()]);
  const [sim, manager] = await Promise.all([
    startMeasured({
      bundle: "provider-sim",
      args: ["--listen", address, "--http-listen", simHttp, "--control-listen", control, ...simFlags],
      http: simHttp,
      nodeFlags: options.simNode,
      folder,
    }),
    startMeasured({
      bundle: "manager",
      args: ["--listen", listen, "--http-listen", managerHttp, "--data-dir", join(folder, "manager")],
      http: managerHttp,
      nodeFlags: options.managerNode,
      folder,
    }),
  ]);
  const api = createClient(ManagerService, createGrpcTransport({ baseUrl: `http://${listen}` }));
  const provider = createProviderClient({ address, credentials: credentials.createInsecure() });

  const resources = surroundings(address).map((resource) =>
    resource.kind === "Provider" ? withSpec(resource, { maxConcurrentCalls: options.concurrency }) : resource,
  );
  await api.apply({ resources });
  await connected(api);

  return {
    manager,
    sim,
    api,
    provider,
    async stopGuest(id) {
      const response = await fetch(`http://${control}/machines/${id}/stop`, { method: "POST" });
      if (!response.ok) throw new Error(`the simulator could not stop ${id}: ${await response.text()}`);
    },
    async stop() {
      provider.close();
      await manager.stop();
      await sim.stop();
    },
  };
}

const localAddress = async () => `127.0.0.1:${await freePort()}`;

const withSpec = (resource: JsonObject, spec: JsonObject): JsonObject => ({
  ...resource,
  spec: { ...(resource.spec as JsonObject), ...spec },
});

async function connected(api: Client<typeof ManagerService>): Promise<void> {
  for await (const { resource } of api.watch({ kind: "Provider", fieldSelector: "status.phase=Connected" }, { timeoutMs: 30_000 })) {
    if (resource) return;
  }
}
