import { invalidSpec, ProviderError, type VirtualMachineSpec } from "@remuda/contract";
import { find, type MoRef, unescapeName, VsphereError } from "@remuda/vsphere-client";
import type { Machine } from "./machine";
import type { Platform } from "./platform";
import { perform } from "./steps";

/** What a machine is cloned from. */
export interface Origin {
  machine: Machine;
  /** Clone this state rather than the current one. */
  snapshot: MoRef | undefined;
  linked: boolean;
}

/** The origin that a spec names; undefined for a machine with empty disks. NOT_FOUND where vCenter has none. */
export async function findOrigin(platform: Platform, spec: VirtualMachineSpec, signal: AbortSignal): Promise<Origin | undefined> {
  const { source } = spec;
  switch (source?.$case) {
    case "empty":
      return undefined;
    case "image":
    case "template":
      return { machine: await findTemplate(platform, source.value, signal), snapshot: undefined, linked: false };
    case "virtualMachine": {
      const { id, snapshotId, linked } = source.value;
      const machine = await platform.inventory.find(id, signal);
      if (!machine) throw new ProviderError("NOT_FOUND", `there is no machine ${id} to clone`);
      return { machine, snapshot: chooseSnapshot(machine, snapshotId), linked };
    }
    default:
      throw invalidSpec([
        { field: "spec.source", description: "this provider makes machines from an image, a template, a machine, or empty" },
      ]);
  }
}

/** By inventory path, reference, id or name. */
export async function findTemplate({ client, inventory }: Platform, text: string, signal: AbortSignal): Promise<Machine> {
  const field = "spec.template";
  if (text.includes("/")) {
    try {
      const found = await inventory.read(await find(client, text, { type: "VirtualMachine" }, signal), signal);
      if (found) return found;
    } catch (error) {
      if (!(error instanceof VsphereError && error.problem === "NOT_FOUND")) throw error;
    }
    throw new ProviderError("NOT_FOUND", `there is no template ${text}`);
  }
  const all = await inventory.list(signal);
  const found = all.filter(({ ref, id, properties }) =>
    [ref.value, `${ref.type}:${ref.value}`, id, unescapeName(properties.name ?? "")].includes(text),
  );
  // Of several with one name it is the template; a machine with that name is only its copy.
  const templates = found.filter(({ properties }) => properties["config.template"]);
  const [only, ...more] = templates.length > 0 ? templates : found;
  if (!only) throw new ProviderError("NOT_FOUND", `there is no template ${text}`);
  if (more.length > 0) throw invalidSpec([{ field, description: `${more.length + 1} have the name "${text}": give the path` }]);
  return only;
}

function chooseSnapshot({ properties }: Machine, wanted: string): MoRef | undefined {
  if (wanted === "") return undefined;
  const pending = [...(properties.snapshot?.rootSnapshotList ?? [])];
  for (let tree = pending.pop(); tree; tree = pending.pop()) {
    if (tree.snapshot.value === wanted) return tree.snapshot;
    pending.push(...(tree.childSnapshotList ?? []));
  }
  throw new ProviderError("NOT_FOUND", `there is no snapshot ${wanted}`);
}

/** The state that linked clones share: the given one, the current one, or one that is made for them. */
export async function sharedSnapshot(platform: Platform, { machine, snapshot }: Origin, signal: AbortSignal): Promise<MoRef> {
  const there = snapshot ?? machine.properties.snapshot?.currentSnapshot;
  if (there) return there;
  const params = { name: "remuda-linked-clones", description: "shared by linked clones", memory: false, quiesce: false };
  const made = await perform(platform, machine.ref, "CreateSnapshot_Task", params, signal);
  platform.inventory.touch(machine.ref);
  return made as MoRef; // The task's result is the snapshot.
}
