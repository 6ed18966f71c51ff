import type { StorageVol } from "@remuda/libvirt-client";
import { isRefusal } from "@remuda/libvirt-client";
import type { Host, Pool } from "./host";
import { buildXml, bytesOf, find, parseXml, textAt } from "./xml";

export interface VolumeShape {
  name: string;
  format: "qcow2" | "raw";
  capacityBytes: number;
  /** Copy on write over this one. */
  backing?: { path: string; format: string } | undefined;
}

export interface VolumeFacts {
  vol: StorageVol;
  path: string;
  format: string;
  capacityBytes: number;
  allocationBytes: number;
  backingPath: string;
}

const volumeXml = ({ name, format, capacityBytes, backing }: VolumeShape): string =>
  buildXml({
    volume: {
      name,
      capacity: { "@unit": "bytes", "#": capacityBytes },
      allocation: { "@unit": "bytes", "#": 0 },
      target: { format: { "@type": format } },
      backingStore: backing && { path: backing.path, format: { "@type": backing.format } },
    },
  });

export async function findVolume(host: Host, { pool }: Pool, name: string, signal?: AbortSignal): Promise<StorageVol | undefined> {
  try {
    return (await host.virt.call("storageVolLookupByName", { pool, name }, { signal })).vol;
  } catch (error) {
    if (isRefusal(error, "NO_STORAGE_VOL")) return undefined;
    throw error;
  }
}

export async function createVolume(host: Host, { pool }: Pool, shape: VolumeShape, signal?: AbortSignal): Promise<StorageVol> {
  return (await host.virt.call("storageVolCreateXml", { pool, xml: volumeXml(shape), flags: 0 }, { signal })).vol;
}

/** A copy with nothing shared, in its own format; takes as long as it takes, on a connection of its own. */
export async function copyVolume(
  host: Host,
  { pool }: Pool,
  shape: VolumeShape,
  from: StorageVol,
  signal?: AbortSignal,
): Promise<StorageVol> {
  const virt = await host.bulk();
  const call = { pool, xml: volumeXml(shape), clonevol: from, flags: 0 };
  return (await virt.call("storageVolCreateXmlFrom", call, { signal, deadlineMs: Infinity })).vol;
}

/** Gone already: done. */
export async function deleteVolume(host: Host, poolName: string, name: string, signal?: AbortSignal): Promise<void> {
  try {
    const { pool } = await host.virt.call("storagePoolLookupByName", { name: poolName }, { signal });
    const { vol } = await host.virt.call("storageVolLookupByName", { pool, name }, { signal });
    await host.virt.call("storageVolDelete", { vol, flags: 0 }, { signal });
  } catch (error) {
    if (!isRefusal(error, "NO_STORAGE_VOL", "NO_STORAGE_POOL")) throw error;
  }
}

export async function volumeFacts(host: Host, vol: StorageVol, signal?: AbortSignal): Promise<VolumeFacts> {
  const { xml } = await host.virt.call("storageVolGetXmlDesc", { vol, flags: 0 }, { signal });
  const root = parseXml(xml);
  return {
    vol,
    path: textAt(root, "target", "path"),
    format: find(root, "target", "format")?.attributes.type ?? "raw",
    capacityBytes: bytesOf(find(root, "capacity"), "bytes"),
    allocationBytes: bytesOf(find(root, "allocation"), "bytes"),
    backingPath: textAt(root, "backingStore", "path"),
  };
}

/** The bytes of a whole volume, which is made as large before. */
export async function uploadVolume(host: Host, vol: StorageVol, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
  const virt = await host.bulk();
  const stream = await virt.openWritable("storageVolUpload", { vol, offset: 0n, length: BigInt(bytes.length), flags: 0 }, { signal });
  await new Promise<void>((resolve, reject) => {
    stream.once("finish", resolve);
    stream.once("error", reject);
    stream.end(bytes);
  });
}
