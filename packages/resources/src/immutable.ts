import { isDeepStrictEqual } from "node:util";
import type { Violation } from "./error";
import type { VirtualMachineSpec, VirtualMachineStatus } from "./virtual-machine";

const anew = "delete the machine and create it anew";
const fixed = {
  provider: `can't change once the machine exists; ${anew}`,
  image: `read only when the machine is made; ${anew}`,
  source: `read only when the machine is made; ${anew}`,
  cloudInit: `read only at first boot; ${anew}`,
  placement: `can't change once the machine exists; ${anew}`,
  market: `can't change once the machine exists; ${anew}`,
} as const satisfies { [K in keyof VirtualMachineSpec]?: string };

/**
 * The changes between a stored resource and its new spec that can't be made. A VirtualMachine whose creation has not begun (no
 * status.launchedAt) may still change in everything; the other kinds always may.
 */
export function immutableChanges(stored: { kind: string; spec: unknown; status?: unknown }, wanted: { spec: unknown }): Violation[] {
  if (stored.kind !== "VirtualMachine") return [];
  const { launchedAt } = (stored.status ?? {}) as Partial<VirtualMachineStatus>;
  if (launchedAt === undefined) return [];
  // Both have been through parseResource.
  const before = stored.spec as VirtualMachineSpec;
  const after = wanted.spec as VirtualMachineSpec;
  const fields = Object.keys(fixed) as (keyof typeof fixed)[];
  return [
    ...fields
      .filter((field) => !isDeepStrictEqual(before[field], after[field]))
      .map((field) => ({ path: `spec.${field}`, message: fixed[field] })),
    ...diskChanges(before.disks ?? [], after.disks ?? []),
  ];
}

type Disks = NonNullable<VirtualMachineSpec["disks"]>;

function diskChanges(before: Disks, after: Disks): Violation[] {
  const found: Violation[] = [];
  for (const [i, disk] of after.entries()) {
    const was = before.find((d) => d.name === disk.name);
    if (was && disk.sizeGiB < was.sizeGiB) {
      found.push({ path: `spec.disks[${i}].sizeGiB`, message: `a disk can't shrink: it has ${was.sizeGiB} GiB` });
    }
    if ((was?.boot ?? false) !== (disk.boot ?? false)) {
      found.push({ path: `spec.disks[${i}].boot`, message: `the boot disk is chosen when the machine is made; ${anew}` });
    }
  }
  const boot = before.find((d) => d.boot);
  if (boot && !after.some((d) => d.name === boot.name)) {
    found.push({ path: "spec.disks", message: `the boot disk ${boot.name} can't be removed; ${anew}` });
  }
  return found;
}
