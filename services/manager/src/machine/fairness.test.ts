import { startProvider } from "@remuda/provider-kit";
import { createSimulator } from "@remuda/provider-sim";
import { expect, test } from "vitest";
import { apiVersion, basics, createWorld, isRunning, machine } from "../testing/world";

test("a provider that answers slowly, with more machines than there are workers, does not hold up another", async () => {
  const hosts = [{ name: "h", cpus: 1000, memoryMib: 1_000_000, diskGib: 10_000 }];
  const world = await createWorld({ sim: { hosts } });
  const slow = createSimulator({ latencyMs: 20, hosts, faults: { slow: [{ rpc: "create", rate: 1, minMs: 3_000, maxMs: 3_000 }] } });
  const served = await startProvider(slow, { name: "slow", version: "0", listen: "127.0.0.1:0", log: "silent", drainTimeoutMs: 50 });
  const provider = { apiVersion, kind: "Provider", metadata: { name: "slow" }, spec: { address: served.address, maxConcurrentCalls: 4 } };
  try {
    await world.apply(...basics(world.provider.address), provider);
    await world.until("Provider", "slow", (p) => (p.status as { phase?: string } | undefined)?.phase === "Connected");
    // Its image is there by then.
    await world.apply(machine("slow-first", { provider: "slow" }));
    await world.machine("slow-first", (vm) => vm.status?.launchedAt !== undefined);
    await world.apply(...Array.from({ length: 700 }, (_, i) => machine(`slow-${i}`, { provider: "slow" })));
    // Eight are asked for at the most, four of them waiting for a slot: the others have no intent yet.
    await world.machine("slow-0", (vm) => vm.status?.launchedAt !== undefined);
    await world.apply(machine("quick"));
    await world.machine("quick", isRunning, 2_500);
    const { items } = await world.store.list("VirtualMachine");
    const isAsked = (vm: (typeof items)[number]) => (vm.status as { launchedAt?: string } | undefined)?.launchedAt !== undefined;
    expect(items.filter(isAsked).length).toBeLessThan(100);
    // Nothing was written for those that stand in line.
    for (const vm of items.filter((item) => !isAsked(item))) expect(vm.status).toEqual({ phase: "Pending" });
  } finally {
    await world.close();
    await served.close();
  }
}, 30_000);
