import { Hardware, MachineState, MarketType, PowerState, ProviderError } from "@remuda/contract";
import { dataDisk } from "./create";
import type { MachineRecord } from "./records";
import { usageOf } from "./usage";
import type { World } from "./world";

/** A machine as someone makes it on the platform itself: it bears no uid and no owner. */
export async function addForeignMachine(world: World, asked: { name: string; cpus?: number; memoryMib?: number }): Promise<string> {
  const { machines, hosts, networks, clock } = world;
  if (machines.byName(asked.name)) throw new ProviderError("ALREADY_EXISTS", `there is a machine ${asked.name} already`);
  const boot = { ...dataDisk(world, { name: "boot", sizeGib: 8, retain: false }), boot: true };
  const machine: MachineRecord = {
    id: world.nextId("vm"),
    uid: "",
    owner: "",
    name: asked.name,
    state: MachineState.READY,
    power: PowerState.ON,
    shape: {
      hardware: Hardware.fromPartial({ cpus: asked.cpus ?? 1, memoryMib: asked.memoryMib ?? 512 }),
      disks: [boot],
      nics: networks.plan([]),
    },
    host: "",
    instanceType: "",
    placement: undefined,
    labels: {},
    market: MarketType.UNSPECIFIED,
    pricePerHour: 0,
    createMs: clock.now(),
    hostname: asked.name,
    operatingSystem: "Linux",
    snapshots: [],
    currentSnapshot: "",
  };
  machines.put({ ...machine, host: hosts.place({ usage: usageOf(machine), gpus: [], placement: undefined }) });
  await world.journal.committed();
  return machine.id;
}
