import { Firmware, type Hardware } from "@remuda/contract";
import { type HostFacts, machineType } from "./host";
import { aliasOf } from "./known";
import { type Marks, marksXml } from "./marks";
import { buildXml, type Xml } from "./xml";

export interface DiskDevice {
  /** Undefined for what is none of the spec's disks. */
  name?: string;
  target: string;
  bus: string;
  path: string;
  format: "qcow2" | "raw";
  /** The storage is a block device, not a file. */
  block: boolean;
  boot: boolean;
  readonly: boolean;
}

export interface NicDevice {
  name: string;
  /** A libvirt network, or "bridge:NAME". */
  network: string;
  mac: string;
  model: string;
  vlan: number;
}

export interface Machine {
  name: string;
  marks: Marks;
  hardware: Hardware;
  disks: readonly DiskDevice[];
  nics: readonly NicDevice[];
}

/** Each device takes a port; some stay free for what is plugged in while the machine runs. */
const ports = { fixedDevices: 7, free: 8 };

/** The whole definition of a new machine. */
export function domainXml(machine: Machine, facts: HostFacts): string {
  const { name, marks, hardware, disks, nics } = machine;
  const { cpus, memoryMib, hotAdd } = hardware;
  const maxCpus = Math.max(cpus, hotAdd?.maxCpus ?? 0);
  const maxMemoryMib = Math.max(memoryMib, hotAdd?.maxMemoryMib ?? 0);
  const real = facts.driver === "QEMU";
  return buildXml({
    domain: {
      "@type": facts.virtType,
      name,
      uuid: marks.uid,
      metadata: marksXml(marks),
      memory: { "@unit": "MiB", "#": maxMemoryMib },
      currentMemory: { "@unit": "MiB", "#": memoryMib },
      vcpu: { "@current": cpus < maxCpus ? cpus : undefined, "#": maxCpus },
      os: osXml(hardware, facts),
      features: real ? { acpi: {}, smm: hardware.secureBoot ? { "@state": "on" } : undefined } : undefined,
      cpu: cpuXml(hardware, maxCpus, facts),
      on_poweroff: "destroy",
      on_reboot: "restart",
      on_crash: "destroy",
      devices: {
        controller: real ? controllers(facts, disks.length + nics.length) : undefined,
        disk: disks.map(diskXml),
        interface: nics.map(nicXml),
        ...(real ? fixedDevices(hardware) : {}),
      },
    },
  });
}

function osXml({ firmware, secureBoot }: Hardware, { arch }: HostFacts): Xml {
  const efi = firmware === Firmware.UEFI;
  return {
    "@firmware": efi ? "efi" : undefined,
    type: { "@arch": arch, "@machine": machineType(arch) ?? undefined, "#": "hvm" },
    firmware: efi
      ? {
          feature: [
            { "@enabled": secureBoot ? "yes" : "no", "@name": "secure-boot" },
            { "@enabled": secureBoot ? "yes" : "no", "@name": "enrolled-keys" },
          ],
        }
      : undefined,
  };
}

function cpuXml({ coresPerSocket }: Hardware, maxCpus: number, { virtType }: HostFacts): Xml | undefined {
  const topology =
    coresPerSocket > 0 ? { "@sockets": Math.ceil(maxCpus / coresPerSocket), "@cores": coresPerSocket, "@threads": 1 } : undefined;
  if (virtType === "kvm") return { "@mode": "host-model", topology };
  return topology && { topology };
}

function controllers({ arch }: HostFacts, devices: number): Xml[] {
  const scsi: Xml = { "@type": "scsi", "@model": "virtio-scsi" };
  if (machineType(arch) === null) return [scsi];
  const length = ports.fixedDevices + ports.free + devices;
  const rootPorts: Xml[] = Array.from({ length }, () => ({ "@type": "pci", "@model": "pcie-root-port" }));
  return [{ "@type": "pci", "@index": 0, "@model": "pcie-root" }, ...rootPorts, scsi];
}

function fixedDevices({ tpm }: Hardware): Xml {
  return {
    serial: { "@type": "pty" },
    console: { "@type": "pty" },
    channel: { "@type": "unix", target: { "@type": "virtio", "@name": "org.qemu.guest_agent.0" } },
    graphics: { "@type": "vnc", "@port": "-1", "@autoport": "yes", "@listen": "127.0.0.1" },
    video: { model: { "@type": "virtio" } },
    tpm: tpm ? { "@model": "tpm-crb", backend: { "@type": "emulator", "@version": "2.0" } } : undefined,
    rng: { "@model": "virtio", backend: { "@model": "random", "#": "/dev/urandom" } },
    memballoon: { "@model": "virtio", stats: { "@period": 10 } },
  };
}

export const diskXml = ({ name, target, bus, path, format, block, boot, readonly }: DiskDevice): Xml => ({
  "@type": block ? "block" : "file",
  "@device": "disk",
  driver: { "@name": "qemu", "@type": format, "@discard": readonly ? undefined : "unmap" },
  source: { [block ? "@dev" : "@file"]: path },
  target: { "@dev": target, "@bus": bus },
  readonly: readonly ? {} : undefined,
  boot: boot ? { "@order": 1 } : undefined,
  alias: name === undefined ? undefined : { "@name": aliasOf(name) },
});

export function nicXml({ name, network, mac, model, vlan }: NicDevice): Xml {
  const bridge = bridgeOf(network);
  return {
    "@type": bridge === undefined ? "network" : "bridge",
    mac: { "@address": mac },
    source: bridge === undefined ? { "@network": network } : { "@bridge": bridge },
    vlan: vlan > 0 ? { tag: { "@id": vlan } } : undefined,
    model: { "@type": model },
    alias: { "@name": aliasOf(name) },
  };
}

export const bridgeOf = (network: string): string | undefined =>
  network.startsWith("bridge:") ? network.slice("bridge:".length) : undefined;
