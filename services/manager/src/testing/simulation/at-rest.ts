import { isDeepStrictEqual } from "node:util";
import { MachineState, PowerState } from "@remuda/contract";
import type { ProviderResource, VirtualMachine, VMClass } from "@remuda/resources";
import type { Site } from "./site";
import type { World } from "./world";

type Machine = ReturnType<Site["platform"]["state"]>["machines"][number];

const powerStates = { [PowerState.ON]: "On", [PowerState.OFF]: "Off", [PowerState.SUSPENDED]: "Suspended" } as Record<number, string>;
const phases: Record<string, string> = { On: "Running", Off: "Stopped", Suspended: "Suspended" };

/** What is not yet, or not any more, as it must be when nothing has gone wrong for a while. */
export async function differences(world: World): Promise<string[]> {
  const { disk, sites, manager } = world;
  if (!manager?.ready) return ["the manager is not ready"];
  const found: string[] = [];
  const owner = await manager.store.ownerId();
  const declared = disk.machines();
  for (const site of sites) {
    const there = site.platform.state();
    const ours = there.machines.filter((machine) => machine.owner === owner);
    for (const machine of ours) {
      const isDeclared = disk.machineOf(machine.uid) !== undefined;
      if (!isDeclared && !world.letGo.has(machine.uid)) found.push(`${machine.id} on ${site.name} is an orphan`);
    }
    if (there.runningTasks.length > 0) found.push(`${site.name} still works on ${there.runningTasks.length} tasks`);
    // The kind says the shape.
    const provider = disk.get("Provider", site.name) as ProviderResource | undefined;
    if (provider?.status?.phase !== "Connected") found.push(`Provider ${site.name} is ${provider?.status?.phase}`);
    if (provider?.status?.machines !== ours.length)
      found.push(`Provider ${site.name} tells of ${provider?.status?.machines} machines, not ${ours.length}`);
  }
  for (const vm of declared) found.push(...machineDifferences(vm, world).map((what) => `${vm.metadata.name}: ${what}`));
  const queued = await manager.queued();
  if (queued > 0) found.push(`${queued} keys wait for a worker`);
  return found;
}

function machineDifferences(vm: VirtualMachine, world: World): string[] {
  const { metadata, spec, status } = vm;
  if (metadata.deletionTimestamp) return ["is still being deleted"];
  const machines = world.sites.flatMap((site) =>
    site.platform
      .state()
      .machines.filter(({ uid }) => uid === metadata.uid)
      .map((machine) => ({ site: site.name, machine })),
  );
  const condition = (type: string) => status?.conditions?.find((c) => c.type === type);
  const ready = condition("Ready");
  if (ready?.reason === "Vanished" && spec.recreatePolicy === "Never") {
    if (machines.length > 0) return ["is said to have vanished, and is there"];
    return status?.phase === "Failed" && status.powerState === undefined && world.vanished.has(metadata.uid)
      ? []
      : [`vanished, and its status says ${JSON.stringify(status)}`];
  }
  const [only, another] = machines;
  if (!only || another) return [`has ${machines.length} machines; Ready says ${ready?.reason}: ${ready?.message}`];
  const { machine, site } = only;
  const found: string[] = [];
  const expect = (what: string, is: unknown, shall: unknown) => {
    if (!isDeepStrictEqual(is, shall)) found.push(`${what} is ${JSON.stringify(is)}, not ${JSON.stringify(shall)}`);
  };
  const power = powerStates[machine.power] ?? "?";
  expect("the provider", site, spec.provider);
  expect("the machine's state", machine.state, MachineState.READY);
  expect("the machine's power", power, spec.powerState);
  const waits = condition("RestartRequired")?.status === "True";
  if (!world.drifted.has(metadata.uid) && !(waits && power === "On"))
    expect("the machine's hardware", hardwareOf(machine), declaredHardware(vm, world));
  const disks = machine.shape.disks.filter((disk) => !disk.boot).map(({ name, sizeGib }) => ({ name, sizeGiB: sizeGib }));
  expect(
    "the machine's disks",
    disks,
    (spec.disks ?? []).map(({ name, sizeGiB }) => ({ name, sizeGiB })),
  );
  if (spec.interfaces)
    expect(
      "the machine's interfaces",
      machine.shape.nics.map(({ name }) => name),
      spec.interfaces.map(({ name }) => name),
    );

  expect("status.phase", status?.phase, phases[power]);
  expect("status.powerState", status?.powerState, power);
  expect("status.id", status?.id, machine.id);
  expect("status.hardware", status?.hardware, hardwareOf(machine));
  expect(
    "status.disks",
    status?.disks?.map(({ id, name }) => [id, name]),
    machine.shape.disks.map(({ id, name }) => [id, name]),
  );
  expect("status.addresses", status?.addresses ?? [], power === "On" ? machine.shape.nics.flatMap(({ lease }) => lease ?? []) : []);
  expect("status.task", status?.task, undefined);
  expect("status.failures", status?.failures, undefined);
  expect("status.observedGeneration", status?.observedGeneration, metadata.generation);
  expect("Ready", [ready?.status, ready?.reason], ["True", "AsDeclared"]);
  expect("Observed", condition("Observed")?.reason, "Observed");
  return found;
}

const hardwareOf = ({ shape: { hardware } }: Machine) => ({ cpus: hardware.cpus, memoryMiB: hardware.memoryMib });

function declaredHardware({ spec }: VirtualMachine, { disk }: World) {
  // The kind says the shape.
  const hardware = spec.hardware ?? (disk.get("VMClass", spec.class ?? "") as VMClass | undefined)?.spec;
  return hardware && { cpus: hardware.cpus, memoryMiB: hardware.memoryMiB };
}

/** What is left on the platforms when every machine has been deleted. */
export function leftovers({ disk, sites, letGo }: World): string[] {
  const found = disk.machines().map(({ metadata, status }) => `${metadata.name} is still declared: ${JSON.stringify(status?.conditions)}`);
  for (const { name, platform } of sites) {
    const { machines, hosts, networks, runningTasks } = platform.state();
    for (const { id, uid } of machines) found.push(`${id} with uid ${uid} is left on ${name}${letGo.has(uid) ? ", let go of" : ""}`);
    if (runningTasks.length > 0) found.push(`${name} still works on ${runningTasks.length} tasks`);
    if (machines.length > 0) continue;
    const cpus = hosts.reduce((sum, { used }) => sum + used.cpus, 0);
    const leased = networks.reduce((sum, network) => sum + network.leased, 0);
    if (cpus > 0 || leased > 0) found.push(`${cpus} processors and ${leased} addresses are taken on ${name} by no machine`);
  }
  return found;
}
