import { invalidSpec } from "@remuda/contract";

// The layout is QEMU's docs/interop/qcow2.rst, version 2: big-endian, clusters of 64 KiB.
const clusterBits = 16;
const cluster = 1 << clusterBits;
const magic = 0x514649fb;
/** Bytes of the guest that one L2 table maps. */
const mappedByL2 = (cluster / 8) * cluster;
/** Bit 63 of a table's entry: the cluster has no other user. */
const copied = 1n << 63n;

/** An image of so many GiB that is empty but for its first cluster. */
export function writeQcow2(sizeGib: number, firstCluster: Uint8Array): Buffer {
  const size = sizeGib * 2 ** 30;
  const l1Entries = Math.ceil(size / mappedByL2);
  const l1Clusters = Math.ceil((l1Entries * 8) / cluster);
  // Header, refcount table, refcount block, L1, L2, data.
  const l1At = 3 * cluster;
  const l2At = l1At + l1Clusters * cluster;
  const dataAt = l2At + cluster;
  const image = Buffer.alloc(dataAt + cluster);
  image.writeUInt32BE(magic, 0);
  image.writeUInt32BE(2, 4);
  image.writeUInt32BE(clusterBits, 20);
  image.writeBigUInt64BE(BigInt(size), 24);
  image.writeUInt32BE(l1Entries, 36);
  image.writeBigUInt64BE(BigInt(l1At), 40);
  image.writeBigUInt64BE(BigInt(cluster), 48);
  image.writeUInt32BE(1, 56);
  image.writeBigUInt64BE(BigInt(2 * cluster), cluster);
  for (let used = 0; used < image.length / cluster; used++) image.writeUInt16BE(1, 2 * cluster + 2 * used);
  image.writeBigUInt64BE(BigInt(l2At) | copied, l1At);
  image.writeBigUInt64BE(BigInt(dataAt) | copied, l2At);
  image.set(firstCluster.subarray(0, cluster), dataAt);
  return image;
}

/** The size that the guest sees, in bytes. INVALID_SPEC if it is no qcow2 image. */
export function qcow2Size(image: Buffer): number {
  if (image.length < 72 || image.readUInt32BE(0) !== magic)
    throw invalidSpec([{ field: "format", description: "the bytes are no qcow2 image" }]);
  const size = Number(image.readBigUInt64BE(24));
  if (size < 1 || size > 2 ** 50) throw invalidSpec([{ field: "format", description: `the image claims a size of ${size} bytes` }]);
  return size;
}
