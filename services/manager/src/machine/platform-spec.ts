import { Firmware, MarketType, VirtualMachineSpec as PlatformSpec, PowerState } from "@remuda/contract";
import type { VirtualMachine, VirtualMachineSpec, VMClassSpec, VMNetworkSpec } from "@remuda/resources";

/** What a machine's references came to. */
export interface Parts {
  class?: VMClassSpec;
  /** The image's id on the platform. */
  imageId?: string;
  /** By the VMNetwork's name. */
  networks: ReadonlyMap<string, VMNetworkSpec>;
  /** The network of a machine without interfaces. */
  defaultNetwork?: string;
  /** From a secret. */
  userData?: string;
}

const firmware = { BIOS: Firmware.BIOS, UEFI: Firmware.UEFI } as const;

/** The machine as its provider is asked for it. */
export function platformSpec(vm: VirtualMachine, provider: string, parts: Parts): PlatformSpec {
  const { spec, metadata } = vm;
  const hardware = spec.hardware ?? parts.class;
  return PlatformSpec.fromPartial({
    name: metadata.name,
    ...(hardware && { hardware: hardwareOf(hardware) }),
    source: sourceOf(spec, parts.imageId),
    disks: disksOf(spec, spec.hardware ? undefined : parts.class),
    interfaces: interfacesOf(spec, provider, parts),
    cloudInit: spec.cloudInit && {
      userData: parts.userData ?? spec.cloudInit.userData,
      networkConfig: spec.cloudInit.networkConfig,
      sshAuthorizedKeys: spec.cloudInit.sshAuthorizedKeys ?? [],
      hostname: spec.cloudInit.hostname,
    },
    placement: spec.placement,
    labels: metadata.labels ?? {},
    market: spec.market && {
      type: spec.market.type === "Spot" ? MarketType.SPOT : MarketType.ON_DEMAND,
      maxPricePerHour: spec.market.maxPricePerHour,
    },
    // A machine can't be made suspended: it is started, then suspended.
    powerState: spec.powerState === "Off" ? PowerState.OFF : PowerState.ON,
    options: spec.options,
  });
}

const hardwareOf = (h: NonNullable<VirtualMachineSpec["hardware"]>) => ({
  cpus: h.cpus,
  coresPerSocket: h.coresPerSocket,
  memoryMib: h.memoryMiB,
  firmware: h.firmware ? firmware[h.firmware] : Firmware.UNSPECIFIED,
  secureBoot: h.secureBoot,
  tpm: h.tpm,
  nestedVirtualization: h.nestedVirtualization,
  hotAdd: h.hotAdd && { maxCpus: h.hotAdd.maxCpus, maxMemoryMib: h.hotAdd.maxMemoryMiB },
  gpus: h.gpus?.map((g) => ({ name: g.name, count: g.count, memoryMib: g.memoryMiB, device: g.device })) ?? [],
});

type Source = NonNullable<Parameters<typeof PlatformSpec.fromPartial>[0]["source"]>;

function sourceOf({ source }: VirtualMachineSpec, imageId: string | undefined): Source | undefined {
  if (imageId !== undefined) return { $case: "image", value: imageId };
  if (source?.template !== undefined) return { $case: "template", value: source.template };
  if (source?.disk !== undefined) return { $case: "disk", value: source.disk };
  if (source?.offer !== undefined) return { $case: "offer", value: { id: source.offer, image: source.platformImage } };
  if (source?.instanceType !== undefined)
    return { $case: "instanceType", value: { name: source.instanceType, image: source.platformImage } };
  if (source?.empty) return { $case: "empty", value: {} };
  return undefined;
}

function disksOf({ disks = [] }: VirtualMachineSpec, vmClass: VMClassSpec | undefined) {
  const own = disks.map((d) => ({ name: d.name, sizeGib: d.sizeGiB, boot: d.boot, storage: d.storage, bus: d.bus, retain: d.retain }));
  const boot = vmClass?.bootDisk;
  if (boot?.sizeGiB === undefined || disks.some((d) => d.boot)) return own;
  const name = disks.some((d) => d.name === "boot") ? "remuda-boot" : "boot";
  return [{ name, sizeGib: boot.sizeGiB, boot: true, storage: boot.storage, bus: boot.bus, retain: false }, ...own];
}

function interfacesOf({ interfaces }: VirtualMachineSpec, provider: string, { networks, defaultNetwork }: Parts) {
  const wanted = interfaces ?? (defaultNetwork === undefined ? [] : [{ name: "eth0", network: defaultNetwork }]);
  return wanted.map((nic: NonNullable<VirtualMachineSpec["interfaces"]>[number]) => {
    const network = networks.get(nic.network);
    const here = network && networkOn(network, provider);
    return {
      name: nic.name,
      network: here?.network,
      vlan: here?.vlan,
      macAddress: nic.macAddress,
      model: nic.model,
      addresses: nic.addresses ?? [],
      // Only static addresses have use for them.
      gateway: nic.gateway ?? (nic.addresses ? network?.gateway : undefined),
      nameservers: nic.nameservers ?? (nic.addresses ? network?.nameservers : undefined) ?? [],
    };
  });
}

/** What the network is on the provider; without a name it is nothing there. */
export function networkOn(network: VMNetworkSpec, provider: string): { network: string; vlan?: number } | undefined {
  const named = network.providers?.find((p) => p.provider === provider);
  if (named) return named;
  return network.network === undefined ? undefined : { network: network.network, vlan: network.vlan };
}
