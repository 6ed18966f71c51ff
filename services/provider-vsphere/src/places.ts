import { invalidSpec, ProviderError } from "@remuda/contract";
import { type MoRef, parseRef, retrieveAll, unescapeName, type VsphereClient } from "@remuda/vsphere-client";

/** Anything of the inventory that a machine can be placed in or attached to. */
export interface Place {
  ref: MoRef;
  name: string;
  parent: MoRef | undefined;
}

export interface Compute extends Place {
  pool: MoRef | undefined;
  hosts: readonly MoRef[];
}

interface Host extends Place {
  threads: number;
  memoryBytes: number;
}

interface Network extends Place {
  /** Set for a port group of a distributed switch. */
  portgroup: { key: string; switchUuid: string } | undefined;
}

/** One picture of the inventory beside its machines. */
export interface Places {
  datacenters: readonly (Place & { vmFolder: MoRef })[];
  computes: readonly Compute[];
  hosts: readonly Host[];
  pools: readonly (Place & { owner: MoRef | undefined })[];
  folders: readonly Place[];
  datastores: readonly Place[];
  networks: readonly Network[];
  /** Whatever has that reference. */
  get(ref: MoRef | undefined): Place | undefined;
  /** The datacenter that it is in. */
  datacenterOf(ref: MoRef | undefined): MoRef | undefined;
  /** "/DC0/vm/web". */
  pathOf(ref: MoRef | undefined): string;
}

export interface PlaceCache {
  /** Not older than `maxAgeMs`. */
  load(signal: AbortSignal, maxAgeMs?: number): Promise<Places>;
}

const usualAgeMs = 30_000;

/** Read when it is needed and kept for a while: hosts and networks change rarely, and what a machine needs is checked by vCenter anyway. */
export function createPlaceCache(client: VsphereClient, now: () => number): PlaceCache {
  let kept: { since: number; places: Promise<Places> } | undefined;
  return {
    async load(signal, maxAgeMs = usualAgeMs) {
      if (!kept || now() - kept.since > maxAgeMs) {
        // Readers share it: one who gives up must not break it for the others.
        const entry = { since: now(), places: readPlaces(client, AbortSignal.timeout(60_000)) };
        kept = entry;
        entry.places.catch(() => {
          if (kept === entry) kept = undefined;
        });
      }
      const places = await kept.places;
      signal.throwIfAborted();
      return places;
    },
  };
}

async function readPlaces(client: VsphereClient, signal: AbortSignal): Promise<Places> {
  const [datacenters, computes, hosts, pools, folders, datastores, networks, portgroups, switches] = await Promise.all([
    retrieveAll(client, { type: "Datacenter", paths: ["name", "parent", "vmFolder"] }, signal),
    retrieveAll(client, { type: "ComputeResource", paths: ["name", "parent", "resourcePool", "host"] }, signal),
    retrieveAll(
      client,
      { type: "HostSystem", paths: ["name", "parent", "summary.hardware.numCpuThreads", "summary.hardware.memorySize"] },
      signal,
    ),
    retrieveAll(client, { type: "ResourcePool", paths: ["name", "parent", "owner"] }, signal),
    retrieveAll(client, { type: "Folder", paths: ["name", "parent"] }, signal),
    retrieveAll(client, { type: "Datastore", paths: ["name", "parent"] }, signal),
    retrieveAll(client, { type: "Network", paths: ["name", "parent"] }, signal),
    retrieveAll(
      client,
      { type: "DistributedVirtualPortgroup", paths: ["name", "key", "config.distributedVirtualSwitch", "config.uplink"] },
      signal,
    ),
    retrieveAll(client, { type: "DistributedVirtualSwitch", paths: ["uuid"] }, signal),
  ]);
  const place = ({ ref, properties }: { ref: MoRef; properties: { name: string | undefined; parent?: MoRef | undefined } }): Place => ({
    ref,
    name: unescapeName(properties.name ?? ""),
    parent: properties.parent,
  });
  const uuids = new Map(switches.map(({ ref, properties }) => [ref.value, properties.uuid]));
  const groups = new Map(portgroups.map(({ ref, properties }) => [ref.value, properties]));
  const read = {
    datacenters: datacenters.flatMap((each) => (each.properties.vmFolder ? [{ ...place(each), vmFolder: each.properties.vmFolder }] : [])),
    computes: computes.map((each) => ({ ...place(each), pool: each.properties.resourcePool, hosts: each.properties.host ?? [] })),
    hosts: hosts.map((each) => ({
      ...place(each),
      threads: each.properties["summary.hardware.numCpuThreads"] ?? 0,
      memoryBytes: each.properties["summary.hardware.memorySize"] ?? 0,
    })),
    pools: pools.map((each) => ({ ...place(each), owner: each.properties.owner })),
    folders: folders.map(place),
    datastores: datastores.map(place),
    networks: networks.flatMap((each): Network[] => {
      const group = groups.get(each.ref.value);
      if (!group) return [{ ...place(each), portgroup: undefined }];
      const switchUuid = uuids.get(group["config.distributedVirtualSwitch"]?.value ?? "");
      // An uplink is no network for machines.
      if (group["config.uplink"] === true || switchUuid === undefined || group.key === undefined) return [];
      return [{ ...place(each), portgroup: { key: group.key, switchUuid } }];
    }),
  };
  const all = new Map<string, Place>();
  for (const list of Object.values(read)) for (const each of list) all.set(each.ref.value, each);
  const get = (ref: MoRef | undefined) => (ref ? all.get(ref.value) : undefined);
  return {
    ...read,
    get,
    datacenterOf(ref) {
      for (let at = ref; at; at = get(at)?.parent) if (at.type === "Datacenter") return at;
      return undefined;
    },
    pathOf(ref) {
      const names: string[] = [];
      for (let at = get(ref); at; at = get(at.parent)) if (at.parent) names.unshift(at.name);
      return names.length === 0 ? "" : `/${names.join("/")}`;
    },
  };
}

export interface Wish {
  /** The field of the spec, for the error. */
  field: string;
  text: string;
  kind: string;
}

/** The one of `candidates` that the text means: its reference, its id, its path or its name. */
export function pick<T extends Place>(places: Places, candidates: readonly T[], { field, text, kind }: Wish): T {
  const reference = parseRef(text);
  const path = text.replace(/\/$/, "");
  const found = candidates.filter(
    ({ ref, name }) => ref.value === (reference?.value ?? text) || name === text || (text.startsWith("/") && places.pathOf(ref) === path),
  );
  const [only, ...more] = found;
  if (!only) {
    const some = candidates.slice(0, 8).map(({ name }) => name);
    throw invalidSpec([{ field, description: `no ${kind} "${text}"${some.length > 0 ? `; there are ${some.join(", ")}` : ""}` }]);
  }
  if (more.length === 0) return only;
  throw invalidSpec([
    { field, description: `${found.length} of kind ${kind} have the name "${text}": give the path, such as ${places.pathOf(only.ref)}` },
  ]);
}

/** The only one where nothing was said. */
export function only<T extends Place>(candidates: readonly T[], { field, kind }: Omit<Wish, "text">): T {
  const [first, ...more] = candidates;
  if (!first) throw new ProviderError("NO_CAPACITY", `vCenter shows no ${kind}`);
  if (more.length === 0) return first;
  const some = candidates.slice(0, 8).map(({ name }) => name);
  throw invalidSpec([{ field, description: `say which ${kind}: there are ${some.join(", ")}` }]);
}
