import { randomUUID } from "node:crypto";
import { credentials } from "@grpc/grpc-js";
import {
  type CreateRequest,
  createProviderClient,
  Hardware,
  PowerOperation,
  PowerState,
  type ProviderClient,
  ProviderError,
  VirtualMachine,
  VirtualMachineSpec,
} from "@remuda/contract";
import type { Capabilities, Provider } from "./provider";
import { type ProviderOptions, type RunningProvider, startProvider } from "./start-provider";

// For the kit's own tests: a provider that does as little as it can, in memory.

export const capabilities: Capabilities = {
  platform: "test",
  providerVersion: "",
  sources: ["image", "virtual_machine"],
  powerOperations: [PowerOperation.ON, PowerOperation.OFF],
  liveChanges: [],
  restartChanges: [],
  memorySnapshots: false,
  linkedClones: false,
  diskFormats: ["raw"],
  consoleTypes: [],
  hardwareFeatures: [],
  options: ["color"],
  addresses: false,
};

export const uid = () => randomUUID();

export const spec = (part: Partial<VirtualMachineSpec> = {}): VirtualMachineSpec =>
  VirtualMachineSpec.fromPartial({
    name: "web-1",
    hardware: Hardware.fromPartial({ cpus: 2, memoryMib: 1024 }),
    source: { $case: "image", value: "debian" },
    ...part,
  });

export const createRequest = (part: Partial<CreateRequest> = {}): CreateRequest => ({ uid: uid(), owner: "lab", spec: spec(), ...part });

export const machine = (part: Partial<VirtualMachine> = {}): VirtualMachine =>
  VirtualMachine.fromPartial({ id: "m-1", uid: uid(), owner: "lab", name: "web-1", powerState: PowerState.ON, ...part });

/** Machines in a map, which tests may look at and change. */
export function createTestProvider(part: Partial<Provider> = {}) {
  const machines = new Map<string, VirtualMachine>();
  const byUid = (wanted: string) => [...machines.values()].find((each) => each.uid === wanted);
  const provider: Provider = {
    capabilities,
    validate: () => Promise.resolve({ platform: "test", platformVersion: "1", account: "me", warnings: [], platformId: "test-1" }),
    create(request) {
      const made =
        byUid(request.uid) ?? machine({ id: `m-${machines.size + 1}`, uid: request.uid, owner: request.owner, name: request.spec?.name });
      machines.set(made.id, made);
      return Promise.resolve({ virtualMachine: made });
    },
    delete({ id }) {
      machines.delete(id);
      return Promise.resolve(undefined);
    },
    power: () => Promise.resolve(undefined),
    reconfigure: () => Promise.resolve({ restartRequired: [] }),
    describe({ id, uid: wanted }) {
      const found = id === "" ? byUid(wanted) : machines.get(id);
      return found ? Promise.resolve(found) : Promise.reject(new ProviderError("NOT_FOUND", `no machine ${id || wanted}`));
    },
    isTaskComplete: () => Promise.resolve({ done: true }),
    async *list() {
      yield* await Promise.resolve([...machines.values()]);
    },
    ...part,
  };
  return { provider, machines };
}

export interface Served {
  running: RunningProvider;
  client: ProviderClient;
  close(): Promise<void>;
}

/** Serves a provider on a free port, with a client that is connected to it. */
export async function serve(provider: Provider, options: Partial<ProviderOptions> = {}): Promise<Served> {
  const running = await startProvider(provider, {
    name: "test",
    version: "0",
    listen: "127.0.0.1:0",
    log: "silent",
    drainTimeoutMs: 5_000,
    ...options,
  });
  const client = createProviderClient({ address: running.address, credentials: credentials.createInsecure() });
  return {
    running,
    client,
    async close() {
      client.close();
      await running.close();
    },
  };
}
