import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ChannelCredentials } from "@grpc/grpc-js";
import { createProviderClient, MachineState, ProviderError, type VirtualMachine } from "@remuda/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seededRandom } from "./clock";
import type { SimulatorState } from "./simulator";
import { bundleMain, type SimulatorProcess, startProcess } from "./testing/process";
import { machineRequest } from "./testing/requests";

let program = "";
let stateDir = "";
beforeAll(async () => {
  program = await bundleMain();
  stateDir = await mkdtemp(join(tmpdir(), "provider-sim-state-"));
});
afterAll(() => {
  for (const folder of [dirname(program), stateDir]) rmSync(folder, { recursive: true, force: true });
});

const dial = ({ address }: SimulatorProcess) => createProviderClient({ address, credentials: ChannelCredentials.createInsecure() });
type Client = ReturnType<typeof dial>;

const stateOf = async ({ control }: SimulatorProcess) => (await (await fetch(`http://${control}/state`)).json()) as SimulatorState;

async function listAll(client: Client): Promise<VirtualMachine[]> {
  const found: VirtualMachine[] = [];
  let pageToken = "";
  do {
    const page = await client.listVirtualMachines({ owner: "owner-1", pageSize: 100, pageToken });
    found.push(...page.virtualMachines);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return found;
}

/** Fails only as a crash makes calls fail. */
const survive = async <T>(call: Promise<T>): Promise<T | undefined> => {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ProviderError && error.retryable) return undefined;
    throw error;
  }
};

describe("kill -9", () => {
  it("neither loses nor doubles a machine, whenever it strikes", { timeout: 120_000 }, async () => {
    const random = seededRandom(7);
    const requests = Array.from({ length: 80 }, (_, n) => machineRequest(`vm-${n}`));
    const promised = new Map<string, string>();
    for (let round = 0; round < 8; round++) {
      const simulator = await startProcess(program, ["--state-dir", stateDir, "--latency-ms", "40"]);
      const client = dial(simulator);
      // Ten new ones first, then those of the rounds before once more.
      const calls = requests
        .slice(0, 10 * (round + 1))
        .reverse()
        .map(async (request) => {
          const answer = await survive(client.create(request, { deadlineMs: 5_000 }));
          const id = answer?.virtualMachine?.id;
          if (id === undefined) return;
          // What was once answered holds for ever.
          expect(promised.get(request.uid) ?? id).toBe(id);
          promised.set(request.uid, id);
        });
      const strike = Math.floor(random() * 10);
      await Promise.race([Promise.all(calls.slice(0, strike + 1)), new Promise((resolve) => setTimeout(resolve, 5_000))]);
      await simulator.kill();
      await Promise.all(calls);
      client.close();
    }

    const simulator = await startProcess(program, ["--state-dir", stateDir, "--latency-ms", "40"]);
    const client = dial(simulator);
    for (const request of requests) {
      const { virtualMachine, task } = await client.create(request);
      if (task) await client.isTaskComplete({ taskRef: task.ref, wait: { seconds: 5, nanos: 0 } });
      expect(promised.get(request.uid) ?? virtualMachine?.id).toBe(virtualMachine?.id);
    }
    const machines = await listAll(client);
    expect(machines.map(({ name }) => name).sort()).toEqual(requests.map(({ spec }) => spec?.name).sort());
    expect(new Set(machines.map(({ uid }) => uid))).toEqual(new Set(requests.map(({ uid }) => uid)));
    expect(machines.every(({ state }) => state === MachineState.READY)).toBe(true);
    const { hosts, networks } = await stateOf(simulator);
    expect(hosts.reduce((sum, { used }) => sum + used.cpus, 0)).toBe(2 * requests.length);
    expect(networks[0]?.leased).toBe(requests.length);
    client.close();
    expect(await simulator.stop()).toBe(0);
  });

  it("leaves tasks that go on: what fell due meanwhile is done, the rest ends when it is due", { timeout: 60_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), "provider-sim-state-"));
    const args = ["--state-dir", folder, "--latency-ms", "create=1500,power=100"];
    const first = await startProcess(program, args);
    const before = dial(first);
    const created = await before.create(machineRequest("slow"));
    const ref = created.task?.ref ?? "";
    expect((await before.isTaskComplete({ taskRef: ref, wait: undefined })).done).toBe(false);
    before.close();
    await first.kill();

    const second = await startProcess(program, args);
    const client = dial(second);
    const ended = await client.isTaskComplete({ taskRef: ref, wait: { seconds: 10, nanos: 0 } });
    expect(ended).toMatchObject({ done: true, error: undefined, virtualMachineId: created.virtualMachine?.id });
    const { virtualMachine } = await client.describe({ id: created.virtualMachine?.id ?? "", uid: "" });
    expect(virtualMachine?.state).toBe(MachineState.READY);
    expect(await client.isTaskComplete({ taskRef: "task-of-nobody", wait: undefined })).toMatchObject({ done: true });
    client.close();
    await second.stop();
    rmSync(folder, { recursive: true, force: true });
  });
});
