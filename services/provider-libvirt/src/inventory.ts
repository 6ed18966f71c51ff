import { type Domain, type DomainStatsRecord, isRefusal, type Subscription } from "@remuda/libvirt-client";
import { agentConnected, domainState, listManagedSave, stats as statsFlags, statsNoWait, xmlInactive } from "./flags";
import type { Host } from "./host";
import { type Known, readKnown } from "./known";
import { type BlockStats, isActive, readStats, type Stats } from "./stats";

/** A machine as it is now. */
export interface Seen {
  host: Host;
  dom: Domain;
  known: Known;
  stats: Stats;
  /** Its memory is saved. */
  saved: boolean;
  /** Its guest's agent is connected. */
  agent: boolean;
}

interface Entry {
  known: Known;
  /** An event told that the definition may be another one. */
  stale: boolean;
}

const wanted = statsFlags.state | statsFlags.vcpu | statsFlags.balloon | statsFlags.block;

/**
 * The machines of one host. Definitions are kept as long as no event says that they changed; how machines are comes from one stats call. So a
 * list costs one call, not one per machine.
 */
export async function openInventory(host: Host) {
  const { virt, facts } = host;
  const entries = new Map<string, Entry>();
  const agents = new Set<string>();
  const restarts = new Map<string, number>();
  const sizes = new Map<string, BlockStats>();
  const listeners = new Set<(uuid: string | undefined) => void>();
  const real = facts.driver === "QEMU";

  function touch(uuid: string | undefined): void {
    for (const [each, entry] of entries) if (uuid === undefined || each === uuid) entry.stale = true;
    for (const listener of listeners) listener(uuid);
  }

  const restartsOf = (uuid: string): number => restarts.get(uuid) ?? 0;
  const changed = ({ dom }: { dom: Domain }): void => touch(dom.uuid);
  const options = { onMissed: () => touch(undefined) };
  const subscriptions: Subscription[] = await Promise.all([
    virt.subscribe("domainLifecycle", changed, options),
    virt.subscribe("domainReboot", (event) => {
      restarts.set(event.dom.uuid, restartsOf(event.dom.uuid) + 1);
      changed(event);
    }),
    virt.subscribe("domainMetadataChange", changed),
    virt.subscribe("domainDeviceAdded", changed),
    virt.subscribe("domainDeviceRemoved", changed),
    virt.subscribe("domainBalloonChange", changed),
    virt.subscribe("domainAgentLifecycle", ({ dom, state }) => {
      if (state === agentConnected) agents.add(dom.uuid);
      else agents.delete(dom.uuid);
      touch(dom.uuid);
    }),
  ]);

  async function definition(dom: Domain, stats: Stats, signal: AbortSignal | undefined): Promise<Known | undefined> {
    const entry = entries.get(dom.uuid);
    const same =
      entry &&
      !entry.stale &&
      (stats.maxCpus === undefined || isActive(stats) || stats.maxCpus === entry.known.maxCpus) &&
      (stats.maxMemoryMib === undefined || isActive(stats) || stats.maxMemoryMib === entry.known.maxMemoryMib);
    if (same && entry.known.name === dom.name) return entry.known;
    const next: Entry = { known: entry?.known ?? nothing, stale: false };
    // Set before the question, so that an event during it makes the answer stale.
    entries.set(dom.uuid, next);
    try {
      const { xml } = await virt.call("domainGetXmlDesc", { dom, flags: xmlInactive }, { signal });
      next.known = readKnown(xml);
      return next.known;
    } catch (error) {
      entries.delete(dom.uuid);
      if (isRefusal(error, "NO_DOMAIN")) return undefined;
      throw error;
    }
  }

  /** A disk's size where the stats don't tell it: of a driver without, or of a machine that was busy. */
  async function fillSizes(known: Known, stats: Stats, signal: AbortSignal | undefined): Promise<Stats> {
    const blocks = new Map(stats.blocks);
    for (const { target, path } of known.disks) {
      const told = blocks.get(target);
      if (told) {
        sizes.set(path, told);
        continue;
      }
      if (path === "") continue;
      const size = sizes.get(path) ?? (await sizeOf(path, signal));
      if (!size) continue;
      sizes.set(path, size);
      blocks.set(target, size);
    }
    return { ...stats, blocks };
  }

  async function sizeOf(path: string, signal: AbortSignal | undefined): Promise<BlockStats | undefined> {
    try {
      const { vol } = await virt.call("storageVolLookupByPath", { path }, { signal });
      const { capacity, allocation } = await virt.call("storageVolGetInfo", { vol }, { signal });
      return { path, capacityBytes: Number(capacity), usedBytes: Number(allocation) };
    } catch (error) {
      if (isRefusal(error, "NO_STORAGE_VOL")) return undefined;
      throw error;
    }
  }

  const statsOf = async (doms: Domain[], signal: AbortSignal | undefined): Promise<DomainStatsRecord[]> => {
    const flags = real ? statsNoWait : 0;
    return (await virt.call("connectGetAllDomainStats", { doms, stats: real ? wanted : statsFlags.state, flags }, { signal })).retStats;
  };

  async function see(record: DomainStatsRecord, saved: boolean, signal: AbortSignal | undefined): Promise<Seen | undefined> {
    const { dom } = record;
    const told = readStats(record);
    const known = await definition(dom, told, signal);
    if (!known) return undefined;
    const stats = await fillSizes(known, told, signal);
    return { host, dom, known, stats, saved, agent: agents.has(dom.uuid) && isActive(stats) };
  }

  return {
    host,
    touch,
    /** How often its guest was seen to restart. */
    restartsOf,
    /** Sizes are asked for again; after a change of a disk. */
    forgetSize: (path: string): void => void sizes.delete(path),
    async one(uuid: string, signal?: AbortSignal): Promise<Seen | undefined> {
      // libvirt finds a machine by its UUID alone.
      const [record] = await statsOf([{ name: "", uuid, id: -1 }], signal);
      if (!record) {
        entries.delete(uuid);
        return undefined;
      }
      const off = readStats(record).state === domainState.shutOff;
      const saved = off && (await hasSavedMemory(record.dom, signal));
      return see(record, saved, signal);
    },
    async all(signal?: AbortSignal): Promise<Seen[]> {
      const [records, { domains }] = await Promise.all([
        statsOf([], signal),
        virt.call("connectListAllDomains", { needResults: 1, flags: listManagedSave }, { signal }),
      ]);
      const saved = new Set(domains.map(({ uuid }) => uuid));
      const seen = await Promise.all(records.map((record) => see(record, saved.has(record.dom.uuid), signal)));
      const there = new Set(records.map(({ dom }) => dom.uuid));
      for (const uuid of entries.keys()) if (!there.has(uuid)) entries.delete(uuid);
      for (const uuid of restarts.keys()) if (!there.has(uuid)) restarts.delete(uuid);
      return seen.filter((each) => each !== undefined);
    },
    /** Told of each machine that may be another one than before; undefined: any of them. */
    onChange(listener: (uuid: string | undefined) => void): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close(): Promise<void> {
      listeners.clear();
      await Promise.all(subscriptions.map((subscription) => subscription.close()));
    },
  };

  async function hasSavedMemory(dom: Domain, signal: AbortSignal | undefined): Promise<boolean> {
    try {
      return (await virt.call("domainHasManagedSaveImage", { dom, flags: 0 }, { signal })).result === 1;
    } catch (error) {
      if (isRefusal(error, "NO_DOMAIN")) return false;
      throw error;
    }
  }
}

/** Stands for a definition that was never read. */
const nothing = { uuid: "", name: "" } as Known; // It is replaced before anybody sees it.

export type Inventory = Awaited<ReturnType<typeof openInventory>>;
