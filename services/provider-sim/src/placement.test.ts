import { Availability, type Gpu, ListOffersRequest, MarketType, Placement } from "@remuda/contract";
import { describe, expect, it } from "vitest";
import { machineRequest } from "./testing/requests";
import { never, simulate } from "./testing/simulate";

const h100 = (count: number): Gpu => ({ name: "H100", count, memoryMib: 0, device: "" });
const offers = async (simulator: ReturnType<typeof simulate>["simulator"], filter: Parameters<typeof ListOffersRequest.fromPartial>[0]) => {
  const found = [];
  for await (const offer of simulator.offers.list(ListOffersRequest.fromPartial(filter), never)) found.push(offer);
  return found;
};

describe("hosts", () => {
  it("refuse what none of them has room for, and say what is short where", async () => {
    const { simulator, make, finish } = simulate();
    const { key } = await make("gpu-1", { hardware: { cpus: 8, memoryMib: 1024, gpus: [h100(6)] } });
    const next = machineRequest("gpu-2", { hardware: { cpus: 8, memoryMib: 1024, gpus: [h100(4)] } });
    await expect(simulator.create(next, never)).rejects.toMatchObject({
      reason: "NO_CAPACITY",
      message: expect.stringMatching(/host-1 \(H100 GPUs: 4 wanted, 0 free\);.*host-4 \(H100 GPUs: 4 wanted, 2 free\)/),
    });
    await simulator.delete(key, never);
    finish();
    expect((await simulator.create(next, never)).virtualMachine.placement?.host).toBe("host-4");
  });

  it("refuse GPUs that have less memory than is wanted", async () => {
    const { simulator } = simulate();
    const request = machineRequest("gpu", { hardware: { cpus: 1, memoryMib: 1024, gpus: [{ ...h100(1), memoryMib: 100_000 }] } });
    await expect(simulator.create(request, never)).rejects.toMatchObject({
      reason: "NO_CAPACITY",
      message: expect.stringContaining("host-4 (its H100 has less than 100000 MiB)"),
    });
  });

  it("with GPUs stay free while machines without have room on others", async () => {
    const host = (name: string, gpus: { name: string; count: number; memoryMib: number }[]) => ({
      name,
      cpus: 100,
      memoryMib: 102_400,
      diskGib: 10_000,
      gpus,
    });
    const { make } = simulate({ hosts: [host("gpu-host", [{ name: "H100", count: 8, memoryMib: 81_559 }]), host("plain-host", [])] });
    const used: (string | undefined)[] = [];
    for (const name of ["a", "b", "c"]) used.push((await make(name)).machine.placement?.host);
    expect(used).toEqual(["plain-host", "plain-host", "plain-host"]);
  });

  it("take machines where placement says, and spread the others", async () => {
    const { make } = simulate();
    const fixed = await make("fixed", { placement: Placement.fromPartial({ host: "host-3" }) });
    expect(fixed.machine.placement?.host).toBe("host-3");
    const zoned = await make("zoned", { placement: Placement.fromPartial({ zone: "zone-b" }) });
    expect(zoned.machine.placement?.host).toBe("host-2");
    const free = await make("free");
    expect(free.machine.placement?.host).toBe("host-1");
  });

  it("keep machines of an anti-affinity group apart, and refuse one more than there are hosts", async () => {
    const { simulator, make } = simulate();
    const placement = Placement.fromPartial({ antiAffinityGroup: "db" });
    const used = new Set<string>();
    for (const name of ["a", "b", "c", "d"]) used.add((await make(name, { placement })).machine.placement?.host ?? "");
    expect(used.size).toBe(4);
    await expect(simulator.create(machineRequest("e", { placement }), never)).rejects.toMatchObject({
      reason: "NO_CAPACITY",
      message: expect.stringContaining('anti-affinity group "db"'),
    });
  });

  it("refuse a host that is not there by its field", async () => {
    const { simulator } = simulate();
    const request = machineRequest("lost", { placement: Placement.fromPartial({ host: "host-9" }) });
    await expect(simulator.create(request, never)).rejects.toMatchObject({
      reason: "INVALID_SPEC",
      violations: [{ field: "spec.placement.host", description: 'no such host here: "host-9"' }],
    });
  });
});

