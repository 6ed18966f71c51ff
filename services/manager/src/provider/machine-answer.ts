import { ProviderError, plainText, type VirtualMachine } from "@remuda/contract";

// What no platform exceeds in earnest. A provider's text goes into status, the store and every list: it must not be able to fill them.
const maxText = 512;
const maxAddress = 64;
const maxItems = 64;

/** The machine that was asked about, or INTERNAL: an answer about another one must never be taken for it. */
export function expectMachine(
  method: string,
  machine: VirtualMachine | undefined,
  expected: { uid: string; owner: string },
): VirtualMachine {
  if (!machine || machine.id === "") throw new ProviderError("INTERNAL", `the provider answered ${method} without the machine's id`);
  if (machine.uid === expected.uid && machine.owner === expected.owner) return clipMachine(machine);
  const other = `uid "${clip(machine.uid)}" of owner "${clip(machine.owner)}"`;
  throw new ProviderError("INTERNAL", `the provider answered ${method} with another machine: ${other} instead of uid "${expected.uid}"`);
}

/** The machine without what is too long to be kept. */
export function clipMachine(machine: VirtualMachine): VirtualMachine {
  return {
    ...machine,
    name: clip(machine.name),
    instanceType: clip(machine.instanceType),
    placement: machine.placement && { ...machine.placement, host: clip(machine.placement.host) },
    problem: machine.problem && { ...machine.problem, message: clip(machine.problem.message) },
    disks: machine.disks.slice(0, maxItems).map((disk) => ({
      ...disk,
      id: clip(disk.id),
      name: clip(disk.name),
      storage: clip(disk.storage),
    })),
    interfaces: machine.interfaces.slice(0, maxItems).map((nic) => ({
      ...nic,
      name: clip(nic.name),
      network: clip(nic.network),
      macAddress: clip(nic.macAddress),
      addresses: nic.addresses.slice(0, maxItems).map((address) => clip(address, maxAddress)),
    })),
  };
}

const clip = (text: string, length = maxText) => plainText(text, length);
