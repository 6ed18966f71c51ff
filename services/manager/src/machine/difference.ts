import type { VirtualMachine as Machine, VirtualMachineSpec as PlatformSpec } from "@remuda/contract";

const gib = 1024 ** 3;

/** Whether a Reconfigure has something to do, as far as the platform shows what it has. */
export function differs(wanted: PlatformSpec, machine: Machine): boolean {
  return (
    hardwareDiffers(wanted, machine) || disksDiffer(wanted, machine) || interfacesDiffer(wanted, machine) || labelsDiffer(wanted, machine)
  );
}

function hardwareDiffers({ hardware: wanted }: PlatformSpec, { hardware }: Machine): boolean {
  if (!wanted) return false;
  if (!hardware) return true;
  const gpus = (list: typeof wanted.gpus) => list.map((g) => `${g.name}*${g.count}`).join();
  return (
    wanted.cpus !== hardware.cpus ||
    wanted.memoryMib !== hardware.memoryMib ||
    wanted.secureBoot !== hardware.secureBoot ||
    wanted.tpm !== hardware.tpm ||
    wanted.nestedVirtualization !== hardware.nestedVirtualization ||
    (wanted.firmware !== 0 && wanted.firmware !== hardware.firmware) ||
    gpus(wanted.gpus) !== gpus(hardware.gpus)
  );
}

function disksDiffer({ disks: wanted }: PlatformSpec, { disks }: Machine): boolean {
  const byName = new Map(disks.map((d) => [d.name, d]));
  if (wanted.some((d) => d.sizeGib * gib > (byName.get(d.name)?.capacityBytes ?? 0))) return true;
  const names = new Set(wanted.map((d) => d.name));
  // The boot disk need not be declared: its size is then the source's.
  return disks.some((d) => !d.boot && !names.has(d.name));
}

function interfacesDiffer({ interfaces: wanted }: PlatformSpec, { interfaces }: Machine): boolean {
  // A machine without declared interfaces may have the platform's default one.
  if (wanted.length === 0) return false;
  const names = new Set(interfaces.map((nic) => nic.name));
  return wanted.length !== interfaces.length || wanted.some((nic) => !names.has(nic.name));
}

const labelsDiffer = ({ labels: wanted }: PlatformSpec, { labels }: Machine): boolean =>
  Object.keys(wanted).length !== Object.keys(labels).length || Object.entries(wanted).some(([key, value]) => labels[key] !== value);
