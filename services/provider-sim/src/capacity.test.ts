import { Hardware, MarketType, PowerOperation, ProviderError } from "@remuda/contract";
import fc from "fast-check";
import { expect, it } from "vitest";
import { writeQcow2 } from "./qcow2";
import type { MachineRecord } from "./records";
import { createSimulator, type SimulatorState } from "./simulator";
import { manualClock } from "./testing/manual-clock";
import { machineRequest, machineSpec } from "./testing/requests";
import { usageOf } from "./usage";

const never = new AbortController().signal;
const hosts = [1, 2].map((n) => ({
  name: `host-${n}`,
  cpus: 10,
  memoryMib: 16_384,
  diskGib: 60,
  gpus: n === 2 ? [{ name: "H100", count: 2, memoryMib: 81_559 }] : [],
}));

const uid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const step = fc.record({
  machine: fc.integer({ min: 0, max: 7 }),
  other: fc.integer({ min: 0, max: 7 }),
  amount: fc.integer({ min: 1, max: 6 }),
  advanceMs: fc.constantFrom(0, 300, 5000, 5000),
  action: fc.constantFrom(
    "create",
    "create",
    "createGpu",
    "createInstance",
    "clone",
    "linkedClone",
    "delete",
    "reconfigure",
    "restart",
    "snapshot",
    "memorySnapshot",
    "revert",
    "deleteSnapshot",
    "off",
    "on",
    "cancel",
    "vanish",
    "import",
    "fromDisk",
    "again",
  ),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

it("counts exactly what the machines and disks take, whatever is done, fails or is cancelled, and nothing when all is deleted", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 80, size: "max" }), fc.integer(), async (steps, seed) => {
      const clock = manualClock(seed);
      const simulator = createSimulator(
        {
          hosts,
          networks: [{ name: "default", cidr: "10.0.0.0/27" }],
          faults: { failTasks: [{ rate: 0.15 }], forgetTasks: [{ rate: 0.1 }], lostReplies: [{ rpc: "create", rate: 0.1 }] },
        },
        clock,
      );
      for (const each of steps) {
        await perform(simulator, each).catch((error: unknown) => {
          if (!(error instanceof ProviderError) || error.reason === "INTERNAL") throw error;
        });
        clock.advance(each.advanceMs);
        expectExact(simulator.state());
      }
      simulator.faults.replace({ ...simulator.faults.current(), failTasks: [], lostReplies: [] });
      clock.advance(60_000);
      // Linked clones first: their origin can't go before them.
      for (let round = 0; round < 8; round++) {
        for (const { id, uid: owned } of simulator.state().machines) await simulator.delete({ id, uid: owned }, never).catch(() => {});
        clock.advance(60_000);
      }
      const state = simulator.state();
      expect(state.machines).toEqual([]);
      expectExact(state);
      expect(state.networks[0]?.leased).toBe(0);
      expect(state.rentals.every(({ used }) => used === 0)).toBe(true);
      for (const { used } of state.hosts) expect({ ...used, diskGib: 0 }).toMatchObject({ cpus: 0, memoryMib: 0, diskGib: 0 });
      await simulator.close();
    }),
    { numRuns: 150 },
  );
});

type Sim = ReturnType<typeof createSimulator>;