describe("networks", () => {
  it("lease each address once, take it back on deletion, and refuse when none is left", async () => {
    const { simulator, make, finish } = simulate({ networks: [{ name: "tiny", cidr: "10.1.2.0/29" }] });
    const machines = [];
    for (const name of ["a", "b", "c", "d", "e"]) machines.push(await make(name));
    expect(machines.map(({ machine }) => machine.interfaces[0]?.addresses[0])).toEqual([
      "10.1.2.2",
      "10.1.2.3",
      "10.1.2.4",
      "10.1.2.5",
      "10.1.2.6",
    ]);
    expect(new Set(machines.map(({ machine }) => machine.interfaces[0]?.macAddress)).size).toBe(5);
    await expect(simulator.create(machineRequest("f"), never)).rejects.toMatchObject({
      reason: "NO_CAPACITY",
      message: "network tiny has no free address: all 5 of 10.1.2.0/29 are leased",
    });
    const [, second] = machines;
    if (second) await simulator.delete(second.key, never);
    finish();
    expect((await make("g")).machine.interfaces[0]?.addresses).toEqual(["10.1.2.3"]);
  });

  it("report static addresses as they were asked for, and lease none of them to another", async () => {
    const { simulator, make } = simulate();
    const { machine } = await make("fixed", { interfaces: [{ name: "net0", network: "lab", addresses: ["10.78.0.2/24"] }] });
    expect(machine.interfaces).toMatchObject([{ name: "net0", network: "lab", addresses: ["10.78.0.2"] }]);
    const dynamic = await make("dynamic", { interfaces: [{ name: "net0", network: "lab" }] });
    expect(dynamic.machine.interfaces[0]?.addresses).toEqual(["10.78.0.3"]);
    const twin = machineRequest("twin", { interfaces: [{ name: "net0", network: "lab", addresses: ["10.78.0.2/24"] }] });
    await expect(simulator.create(twin, never)).rejects.toMatchObject({ reason: "CONFLICT" });
  });

  it("are named in the error when a machine asks for one that is not there", async () => {
    const { simulator } = simulate();
    const interfaces = [
      { name: "net0", network: "default" },
      { name: "net1", network: "nowhere" },
    ];
    await expect(simulator.create(machineRequest("lost", { interfaces }), never)).rejects.toMatchObject({
      reason: "INVALID_SPEC",
      violations: [{ field: "spec.interfaces[1].network", description: 'no such network: "nowhere"; there are default, lab' }],
    });
  });
});

describe("offers", () => {
  it("are found by what a machine needs", async () => {
    const { simulator } = simulate();
    const found = await offers(simulator, { gpuNames: ["H100"], minGpuCount: 8, marketType: MarketType.SPOT });
    expect(found).toMatchObject([
      { id: "us-east-b.h100-8.spot", instanceType: "h100-8", availability: Availability.SCARCE, pricePerHour: 10 },
    ]);
    expect(await offers(simulator, { regions: ["eu-"], maxPricePerHour: 0.3 })).toMatchObject([
      { instanceType: "t4-1", marketType: MarketType.SPOT },
      { instanceType: "l4-1", marketType: MarketType.SPOT },
      { instanceType: "rtx4090-1", marketType: MarketType.SPOT },
    ]);
  });

  it("are used up, and come back when the machine is deleted", async () => {
    const { simulator, make, finish } = simulate();
    const source = { $case: "offer" as const, value: { id: "us-east-b.h100-8.on-demand", image: "" } };
    const first = await make("one", { hardware: undefined, source });
    await make("two", { hardware: undefined, source });
    expect(first.machine).toMatchObject({
      instanceType: "h100-8",
      pricePerHour: 19.92,
      marketType: MarketType.ON_DEMAND,
      hardware: { cpus: 96, gpus: [{ name: "H100", count: 8 }] },
      placement: { region: "us-east", zone: "us-east-b", host: "" },
    });
    const third = machineRequest("three", { hardware: undefined, source });
    await expect(simulator.create(third, never)).rejects.toMatchObject({
      reason: "NO_CAPACITY",
      message: expect.stringContaining("sold out"),
    });
    expect(await offers(simulator, { gpuNames: ["H100"], minGpuCount: 8 })).toEqual([]);
    await simulator.delete(first.key, never);
    finish();
    expect((await simulator.create(third, never)).virtualMachine.name).toBe("three");
  });

  it("keep to the highest price that a machine may cost", async () => {
    const { simulator } = simulate();
    const source = { $case: "instanceType" as const, value: { name: "h100-1", image: "" } };
    const dear = machineRequest("dear", { hardware: undefined, source, market: { maxPricePerHour: 1.5 } });
    await expect(simulator.create(dear, never)).rejects.toMatchObject({ reason: "NO_CAPACITY", message: expect.stringContaining("2.49") });
    const spot = machineRequest("spot", { hardware: undefined, source, market: { type: MarketType.SPOT, maxPricePerHour: 1.5 } });
    expect((await simulator.create(spot, never)).virtualMachine.pricePerHour).toBe(1.25);
  });
});
