import { MachineState, MarketType, PowerState, ProviderError, toStatus, VirtualMachine } from "@remuda/contract";
import type { Account, Instance, InstanceStatus, OfferGpu } from "@remuda/gpu-clouds";
import { translated } from "./errors";

const states = {
  pending: MachineState.CREATING,
  running: MachineState.READY,
  stopping: MachineState.READY,
  stopped: MachineState.READY,
  terminating: MachineState.DELETING,
  failed: MachineState.FAILED,
} as const satisfies Record<InstanceStatus, MachineState>;

const powers = {
  pending: PowerState.UNSPECIFIED,
  running: PowerState.ON,
  stopping: PowerState.ON,
  stopped: PowerState.OFF,
  terminating: PowerState.UNSPECIFIED,
  failed: PowerState.UNSPECIFIED,
} as const satisfies Record<InstanceStatus, PowerState>;

export const mib = (gib: number): number => Math.round(gib * 1024);

export const gpuView = ({ name, count, memoryGib }: OfferGpu) => ({ name, count, memoryMib: mib(memoryGib), device: "" });

export const whyFailed = ({ id, problem }: Instance): ProviderError => {
  const error = problem && translated(problem);
  return error instanceof ProviderError ? error : new ProviderError("INTERNAL", `the cloud gave up on ${id}`);
};

/** An instance as the contract shows machines. */
export function machineView(instance: Instance, account?: Account): VirtualMachine {
  const { id, mark, status, gpu, addresses, ssh } = instance;
  return VirtualMachine.create({
    id,
    uid: mark?.uid,
    owner: mark?.owner,
    name: mark?.name ?? instance.name,
    state: states[status],
    problem: status === "failed" ? toStatus(whyFailed(instance)) : undefined,
    powerState: powers[status],
    hardware: { cpus: instance.cpus, memoryMib: mib(instance.memoryGib), gpus: gpu ? [gpuView(gpu)] : [] },
    disks: instance.diskGib > 0 ? [{ name: "root", capacityBytes: Math.round(instance.diskGib * 2 ** 30), boot: true }] : [],
    interfaces: addresses.length > 0 ? [{ name: "net0", addresses }] : [],
    placement: { region: instance.region, zone: instance.zone },
    instanceType: instance.instanceType,
    marketType: instance.spot ? MarketType.SPOT : MarketType.ON_DEMAND,
    pricePerHour: instance.pricePerHour,
    createTime: instance.createdAt === undefined ? undefined : new Date(instance.createdAt),
    details: {
      ...(ssh ? { ssh_host: ssh.host, ssh_port: ssh.port } : {}),
      ...(account?.balance === undefined ? {} : { balance_usd: account.balance }),
    },
  });
}

/** It runs and can be reached. */
export const isUp = ({ status, addresses, ssh }: Instance): boolean => status === "running" && (addresses.length > 0 || ssh !== undefined);
