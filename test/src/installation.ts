import { join } from "node:path";
import type { JsonObject } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { credentials } from "@grpc/grpc-js";
import { createProviderClient, type VirtualMachine } from "@remuda/contract";
import { ManagerService } from "@remuda/contract/manager";
import { eventually, freePort, type Program, startProgram, temporaryFolder } from "./program";

export type Part = "manager" | "provider";

/** A manager and a simulator as real processes that can be killed and started again at the same addresses. */
export async function startInstallation({ simFlags = [], managerFlags = [] }: { simFlags?: string[]; managerFlags?: string[] } = {}) {
  const folder = temporaryFolder();
  const providerAddress = `unix:${join(folder.path, "sim.sock")}`;
  const managerAddress = `127.0.0.1:${await freePort()}`;
  const start = {
    provider: () => startProgram("provider-sim", ["--listen", providerAddress, "--state-dir", join(folder.path, "sim"), ...simFlags]),
    manager: () => startProgram("manager", ["--listen", managerAddress, "--data-dir", join(folder.path, "manager"), ...managerFlags]),
  };
  const running: Record<Part, Program> = { provider: start.provider(), manager: start.manager() };
  const ready = (part: Part) => running[part].printed("listening");
  await Promise.all([ready("provider"), ready("manager")]);

  const manager = createClient(ManagerService, createGrpcTransport({ baseUrl: `http://${managerAddress}` }));
  const provider = createProviderClient({ address: providerAddress, credentials: credentials.createInsecure() });

  return {
    manager,
    provider,
    managerAddress,
    providerAddress,
    output: (part: Part) => running[part].output(),
    pid: (part: Part) => running[part].pid,
    ready,
    /** kill -9, then start again at once, without waiting until it listens. */
    async crash(parts: readonly Part[]): Promise<void> {
      await Promise.all(parts.map((part) => running[part].kill("SIGKILL")));
      for (const part of parts) running[part] = start[part]();
    },
    async apply(...resources: JsonObject[]): Promise<void> {
      await manager.apply({ resources });
    },
    /** All resources of a kind, from all pages. */
    async list(kind: string): Promise<JsonObject[]> {
      const items: JsonObject[] = [];
      for (let pageToken = ""; ; ) {
        const page = await manager.list({ kind, pageToken, pageSize: 1000 });
        items.push(...page.resources);
        pageToken = page.nextPageToken;
        if (pageToken === "") return items;
      }
    },
    /** What the platform has, of every owner. */
    async machines(): Promise<VirtualMachine[]> {
      const items: VirtualMachine[] = [];
      for (let pageToken = ""; ; ) {
        const page = await provider.listVirtualMachines({ owner: "", pageSize: 1000, pageToken });
        items.push(...page.virtualMachines);
        pageToken = page.nextPageToken;
        if (pageToken === "") return items;
      }
    },
    async stop(): Promise<void> {
      provider.close();
      await Promise.all(Object.values(running).map((program) => program.kill("SIGKILL")));
      folder.remove();
    },
  };
}
export type Installation = Awaited<ReturnType<typeof startInstallation>>;

const resource = (kind: string, name: string, spec: JsonObject): JsonObject => ({
  apiVersion: "remuda.dev/v1alpha1",
  kind,
  metadata: { name },
  spec,
});

/** A provider, a class, an image and a network that machines can refer to. */
export const surroundings = (providerAddress: string): JsonObject[] => [
  resource("Provider", "sim", { address: providerAddress }),
  resource("VMClass", "small", { cpus: 1, memoryMiB: 512 }),
  resource("VMImage", "debian", { source: { existing: "debian-12" } }),
  resource("VMNetwork", "lan", { network: "default" }),
];

export const machine = (name: string, spec: JsonObject = {}): JsonObject =>
  resource("VirtualMachine", name, {
    provider: "sim",
    ...(spec.hardware === undefined && { class: "small" }),
    image: "debian",
    interfaces: [{ name: "eth0", network: "lan" }],
    ...spec,
  });

export const nameOf = (item: JsonObject): string => (item.metadata as { name: string }).name;
export const uidOf = (item: JsonObject): string => (item.metadata as { uid: string }).uid;
const phaseOf = (item: JsonObject): string | undefined => (item.status as { phase?: string } | undefined)?.phase;

/** Waits until all machines are Running; answers them. */
export const allRunning = (installation: Installation, count: number, timeoutMs = 60_000): Promise<JsonObject[]> =>
  eventually(
    `${count} machines Running`,
    async () => {
      const machines = await installation.list("VirtualMachine");
      const running = machines.filter((item) => phaseOf(item) === "Running");
      if (machines.length === count && running.length === count) return machines;
      throw new Error(
        `${running.length} of ${machines.length} are Running: ${JSON.stringify(machines.find((m) => phaseOf(m) !== "Running")?.status)}`,
      );
    },
    timeoutMs,
  );
