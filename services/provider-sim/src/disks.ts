import { createHash } from "node:crypto";
import { type AttachedDisk, type ExportDiskRequest, type ImportDiskHeader, invalidSpec, PowerState, ProviderError } from "@remuda/contract";
import { seededRandom } from "./clock";
import { dropContent } from "./content";
import { storages } from "./create";
import { diskView } from "./machine-view";
import { qcow2Size, writeQcow2 } from "./qcow2";
import type { DiskRecord, MachineRecord } from "./records";
import { diskUsage } from "./usage";
import type { World } from "./world";

export const diskFormats = ["qcow2"];
/** Content that was not imported is made up: so many bytes at the disk's beginning, always the same for the same origin. */
const generatedBytes = 64 * 1024;
const chunkBytes = 64 * 1024;
/** Imported bytes are kept whole. */
const mostBytes = 64 * 2 ** 20;
const gib = 2 ** 30;

export function getDisk(world: World, id: string): { disk: AttachedDisk; virtualMachineId?: string } {
  const { disk, machine } = find(world, id);
  return { disk: diskView(disk), ...(machine && { virtualMachineId: machine.id }) };
}

export function exportDisk(
  world: World,
  { id, format, offset }: ExportDiskRequest,
): { totalBytes: number; data: AsyncIterable<Uint8Array> } {
  const { disk, machine, frozen } = find(world, id);
  requireFormat(format || "qcow2");
  if (machine && machine.power !== PowerState.OFF && !frozen) {
    throw new ProviderError("CONFLICT", `${machine.id} is not off; stop it, or take a snapshot, before its disk is read`);
  }
  const bytes = contentOf(world, disk);
  if (offset > bytes.length) throw invalidSpec([{ field: "offset", description: `the content has ${bytes.length} bytes` }]);
  return { totalBytes: bytes.length, data: chunks(bytes, offset) };
}

export async function importDisk(world: World, header: ImportDiskHeader, data: AsyncIterable<Uint8Array>): Promise<AttachedDisk> {
  const { freeDisks, hosts } = world;
  const existing = freeDisks.byUid(header.uid);
  if (existing) return diskView(existing.disk);
  requireFormat(header.format);
  if (header.storage && !storages.includes(header.storage))
    throw invalidSpec([{ field: "storage", description: `no such storage: "${header.storage}"` }]);
  if (header.totalBytes > mostBytes) throw invalidSpec([{ field: "total_bytes", description: `the simulator keeps at most ${mostBytes}` }]);

  const parts: Uint8Array[] = [];
  let received = 0;
  for await (const part of data) {
    received += part.length;
    if (received > header.totalBytes)
      throw invalidSpec([{ field: "total_bytes", description: `more than ${header.totalBytes} bytes came` }]);
    parts.push(part);
  }
  const bytes = Buffer.concat(parts);
  if (received !== header.totalBytes) throw new ProviderError("INTERRUPTED", `${received} of ${header.totalBytes} bytes came`);
  const sum = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  if (header.checksum && header.checksum !== sum) throw invalidSpec([{ field: "checksum", description: `the bytes have ${sum}` }]);
  // Another import of this uid may have ended while the bytes came.
  const raced = freeDisks.byUid(header.uid);
  if (raced) return diskView(raced.disk);

  const id = world.nextId("disk");
  const sizeGib = Math.ceil(qcow2Size(bytes) / gib);
  const usage = diskUsage(sizeGib);
  const host = hosts.place({ usage, gpus: [], placement: undefined });
  const disk: DiskRecord = {
    id,
    name: header.name,
    sizeGib,
    reservedGib: sizeGib,
    boot: false,
    storage: "local",
    retain: false,
    content: `blob:${id}`,
  };
  world.journal.writeBlob(id, bytes);
  freeDisks.put({ disk, host, uid: header.uid, owner: header.owner });
  return diskView(disk);
}

export function deleteDisk(world: World, { id, uid }: { id: string; uid: string }): undefined {
  const { freeDisks, machines } = world;
  const free = freeDisks.get(id);
  if (!free) {
    for (const machine of machines.all()) {
      if (machine.shape.disks.some((disk) => disk.id === id)) throw new ProviderError("CONFLICT", `${id} is a disk of ${machine.id}`);
    }
    return undefined;
  }
  if (free.uid !== uid) throw new ProviderError("FORBIDDEN", `${id} was not imported with uid "${uid}"`);
  freeDisks.remove(id);
  dropContent(world, [free.disk]);
  return undefined;
}

function find({ freeDisks, machines }: World, id: string): { disk: DiskRecord; machine?: MachineRecord; frozen: boolean } {
  const free = freeDisks.get(id);
  if (free) return { disk: free.disk, frozen: false };
  for (const machine of machines.all()) {
    const disk = machine.shape.disks.find((candidate) => candidate.id === id);
    if (disk) return { disk, machine, frozen: machine.snapshots.some(({ shape }) => shape.disks.some((held) => held.id === id)) };
  }
  throw new ProviderError("NOT_FOUND", `no disk ${id}`);
}

function requireFormat(format: string): void {
  if (!diskFormats.includes(format)) throw new ProviderError("UNSUPPORTED", `format ${format}; there is ${diskFormats.join(", ")}`);
}

function contentOf({ journal }: World, { content, sizeGib }: DiskRecord): Uint8Array {
  if (content.startsWith("blob:")) {
    const bytes = journal.readBlob(content.slice("blob:".length));
    if (!bytes) throw new ProviderError("INTERNAL", `the content ${content} is gone`);
    return bytes;
  }
  const random = seededRandom(createHash("sha256").update(content).digest().readUInt32LE());
  const bytes = Buffer.alloc(generatedBytes);
  for (let at = 0; at < generatedBytes; at += 4) bytes.writeUInt32LE(Math.floor(random() * 2 ** 32), at);
  return writeQcow2(sizeGib, bytes);
}

async function* chunks(bytes: Uint8Array, offset: number): AsyncGenerator<Uint8Array, void, void> {
  for (let at = offset; at < bytes.length; at += chunkBytes) yield await Promise.resolve(bytes.subarray(at, at + chunkBytes));
}
