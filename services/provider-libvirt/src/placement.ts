import { type Hardware, ProviderError, type VirtualMachineSpec } from "@remuda/contract";
import type { Inventory, Seen } from "./inventory";
import type { Platform } from "./settings";
import { isActive } from "./stats";

interface Candidate {
  inventory: Inventory;
  freeMib: number;
}

/** The hosts that fit, the one with the most free memory first. */
export async function candidates(
  { inventories, defaults }: Platform,
  { hardware, placement }: VirtualMachineSpec,
  signal: AbortSignal,
): Promise<Inventory[]> {
  const named = placement?.host ?? "";
  const hosts = inventories.filter(({ host: { name, facts } }) => named === "" || named === name || named === facts.uuid);
  if (hosts.length === 0) throw new ProviderError("NO_CAPACITY", `there is no host "${named}"`);
  const fits: Candidate[] = [];
  const reasons: string[] = [];
  for (const inventory of hosts) {
    const { name, facts } = inventory.host;
    const freeMib = facts.memoryMib * defaults.memoryOvercommit - givenMib(await inventory.all(signal));
    const why = unfit(hardware, facts.maxCpus, freeMib);
    if (why === undefined) fits.push({ inventory, freeMib });
    else reasons.push(`${name}: ${why}`);
  }
  if (fits.length === 0) throw new ProviderError("NO_CAPACITY", reasons.join("; "));
  return fits.sort((a, b) => b.freeMib - a.freeMib).map(({ inventory }) => inventory);
}

/** Memory that running machines, and those that are being made, may take. */
const givenMib = (machines: readonly Seen[]): number =>
  machines
    .filter(({ stats, known }) => isActive(stats) || known.marks?.stage === "creating")
    .reduce((sum, { known }) => sum + known.maxMemoryMib, 0);

function unfit(hardware: Hardware | undefined, maxCpus: number, freeMib: number): string | undefined {
  const { cpus = 0, memoryMib = 0, hotAdd } = hardware ?? {};
  const mostCpus = Math.max(cpus, hotAdd?.maxCpus ?? 0);
  const mostMib = Math.max(memoryMib, hotAdd?.maxMemoryMib ?? 0);
  if (mostCpus > maxCpus) return `a machine has at most ${maxCpus} processors there, not ${mostCpus}`;
  if (mostMib > freeMib) return `${Math.max(0, Math.floor(freeMib))} MiB of memory are free, not ${mostMib}`;
  return undefined;
}
