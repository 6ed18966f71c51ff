import { type CreateSnapshotRequest, PowerState, ProviderError, Snapshot } from "@remuda/contract";
import { type DomainSnapshot, isRefusal } from "@remuda/libvirt-client";
import type { Snapshots } from "@remuda/provider-kit";
import { withTranslation } from "./errors";
import type { Inventory, Seen } from "./inventory";
import { writeMarks } from "./marks";
import { reach } from "./power";
import type { Platform } from "./settings";
import { isActive } from "./stats";
import { taskOf } from "./tasks";
import { buildXml, findAll, parseXml, textAt } from "./xml";

// libvirt takes a running machine's internal snapshot with its memory only. One that was asked for without ends in this line, and its memory is
// not brought back.
const disksOnly = "[disks only]";
const revert = { paused: 2, force: 4 } as const;

export function createSnapshots({ machines, jobs }: Platform): Snapshots {
  async function named({ host, dom }: Seen, name: string, signal: AbortSignal): Promise<DomainSnapshot | undefined> {
    try {
      return (await host.virt.call("domainSnapshotLookupByName", { dom, name, flags: 0 }, { signal })).snap;
    } catch (error) {
      if (isRefusal(error, "NO_DOMAIN_SNAPSHOT")) return undefined;
      throw error;
    }
  }

  /** Freezing lets the guest's file systems come to rest; they go on whatever becomes of the work. */
  async function frozen(seen: Seen, signal: AbortSignal, work: () => Promise<unknown>): Promise<void> {
    const { host, dom } = seen;
    if (!seen.agent) throw new ProviderError("CONFLICT", `the guest of ${seen.known.uuid} has no agent that could bring it to rest`);
    await host.virt.call("domainFsfreeze", { dom, mountpoints: [], flags: 0 }, { signal });
    try {
      await work();
    } finally {
      await host.virt.call("domainFsthaw", { dom, mountpoints: [], flags: 0 });
    }
  }

  async function goBack(inventory: Inventory, seen: Seen, snap: DomainSnapshot, signal: AbortSignal): Promise<void> {
    const { host, known } = seen;
    const { description, memory } = await read(seen, snap, signal);
    const quiet = !memory && description.endsWith(disksOnly);
    const virt = await host.bulk();
    const flags = revert.force | (quiet ? revert.paused : 0);
    await virt.call("domainRevertToSnapshot", { snap, flags }, { signal, deadlineMs: Infinity });
    inventory.touch(known.uuid);
    const now = await inventory.one(known.uuid, signal);
    if (!now || !known.marks) throw new ProviderError("INTERRUPTED", `${known.uuid} was undefined meanwhile`);
    if (quiet) await reach(inventory, now, PowerState.OFF, signal);
    // The definition of then came back with the marks of then.
    const active = isActive(now.stats) && !quiet;
    await writeMarks(host.virt, now.dom, known.marks, active, signal);
    inventory.touch(known.uuid);
  }

  return {
    create: withTranslation(async (request: CreateSnapshotRequest, signal: AbortSignal) => {
      const { virtualMachineId: id, uid, name, description, memory, quiesce } = request;
      const seen = await machines.own({ id, uid }, signal);
      const found = await named(seen, name, signal);
      if (found) return { snapshot: viewOf(await read(seen, found, signal), await currentName(seen, signal)) };
      const { uuid } = seen.known;
      jobs.mustBeIdle(uuid);
      const active = isActive(seen.stats);
      if (memory && !active) throw new ProviderError("CONFLICT", `${uuid} does not run, so it has no memory to save`);
      if (active && (await hasPluggedCpus(seen, signal)))
        throw new ProviderError(
          "CONFLICT",
          `processors were added to ${uuid} while it ran: libvirt could not go back to a snapshot of it before its next restart`,
        );
      const text = active && !memory ? `${description}\n${disksOnly}`.trimStart() : description;
      const xmlDesc = buildXml({ domainsnapshot: { name, description: text === "" ? undefined : text } });
      const job = jobs.begin("snapshot", uuid, uuid, async (report, stop) => {
        report("saving", 0);
        const virt = await seen.host.bulk();
        const take = () =>
          virt.call("domainSnapshotCreateXml", { dom: seen.dom, xmlDesc, flags: 0 }, { signal: stop, deadlineMs: Infinity });
        if (quiesce && active) await frozen(seen, stop, take);
        else await take();
      });
      return { snapshot: Snapshot.create({ id: name, name, description, memory }), task: taskOf(job, uuid) };
    }),

    delete: withTranslation(async (key, snapshotId: string, signal: AbortSignal) => {
      const seen = await machines.own(key, signal);
      const snap = await named(seen, snapshotId, signal);
      if (!snap) return undefined;
      const { uuid } = seen.known;
      jobs.mustBeIdle(uuid);
      const job = jobs.begin("snapshot", uuid, uuid, async (report, stop) => {
        report("merging", 0);
        const virt = await seen.host.bulk();
        await virt.call("domainSnapshotDelete", { snap, flags: 0 }, { signal: stop, deadlineMs: Infinity });
      });
      return taskOf(job, uuid);
    }),

    revert: withTranslation(async (key, snapshotId: string, signal: AbortSignal) => {
      const seen = await machines.own(key, signal);
      const snap = await named(seen, snapshotId, signal);
      const { uuid } = seen.known;
      if (!snap) throw new ProviderError("NOT_FOUND", `${uuid} has no snapshot "${snapshotId}"`);
      jobs.mustBeIdle(uuid);
      const inventory = machines.inventoryOf(seen);
      const job = jobs.begin("snapshot", uuid, uuid, async (report, stop) => {
        report("reverting", 0);
        await goBack(inventory, seen, snap, stop);
      });
      return taskOf(job, uuid);
    }),

    list: withTranslation(async (id: string, signal: AbortSignal) => {
      const seen = await machines.existing({ id, uid: "" }, signal);
      const { snapshots } = await seen.host.virt.call("domainListAllSnapshots", { dom: seen.dom, needResults: 1, flags: 0 }, { signal });
      const [facts, current] = await Promise.all([
        Promise.all(snapshots.map((snap) => read(seen, snap, signal))),
        currentName(seen, signal),
      ]);
      return parentsFirst(facts).map((each) => viewOf(each, current));
    }),
  };
}

