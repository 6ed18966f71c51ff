import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { StorageVol } from "@remuda/libvirt-client";
import { isRefusal } from "@remuda/libvirt-client";
import { type Clock, pause } from "@remuda/provider-kit";
import type { Host, Pool } from "./host";
import { buildXml, bytesOf, find, parseXml, textAt } from "./xml";

/** Until a volume that is being written is tried again. */
const stillWrittenMs = 250;

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

/** Waited for to its end: libvirt ends what it has begun, whoever waits. */
export async function createVolume(host: Host, { pool }: Pool, shape: VolumeShape): Promise<StorageVol> {
  return (await host.virt.call("storageVolCreateXml", { pool, xml: volumeXml(shape), flags: 0 })).vol;
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

/** Gone already: done. One that libvirt still writes, as for a call that nobody waits for any more, is deleted when it is written. */
export async function deleteVolume(host: Host, poolName: string, name: string, clock: Clock, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      const { pool } = await host.virt.call("storagePoolLookupByName", { name: poolName }, { signal });
      const { vol } = await host.virt.call("storageVolLookupByName", { pool, name }, { signal });
      await host.virt.call("storageVolDelete", { vol, flags: 0 });
      return;
    } catch (error) {
      if (isRefusal(error, "NO_STORAGE_VOL", "NO_STORAGE_POOL")) return;
      if (!isRefusal(error, "OPERATION_INVALID")) throw error;
    }
    await pause(clock, stillWrittenMs, signal);
    signal.throwIfAborted();
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
export const uploadVolume = (host: Host, vol: StorageVol, bytes: Uint8Array, signal?: AbortSignal): Promise<void> =>
  uploadFrom(host, vol, Readable.from([bytes]), bytes.length, () => undefined, signal);

export async function uploadFrom(
  host: Host,
  vol: StorageVol,
  from: Readable,
  length: number,
  sent: (bytes: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  const virt = await host.bulk();
  const stream = await virt.openWritable("storageVolUpload", { vol, offset: 0n, length: BigInt(length), flags: 0 }, { signal });
  let count = 0;
  from.on("data", (chunk: Uint8Array) => {
    count += chunk.length;
    sent(count);
  });
  // Both ends hear of the same signal; the pipeline tells of the first, and of the other nobody needs to hear.
  for (const end of [from, stream]) end.on("error", () => undefined);
  await pipeline(from, stream);
}
