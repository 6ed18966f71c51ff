import { createHash } from "node:crypto";
import type { Applied, VirtualMachine, VMClass, VMClassSpec } from "@remuda/resources";

const digest = (value: unknown): string => createHash("sha256").update(JSON.stringify(value)).digest("base64url").slice(0, 12);

/** What machines have of a class; another text where a machine would be another. How it is rolled out is none of that. */
export function classRevision(spec: VMClassSpec): string {
  const known = revisions.get(spec);
  if (known !== undefined) return known;
  const { rollout: _, ...hardware } = spec;
  const revision = digest(sorted(hardware));
  revisions.set(spec, revision);
  return revision;
}
const revisions = new WeakMap<VMClassSpec, string>();

/** What the machine has when it was brought to its spec, its labels and its class as they are now. */
export const appliedOf = (vm: VirtualMachine, vmClass: VMClass | undefined): Applied => ({
  ...(hasLabels(vm) && { labels: labelsDigest(vm) }),
  ...(vmClass && { class: { name: vmClass.metadata.name, revision: classRevision(vmClass.spec) } }),
});

/** The platform was not told its labels yet. */
export const labelsChanged = (vm: VirtualMachine, applied: Applied | undefined): boolean =>
  applied !== undefined && applied.labels !== (hasLabels(vm) ? labelsDigest(vm) : undefined);

const hasLabels = ({ metadata: { labels } }: VirtualMachine) => labels !== undefined && Object.keys(labels).length > 0;
const labelsDigest = ({ metadata: { labels } }: VirtualMachine) => digest(sorted(labels));

/** With all keys in order, so that the same text comes of the same values. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