function perform(simulator: Sim, { action, machine, other, amount }: Step): Promise<unknown> {
  const key = { id: "", uid: uid(machine) };
  const found = simulator.state().machines.find((candidate) => candidate.uid === key.uid);
  const owned = { id: found?.id ?? "", uid: key.uid };
  const name = `vm-${machine}`;
  const make = (fields: Parameters<typeof machineRequest>[1]) => simulator.create(machineRequest(name, fields, key.uid), never);
  const hardware = Hardware.fromPartial({ cpus: amount, memoryMib: amount * 1024, hotAdd: { maxCpus: 6, maxMemoryMib: 6144 } });
  const origin = simulator.state().machines.find((candidate) => candidate.uid === uid(other));
  const snapshot = found?.snapshots[amount % Math.max(1, found.snapshots.length)]?.id ?? "";
  switch (action) {
    case "create":
      return make({ hardware, disks: [{ name: "data", sizeGib: 1 }] });
    case "again":
      return make({});
    case "createGpu":
      return make({ hardware: { ...hardware, gpus: [{ name: "H100", count: Math.min(3, amount), memoryMib: 0, device: "" }] } });
    case "createInstance":
      return make({ source: { $case: "instanceType", value: { name: "h100-8", image: "" } }, market: { type: MarketType.SPOT } });
    case "clone":
      return make({ hardware, source: { $case: "virtualMachine", value: { id: origin?.id ?? "none", snapshotId: "", linked: false } } });
    case "linkedClone":
      return make({ hardware, source: { $case: "virtualMachine", value: { id: origin?.id ?? "none", snapshotId: "", linked: true } } });
    case "delete":
      return simulator.delete(key, never);
    case "reconfigure":
    case "restart": {
      const disks = [
        { name: "data", sizeGib: amount },
        { name: `extra-${amount}`, sizeGib: 2 },
      ];
      const interfaces = [
        { name: "eth0", network: "default" },
        { name: `net${amount}`, network: "default" },
      ];
      const spec = machineSpec(name, { hardware, disks, interfaces });
      return simulator.reconfigure(owned, { spec, allowRestart: action === "restart" }, never);
    }
    case "snapshot":
    case "memorySnapshot":
      return simulator.snapshots.create(
        {
          virtualMachineId: owned.id,
          uid: owned.uid,
          name: `snap-${amount}`,
          description: "",
          memory: action === "memorySnapshot",
          quiesce: false,
        },
        never,
      );
    case "revert":
      return simulator.snapshots.revert(owned, snapshot, never);
    case "deleteSnapshot":
      return simulator.snapshots.delete(owned, snapshot, never);
    case "off":
      return simulator.power(owned, { operation: PowerOperation.OFF, gracefulTimeoutMs: 0 }, never);
    case "on":
      return simulator.power(owned, { operation: PowerOperation.ON, gracefulTimeoutMs: 0 }, never);
    case "cancel":
      return simulator.cancelTask(found?.task ?? "none", never);
    case "vanish":
      return Promise.resolve(found && simulator.incidents.vanish(found.id));
    case "import": {
      const header = {
        uid: uid(100 + machine),
        owner: "owner-1",
        name,
        format: "qcow2",
        totalBytes: tiny.length,
        checksum: "",
        storage: "",
      };
      return simulator.disks.import(header, whole(tiny), never);
    }
    case "fromDisk":
      return make({ hardware, source: { $case: "disk", value: simulator.state().freeDisks[0]?.disk.id ?? "none" } });
  }
}

const tiny = writeQcow2(1, new Uint8Array([1, 2, 3]));

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

function expectExact(state: SimulatorState): void {
  for (const host of state.hosts) {
    const here = state.machines.filter((machine) => machine.host === host.name).map(usageOf);
    const freeGib = state.freeDisks.filter((free) => free.host === host.name).reduce((sum, { disk }) => sum + disk.reservedGib, 0);
    const sum = (of: (usage: ReturnType<typeof usageOf>) => number) => here.reduce((total, usage) => total + of(usage), 0);
    const expected = { cpus: sum((u) => u.cpus), memoryMib: sum((u) => u.memoryMib), diskGib: sum((u) => u.diskGib) + freeGib };
    expect(host.used).toMatchObject(expected);
    expect(host.used.gpus.H100 ?? 0).toBe(sum((u) => u.gpus.H100 ?? 0));
    expect(host.used.cpus).toBeLessThanOrEqual(host.cpus);
    expect(host.used.memoryMib).toBeLessThanOrEqual(host.memoryMib);
    expect(host.used.diskGib).toBeLessThanOrEqual(host.diskGib);
    expect(host.used.gpus.H100 ?? 0).toBeLessThanOrEqual(host.gpus[0]?.count ?? 0);
  }
  const macs = state.machines.flatMap((machine) => machine.shape.nics.map((nic) => nic.macAddress));
  const leases = state.machines.flatMap(allLeases);
  expect(new Set(macs).size).toBe(macs.length);
  expect(new Set(leases).size).toBe(leases.length);
  expect(state.networks[0]?.leased).toBe(leases.length);
  for (const { name, used } of state.rentals) expect(used).toBe(state.machines.filter((machine) => machine.instanceType === name).length);
}

const allLeases = ({ shape, pending }: MachineRecord): string[] => [
  ...new Set([...shape.nics, ...(pending?.nics ?? [])].flatMap((nic) => (nic.lease === undefined ? [] : [nic.lease]))),
];