/** At a revert libvirt loads the memory before it has plugged them again, and QEMU refuses it. */
async function hasPluggedCpus({ host, dom }: Seen, signal: AbortSignal): Promise<boolean> {
  const { xml } = await host.virt.call("domainGetXmlDesc", { dom, flags: 0 }, { signal });
  const cpus = findAll(parseXml(xml), "vcpus", "vcpu");
  return cpus.some(({ attributes: { enabled, hotpluggable } }) => enabled === "yes" && hotpluggable === "yes");
}

interface SnapshotFacts {
  name: string;
  description: string;
  parent: string;
  memory: boolean;
  createdAt: Date;
}

async function read({ host }: Seen, snap: DomainSnapshot, signal: AbortSignal): Promise<SnapshotFacts> {
  const { xml } = await host.virt.call("domainSnapshotGetXmlDesc", { snap, flags: 0 }, { signal });
  const root = parseXml(xml);
  const description = textAt(root, "description");
  return {
    name: textAt(root, "name"),
    description,
    parent: textAt(root, "parent", "name"),
    memory: textAt(root, "state") === "running" && !description.endsWith(disksOnly),
    createdAt: new Date(Number(textAt(root, "creationTime")) * 1000),
  };
}

async function currentName({ host, dom }: Seen, signal: AbortSignal): Promise<string> {
  try {
    return (await host.virt.call("domainSnapshotCurrent", { dom, flags: 0 }, { signal })).snap.name;
  } catch (error) {
    if (isRefusal(error, "NO_DOMAIN_SNAPSHOT")) return "";
    throw error;
  }
}

const viewOf = ({ name, description, parent, memory, createdAt }: SnapshotFacts, current: string): Snapshot =>
  Snapshot.create({
    id: name,
    name,
    description: description.endsWith(disksOnly) ? description.slice(0, -disksOnly.length).trimEnd() : description,
    parentId: parent,
    memory,
    createTime: createdAt,
    current: name === current,
  });

function parentsFirst(all: readonly SnapshotFacts[]): SnapshotFacts[] {
  const below = (parent: string): SnapshotFacts[] =>
    all
      .filter((each) => each.parent === parent)
      .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.name < b.name ? -1 : 1))
      .flatMap((each) => [each, ...below(each.name)]);
  return below("");
}
