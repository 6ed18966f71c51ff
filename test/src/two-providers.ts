import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { credentials } from "@grpc/grpc-js";
import { createProviderClient, type VirtualMachine } from "@remuda/contract";
import { ManagerService } from "@remuda/contract/manager";
import { machine, nameOf, surroundings } from "./installation";
import { eventually, freePort, type Program, startProgram, temporaryFolder } from "./program";

export const providers = ["paused", "other"] as const;
export type ProviderName = (typeof providers)[number];

/** One call in twenty fails, and of a hundred answers one is lost. */
const faults = {
  errors: [{ rpc: "*", reason: "UNAVAILABLE", rate: 0.05 }],
  lostReplies: [{ rpc: "*", rate: 0.01 }],
};
const simFlags = ["--latency-ms", "create=100,delete=50,power=50", "--guest-shutdown-ms", "50", "--overcommit", "1000", "--seed", "7"];

/** A manager over two simulated platforms on which calls go wrong, as real processes. */
export async function startTwoProviders() {
  const folder = temporaryFolder();
  const faultsFile = join(folder.path, "faults.json");
  writeFileSync(faultsFile, JSON.stringify(faults));
  const managerAddress = `127.0.0.1:${await freePort()}`;
  const address = (name: ProviderName) => `unix:${join(folder.path, `${name}.sock`)}`;
  const sims = new Map<ProviderName, Program>();
  for (const name of providers)
    sims.set(name, startProgram("provider-sim", ["--listen", address(name), "--faults", faultsFile, ...simFlags]));
  const manager = startProgram("manager", ["--listen", managerAddress, "--data-dir", join(folder.path, "manager")]);
  await Promise.all([manager, ...sims.values()].map((program) => program.printed("listening")));
  const api = createClient(ManagerService, createGrpcTransport({ baseUrl: `http://${managerAddress}` }));

  const [, ...shared] = surroundings("");
  const declared = providers.map((name) => ({ ...surroundings(address(name))[0], metadata: { name } }) as JsonObject);
  await api.apply({ resources: [...declared, ...shared] });

  const signal = (name: ProviderName, sent: "SIGSTOP" | "SIGCONT") => process.kill(sims.get(name)?.pid ?? 0, sent);
  const machines = async (name: ProviderName): Promise<VirtualMachine[]> => {
    const client = createProviderClient({ address: address(name), credentials: credentials.createInsecure() });
    try {
      // Listing fails now and then too.
      const found: VirtualMachine[] = [];
      for (let pageToken = ""; ; ) {
        // Listing fails now and then too.
        const ask = () => client.listVirtualMachines({ owner: "", pageSize: 1000, pageToken });
        const page = await eventually(`the machines of ${name}`, ask);
        found.push(...page.virtualMachines);
        pageToken = page.nextPageToken;
        if (pageToken === "") return found;
      }
    } finally {
      client.close();
    }
  };
  return {
    api,
    machines,
    pause: (name: ProviderName) => signal(name, "SIGSTOP"),
    resume: (name: ProviderName) => signal(name, "SIGCONT"),
    /** Applies a machine; answers in how many milliseconds it was seen Running. */
    async launch(provider: ProviderName, name: string, timeoutMs = 120_000): Promise<number> {
      const start = performance.now();
      await api.apply({ resources: [machine(name, { provider })] });
      for await (const { resource } of api.watch({ kind: "VirtualMachine", name, fieldSelector: "status.phase=Running" }, { timeoutMs }))
        if (resource && nameOf(resource) === name) return performance.now() - start;
      throw new Error(`the watch of ${name} ended`);
    },
    async stop(): Promise<void> {
      // What is paused would not hear of anything else.
      await Promise.all([manager, ...sims.values()].map((program) => program.kill("SIGKILL")));
      folder.remove();
    },
  };
}
export type TwoProviders = Awaited<ReturnType<typeof startTwoProviders>>;

/** Launches so many machines, so many at a time; answers what each took. */
export async function launchMany(
  installation: TwoProviders,
  provider: ProviderName,
  names: readonly string[],
  atOnce: number,
): Promise<number[]> {
  const left = [...names];
  const took: number[] = [];
  const worker = async () => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) took.push(await installation.launch(provider, name));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return took;
}
