import { ProviderError } from "@remuda/contract";
import type { Instance } from "@remuda/gpu-clouds";
import type { Reconfiguration, Reconfigured } from "@remuda/provider-kit";
import { mib } from "./machine-view";

/** An instance stays as it was bought. What it satisfies already is done; all else can't be. */
export function reconfigured({ spec }: Reconfiguration, instance: Instance): Reconfigured {
  const { hardware } = spec;
  const missing: string[] = [];
  if ((hardware?.cpus ?? 0) > instance.cpus) missing.push(`${hardware?.cpus} processors`);
  if ((hardware?.memoryMib ?? 0) > mib(instance.memoryGib)) missing.push(`${hardware?.memoryMib} MiB of memory`);
  for (const { name, count } of hardware?.gpus ?? []) {
    if (instance.gpu?.name !== name || instance.gpu.count < count) missing.push(`${count} × ${name}`);
  }
  const extra = spec.disks.filter(({ boot }) => !boot);
  if (extra.length > 0) missing.push(`the disks ${extra.map(({ name }) => name).join(", ")}`);
  if (missing.length > 0)
    throw new ProviderError("UNSUPPORTED", `a cloud instance is not changed; it can't be given ${missing.join(", ")}`);
  return { restartRequired: [] };
}
