import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LibvirtError } from "./error";
import { events } from "./table/events";
import { procedures } from "./table/procedures";
import { remoteError } from "./table/types";
import { arbitraryOf } from "./testing/arbitrary";
import type { AnyCodec, Codec } from "./xdr/codec";
import { createReader } from "./xdr/reader";
import { createWriter } from "./xdr/writer";

const limit = 32 * 1024 * 1024;

function encode<T>(codec: Codec<T>, value: T): Buffer {
  const writer = createWriter(limit);
  codec.encode(writer, value);
  return writer.finish();
}
function decode<T>(codec: Codec<T>, bytes: Buffer): { value: T; left: number } {
  const reader = createReader(bytes);
  return { value: codec.decode(reader), left: reader.remaining };
}
const thrown = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
};

const codecs: [string, AnyCodec][] = [
  ...Object.entries(procedures).flatMap(([name, { args, result }]): [string, AnyCodec][] => [
    [`${name} arguments`, args],
    [`${name} result`, result],
  ]),
  ...Object.entries(events).map(([name, { payload }]): [string, AnyCodec] => [`${name} event`, payload]),
  ["error", remoteError],
];

describe("golden bytes", () => {
  // As RFC 4506 says they lie: names padded to four, UUIDs bare, numbers big-endian.
  const domain = { name: "vm-1\u00e9", uuid: "00010203-0405-0607-0809-0a0b0c0d0e0f", id: -1 };
  const domainHex = "00000006766d2d31c3a90000000102030405060708090a0b0c0d0e0fffffffff";

  test.each([
    ["connectOpen", "args", { name: "qemu:///system", flags: 0 }, "000000010000000e71656d753a2f2f2f73797374656d000000000000"],
    ["connectOpen", "args", { name: null, flags: 1 }, "0000000000000001"],
    ["domainGetInfo", "args", { dom: domain }, domainHex],
    [
      "domainGetInfo",
      "result",
      { state: 1, maxMem: 1048576n, memory: 2n ** 63n, nrVirtCpu: 2, cpuTime: 5n },
      "000000010000000000100000800000000000000000000002" + "0000000000000005",
    ],
    ["authList", "result", { types: [0, 2] }, "000000020000000000000002"],
    [
      "connectGetAllDomainStats",
      "result",
      { retStats: [{ dom: domain, params: [{ field: "cpu", value: { type: "ullong", value: 7n } }] }] },
      `00000001${domainHex}0000000100000003637075000000000400000000${"00000007"}`,
    ],
    [
      "storageVolUpload",
      "args",
      { vol: { pool: "p", name: "v", key: "/k" }, offset: 0n, length: 1n, flags: 1 },
      "000000017000000000000001760000" + "00000000022f6b0000000000000000000000000000000000010000" + "0001",
    ],
  ] as const)("%s %s", (name, part, value, hex) => {
    const codec: AnyCodec = procedures[name][part];
    expect(encode(codec, value).toString("hex")).toBe(hex);
    expect(decode(codec, Buffer.from(hex, "hex"))).toEqual({ value, left: 0 });
  });

  test("numbers of procedures that never change", () => {
    const numbers = Object.fromEntries(
      (["connectOpen", "domainGetXmlDesc", "authList", "storageVolUpload", "connectListAllDomains", "domainCreateWithFlags"] as const).map(
        (name) => [name, procedures[name].number],
      ),
    );
    expect(numbers).toEqual({
      connectOpen: 1,
      domainGetXmlDesc: 14,
      authList: 66,
      storageVolUpload: 208,
      connectListAllDomains: 273,
      domainCreateWithFlags: 196,
    });
  });
});

describe("every codec of the table", () => {
  test("reads back what it wrote, all of it and no more", () => {
    for (const [name, codec] of codecs) {
      fc.assert(
        fc.property(arbitraryOf(codec), (value) => {
          const bytes = encode(codec, value);
          expect(bytes.length % 4, name).toBe(0);
          expect(bytes.length, name).toBeGreaterThanOrEqual(codec.leastBytes);
          expect(decode(codec, bytes), name).toEqual({ value, left: 0 });
        }),
        { numRuns: 10 },
      );
    }
  });

  test("refuses every truncation with a clear error", () => {
    for (const [name, codec] of codecs) {
      fc.assert(
        fc.property(arbitraryOf(codec), fc.nat(), (value, cut) => {
          const bytes = encode(codec, value);
          if (bytes.length === 0) return;
          const error = thrown(() => decode(codec, bytes.subarray(0, cut % bytes.length)));
          expect(error, name).toMatchObject({ reason: "PROTOCOL" });
        }),
        { numRuns: 3 },
      );
    }
  });

  test("takes hostile bytes for what they are: a value or an error of the protocol, at once", () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 256 }),
      // Words that are lengths at their limits.
      fc.array(fc.constantFrom(0, 1, 3, 7, 16384, 4194304, 0x7fffffff, 0xffffffff), { maxLength: 64 }).map((words) => {
        const bytes = Buffer.alloc(words.length * 4);
        words.forEach((word, i) => void bytes.writeUInt32BE(word, i * 4));
        return bytes;
      }),
    );
    for (const [name, codec] of codecs) {
      fc.assert(
        fc.property(hostile, (bytes) => {
          const error = thrown(() => decode(codec, Buffer.from(bytes)));
          if (error !== undefined) expect(error, name).toBeInstanceOf(LibvirtError);
        }),
        { numRuns: 20 },
      );
    }
  });
});

describe("bounds", () => {
  const list = procedures.connectListAllDomains.result;

  test("an array that claims more than the message holds is refused before it is made", () => {
    const claim = Buffer.alloc(8 + 24);
    claim.writeUInt32BE(16384, 0);
    expect(thrown(() => decode(list, claim))).toMatchObject({
      reason: "PROTOCOL",
      message: expect.stringMatching(/16384 elements in 28 bytes/),
    });
    claim.writeUInt32BE(16385, 0);
    expect(thrown(() => decode(list, claim))).toMatchObject({ message: expect.stringMatching(/16385 elements, 16384 are allowed/) });
  });

  test.each([
    ["too long a text", { name: "x".repeat(4194305) }, /4194305 bytes of text/],
    ["a NUL in a text", { name: "a\0b" }, /NUL/],
    ["half a character", { name: "\ud800" }, /half a character/],
  ])("%s is not sent", (_, args, message) => {
    expect(thrown(() => encode(procedures.domainLookupByName.args, args))).toMatchObject({
      reason: "INVALID",
      message: expect.stringMatching(message),
    });
  });

  test("a number out of its range is not sent, and the field is named", () => {
    const dom = { name: "a", uuid: "0".repeat(32), id: 2 ** 31 };
    expect(thrown(() => encode(procedures.domainGetInfo.args, { dom }))).toMatchObject({
      reason: "INVALID",
      message: expect.stringMatching(/^dom: id: 2147483648/),
    });
    const volume = { vol: { pool: "", name: "", key: "" }, offset: -1n, length: 0n, flags: 0 };
    expect(thrown(() => encode(procedures.storageVolUpload.args, volume))).toMatchObject({ message: expect.stringMatching(/^offset: -1/) });
  });

  test("a message over the limit is not made", () => {
    const vals = Array.from({ length: 9 }, () => "x".repeat(4194304));
    expect(thrown(() => encode(procedures.connectBaselineCpu.args, { xmlCPUs: vals, flags: 0 }))).toMatchObject({
      reason: "INVALID",
      message: expect.stringMatching(/at most 33554432 bytes/),
    });
  });
});
