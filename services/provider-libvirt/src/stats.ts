import type { DomainStatsRecord } from "@remuda/libvirt-client";
import { domainState } from "./flags";

export interface BlockStats {
  path: string;
  capacityBytes: number;
  usedBytes: number;
}

/** What one record of a stats call tells; what the driver doesn't tell is undefined. */
export interface Stats {
  state: number;
  reason: number;
  cpus: number | undefined;
  maxCpus: number | undefined;
  maxMemoryMib: number | undefined;
  /** By the guest's name of the device, such as "vda". */
  blocks: ReadonlyMap<string, BlockStats>;
}

export function readStats({ params }: DomainStatsRecord): Stats {
  const values = new Map(params.map(({ field, value }) => [field, value.value]));
  const number = (field: string): number | undefined => {
    const value = values.get(field);
    return value === undefined ? undefined : Number(value);
  };
  const text = (field: string): string => String(values.get(field) ?? "");
  const maxMemoryKib = number("balloon.maximum");
  const blocks = new Map<string, BlockStats>();
  for (let i = 0; i < (number("block.count") ?? 0); i++) {
    const capacityBytes = number(`block.${i}.capacity`);
    // A link of a backing chain bears its target's name too, and comes after it.
    if (capacityBytes === undefined || blocks.has(text(`block.${i}.name`))) continue;
    blocks.set(text(`block.${i}.name`), {
      path: text(`block.${i}.path`),
      capacityBytes,
      usedBytes: number(`block.${i}.physical`) ?? number(`block.${i}.allocation`) ?? 0,
    });
  }
  return {
    state: number("state.state") ?? 0,
    reason: number("state.reason") ?? 0,
    cpus: number("vcpu.current"),
    maxCpus: number("vcpu.maximum"),
    maxMemoryMib: maxMemoryKib === undefined ? undefined : Math.round(maxMemoryKib / 1024),
    blocks,
  };
}

export const isActive = ({ state }: Stats): boolean => state !== domainState.shutOff && state !== domainState.crashed && state !== 0;
