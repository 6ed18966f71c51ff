import { type AttachedDisk, MachineState, PowerState, ProviderError, toStatus, type VirtualMachine } from "@remuda/contract";
import { withoutPrefix } from "./networks";
import type { DiskRecord, MachineRecord, Problem } from "./records";

const gib = 2 ** 30;

/** A machine as the contract shows it. Addresses are seen only while the guest runs. */
export function machineView(machine: MachineRecord): VirtualMachine {
  const running = machine.state === MachineState.READY && machine.power === PowerState.ON;
  const { hardware, disks, nics } = machine.shape;
  return {
    id: machine.id,
    uid: machine.uid,
    owner: machine.owner,
    name: machine.name,
    state: machine.state,
    problem: machine.problem && toStatus(problemError(machine.problem)),
    powerState: machine.power,
    hardware,
    disks: disks.map(diskView),
    interfaces: nics.map(({ name, network, macAddress, lease, addresses }) => ({
      name,
      network,
      macAddress,
      addresses: !running ? [] : lease !== undefined ? [lease] : addresses.map(withoutPrefix),
    })),
    placement: {
      region: "",
      zone: "",
      cluster: "",
      resourcePool: "",
      folder: "",
      antiAffinityGroup: "",
      ...machine.placement,
      host: machine.host,
    },
    labels: machine.labels,
    instanceType: machine.instanceType,
    marketType: machine.market,
    pricePerHour: machine.pricePerHour,
    createTime: new Date(machine.createMs),
    guestAgent: running ? { running: true, hostname: machine.hostname, operatingSystem: machine.operatingSystem } : undefined,
    task: machine.task === undefined ? undefined : { ref: machine.task, pollAfter: undefined },
    details: undefined,
  };
}

export const diskView = (disk: DiskRecord): AttachedDisk => ({
  id: disk.id,
  name: disk.name,
  capacityBytes: disk.sizeGib * gib,
  usedBytes: disk.reservedGib * gib,
  boot: disk.boot,
  storage: disk.storage,
});

export const problemError = ({ reason, message }: Problem): ProviderError => new ProviderError(reason, message);
