import { MachineState, PowerState, VirtualMachine } from "@remuda/contract";
import { domainState } from "./flags";
import type { Seen } from "./inventory";
import { isActive } from "./stats";

const stateOf = { creating: MachineState.CREATING, made: MachineState.READY, deleting: MachineState.DELETING } as const;

export function powerOf({ stats, saved }: Pick<Seen, "stats" | "saved">): PowerState {
  switch (stats.state) {
    case domainState.running:
    case domainState.blocked:
    case domainState.shuttingDown:
      return PowerState.ON;
    case domainState.paused:
    case domainState.pmSuspended:
      return PowerState.SUSPENDED;
    case domainState.shutOff:
    case domainState.crashed:
      return saved ? PowerState.SUSPENDED : PowerState.OFF;
    default:
      return PowerState.UNSPECIFIED;
  }
}

/** What was seen of the guest from outside or by its agent. */
export interface GuestView {
  addresses: ReadonlyMap<string, readonly string[]>;
  hostname: string;
  operatingSystem: string;
}

export const noGuest: GuestView = { addresses: new Map(), hostname: "", operatingSystem: "" };

/** A machine as the contract shows it. `guest.addresses` are by MAC address. */
export function machineView(seen: Seen, guest: GuestView = noGuest): VirtualMachine {
  const { known, stats, host } = seen;
  const { marks } = known;
  const active = isActive(stats);
  return VirtualMachine.create({
    id: known.uuid,
    uid: marks?.uid,
    owner: marks?.owner,
    name: known.name,
    state: marks ? stateOf[marks.stage] : MachineState.READY,
    powerState: powerOf(seen),
    hardware: {
      cpus: (active ? stats.cpus : undefined) ?? known.cpus,
      coresPerSocket: known.coresPerSocket,
      memoryMib: active ? Math.min(known.memoryMib, stats.maxMemoryMib ?? known.memoryMib) : known.memoryMib,
      firmware: known.firmware,
      secureBoot: known.secureBoot,
      tpm: known.tpm,
      hotAdd: hotAddOf(seen),
    },
    disks: known.disks
      .filter(({ readonly }) => !readonly)
      .map(({ name, target, path, boot }) => {
        const block = stats.blocks.get(target);
        return {
          id: path,
          name,
          capacityBytes: block?.capacityBytes ?? 0,
          usedBytes: block?.usedBytes ?? 0,
          boot,
          storage: marks?.volumes.find((volume) => path.endsWith(`/${volume.name}`))?.pool ?? "",
        };
      }),
    interfaces: known.interfaces.map(({ name, network, mac }) => ({
      name,
      network,
      macAddress: mac,
      addresses: active ? [...(guest.addresses.get(mac) ?? [])] : [],
    })),
    placement: { host: host.name },
    labels: { ...marks?.labels },
    createTime: marks && marks.created !== "" ? new Date(marks.created) : undefined,
    guestAgent: { running: seen.agent, hostname: guest.hostname, operatingSystem: guest.operatingSystem },
  });
}

function hotAddOf({ known }: Seen): { maxCpus: number; maxMemoryMib: number } | undefined {
  const maxCpus = known.maxCpus > known.cpus ? known.maxCpus : 0;
  const maxMemoryMib = known.maxMemoryMib > known.memoryMib ? known.maxMemoryMib : 0;
  return maxCpus + maxMemoryMib > 0 ? { maxCpus, maxMemoryMib } : undefined;
}
