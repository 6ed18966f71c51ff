// An ISO 9660 volume with one folder, and the names of its files in full by Rock Ridge (ECMA-119; IEEE P1281 and P1282).

export interface IsoFile {
  name: string;
  content: Uint8Array;
}

const sector = 2048;
const rootSector = 20;
const firstFileSector = 21;
const maxDirectory = sector;

/** The whole volume. Up to some twenty files: the folder is one sector. */
export function buildIso(label: string, files: readonly IsoFile[], date: Date): Buffer {
  let next = firstFileSector;
  const placed = files.map(({ name, content }, index) => {
    const at = next;
    next += Math.max(1, Math.ceil(content.length / sector));
    return { name, content, at, plain: `F${`${index}`.padStart(7, "0")}.;1` };
  });
  const volume = Buffer.alloc(next * sector);
  const folder = { at: rootSector, length: sector, flags: 2, date };
  const records = [
    record({ ...folder, id: Buffer.from([0]) }, Buffer.concat([sharing, attributes(true), extension])),
    record({ ...folder, id: Buffer.from([1]) }, attributes(true)),
    ...placed.map(({ name, content, at, plain }) =>
      record({ at, length: content.length, flags: 0, date, id: Buffer.from(plain) }, Buffer.concat([attributes(false), fullName(name)])),
    ),
  ];
  const directory = Buffer.concat(records);
  if (directory.length > maxDirectory) throw new Error("too many files for one sector of a folder");

  primaryDescriptor(label, next, date).copy(volume, 16 * sector);
  Buffer.from("\xffCD001\x01", "latin1").copy(volume, 17 * sector);
  pathTable("LE").copy(volume, 18 * sector);
  pathTable("BE").copy(volume, 19 * sector);
  directory.copy(volume, rootSector * sector);
  for (const { content, at } of placed) volume.set(content, at * sector);
  return volume;
}

function primaryDescriptor(label: string, sectors: number, date: Date): Buffer {
  const descriptor = Buffer.alloc(sector);
  const text = (value: string, at: number, length: number) => descriptor.write(value.padEnd(length, " "), at, length, "latin1");
  descriptor.write("\x01CD001\x01", 0, "latin1");
  text("", 8, 32);
  text(label, 40, 32);
  both32(sectors).copy(descriptor, 80);
  for (const at of [120, 124]) both16(1).copy(descriptor, at);
  both16(sector).copy(descriptor, 128);
  both32(pathTable("LE").length).copy(descriptor, 132);
  descriptor.writeUInt32LE(18, 140);
  descriptor.writeUInt32BE(19, 148);
  record({ at: rootSector, length: sector, flags: 2, date, id: Buffer.from([0]) }).copy(descriptor, 156);
  for (const [at, length] of [
    [190, 128],
    [318, 128],
    [446, 128],
    [574, 128],
    [702, 37],
    [739, 37],
    [776, 37],
  ] as const)
    text("", at, length);
  const when = `${date.toISOString().replace(/\D/g, "").slice(0, 16)}\0`;
  for (const at of [813, 830]) descriptor.write(when, at, 17, "latin1");
  for (const at of [847, 864]) descriptor.write(`${"0".repeat(16)}\0`, at, 17, "latin1");
  descriptor.writeUInt8(1, 881);
  return descriptor;
}

interface RecordFields {
  at: number;
  length: number;
  /** 2: a folder. */
  flags: number;
  date: Date;
  id: Buffer;
}

/** A directory record, with what Rock Ridge adds to it. */
function record({ at, length, flags, date, id }: RecordFields, more: Buffer = Buffer.alloc(0)): Buffer {
  const fixed = 33 + id.length + (id.length % 2 === 0 ? 1 : 0);
  const whole = Buffer.alloc(fixed + more.length + (more.length % 2));
  whole.writeUInt8(whole.length, 0);
  both32(at).copy(whole, 2);
  both32(length).copy(whole, 10);
  const day = [date.getUTCFullYear() - 1900, date.getUTCMonth() + 1, date.getUTCDate()];
  whole.set([...day, date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds(), 0], 18);
  whole.writeUInt8(flags, 25);
  both16(1).copy(whole, 28);
  whole.writeUInt8(id.length, 32);
  id.copy(whole, 33);
  more.copy(whole, fixed);
  return whole;
}

function pathTable(order: "LE" | "BE"): Buffer {
  const table = Buffer.alloc(10);
  table.writeUInt8(1, 0);
  if (order === "LE") table.writeUInt32LE(rootSector, 2);
  else table.writeUInt32BE(rootSector, 2);
  if (order === "LE") table.writeUInt16LE(1, 6);
  else table.writeUInt16BE(1, 6);
  return table;
}

/** An entry of the system use area: its signature, its length, version 1. */
const entry = (signature: string, ...content: (Buffer | readonly number[])[]): Buffer => {
  const body = Buffer.concat(content.map((each) => Buffer.from(each)));
  return Buffer.concat([Buffer.from(signature, "latin1"), Buffer.from([body.length + 4, 1]), body]);
};

/** In the root's own record: from here on entries are found. */
const sharing = entry("SP", [0xbe, 0xef, 0]);
/** Which extension this is, without its words for people. */
const extension = entry("ER", [10, 0, 0, 1], Buffer.from("RRIP_1991A", "latin1"));
/** Readable by all: mode, links, user, group. */
const attributes = (folder: boolean): Buffer => entry("PX", both32(folder ? 0o040555 : 0o100444), both32(1), both32(0), both32(0));
const fullName = (name: string): Buffer => entry("NM", [0], Buffer.from(name, "utf8"));

/** Numbers are there in both byte orders. */
function both32(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(value, 0);
  bytes.writeUInt32BE(value, 4);
  return bytes;
}

function both16(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16LE(value, 0);
  bytes.writeUInt16BE(value, 2);
  return bytes;
}
