import { createHash } from "node:crypto";
import { status } from "@grpc/grpc-js";
import { ConsoleType, fromServiceError, type ImportDiskHeader, type ImportDiskResponse, type OpenConsoleResponse } from "@remuda/contract";
import { afterEach, expect, test, vi } from "vitest";
import { createGate } from "./gate";
import type { Console, ConsoleSession, Disks } from "./provider";
import { capabilities, createTestProvider, type Served, serve, uid } from "./test-provider";

let served: Served | undefined;
afterEach(async () => {
  await served?.close();
  served = undefined;
});

const disk = { id: "d-1", name: "data", capacityBytes: 4, usedBytes: 0, boot: false, storage: "" };
const noDisks: Disks = {
  get: () => Promise.resolve({ disk }),
  export: () => Promise.reject(new Error("not in this test")),
  import: () => Promise.reject(new Error("not in this test")),
};

async function withDisks(part: Partial<Disks>) {
  served = await serve(createTestProvider({ disks: { ...noDisks, ...part } }).provider);
  return served;
}

test("ExportDisk tells the size first, and cuts the bytes into pieces of 1 MiB", async () => {
  const content = Buffer.alloc((5 << 19) + 3, "abc");
  const { client } = await withDisks({
    export({ format, offset }) {
      expect([format, offset]).toEqual(["raw", 7]);
      const data = (async function* () {
        yield await Promise.resolve(content);
      })();
      return Promise.resolve({ totalBytes: content.length, data });
    },
  });
  const sizes: number[] = [];
  const parts: Uint8Array[] = [];
  for await (const { totalBytes, data } of client.exportDisk({ id: "d-1", format: "", offset: 7 })) {
    sizes.push(totalBytes);
    parts.push(data);
  }
  expect(sizes).toEqual([content.length, 0, 0, 0]);
  expect(Math.max(...parts.map((part) => part.length))).toBe(1 << 20);
  expect(Buffer.concat(parts).equals(content)).toBe(true);
});

test("ExportDisk does not read on while the client does not, and stops when it hangs up", async () => {
  let produced = 0;
  const over = createGate<boolean>();
  const { client } = await withDisks({
    export: () =>
      Promise.resolve({
        totalBytes: 0,
        data: (async function* () {
          try {
            for (; produced < 1000; produced++) yield await Promise.resolve(Buffer.alloc(1 << 20));
          } finally {
            over.open(true);
          }
        })(),
      }),
  });
  for await (const _ of client.exportDisk({ id: "d-1", format: "raw", offset: 0 })) break;
  expect(await over.pass()).toBe(true);
  expect(produced).toBeLessThan(100);
});

test("a format that is not declared is UNSUPPORTED, an id that is missing INVALID_SPEC", async () => {
  const { client } = await withDisks({});
  await expect(client.exportDisk({ id: "d", format: "vhd", offset: 0 }).next()).rejects.toMatchObject({ reason: "UNSUPPORTED" });
  await expect(client.exportDisk({ id: "", format: "", offset: 0 }).next()).rejects.toMatchObject({ reason: "INVALID_SPEC" });
});

test("DeleteDisk hands on id and uid; a provider that can't do it is UNSUPPORTED, as is DeleteImage", async () => {
  const remove = vi.fn(() => Promise.resolve("task-1"));
  const { client } = await withDisks({ delete: remove });
  const key = { id: "d-1", uid: uid() };
  expect((await client.deleteDisk(key)).task).toMatchObject({ ref: "task-1" });
  expect(remove).toHaveBeenCalledWith(key, expect.any(AbortSignal));
  await expect(client.deleteDisk({ ...key, uid: "U" })).rejects.toMatchObject({ reason: "INVALID_SPEC", violations: [{ field: "uid" }] });
  await expect(client.deleteDisk({ ...key, id: "" })).rejects.toMatchObject({ reason: "INVALID_SPEC", violations: [{ field: "id" }] });
  await served?.close();
  const images = { prepare: () => Promise.reject(new Error("not in this test")), async *list() {} };
  served = await serve(createTestProvider({ disks: noDisks, images }).provider);
  await expect(served.client.deleteDisk(key)).rejects.toMatchObject({ reason: "UNSUPPORTED" });
  await expect(served.client.deleteImage({ id: "i-1" })).rejects.toMatchObject({ reason: "UNSUPPORTED" });
});

test("DeleteImage hands on the id", async () => {
  const remove = vi.fn(() => Promise.resolve(undefined));
  const images = { prepare: () => Promise.reject(new Error("not in this test")), async *list() {}, delete: remove };
  served = await serve(createTestProvider({ images }).provider);
  expect((await served.client.deleteImage({ id: "i-1" })).task).toBeUndefined();
  expect(remove).toHaveBeenCalledWith("i-1", expect.any(AbortSignal));
  await expect(served.client.deleteImage({ id: "" })).rejects.toMatchObject({ reason: "INVALID_SPEC", violations: [{ field: "id" }] });
});

const header = (content: Buffer, part: Partial<ImportDiskHeader> = {}): ImportDiskHeader => ({
  uid: uid(),
  owner: "lab",
  name: "data",
  format: "raw",
  totalBytes: content.length,
  checksum: `sha256:${createHash("sha256").update(content).digest("hex")}`,
  storage: "",
  ...part,
});

function importDisk({ client }: Served, wanted: ImportDiskHeader, ...parts: Buffer[]): Promise<ImportDiskResponse> {
  return new Promise((resolve, reject) => {
    const call = client.raw.disks.importDisk((error, response) => (error ? reject(fromServiceError(error)) : resolve(response)));
    call.write({ part: { $case: "header", value: wanted } });
    for (const value of parts) call.write({ part: { $case: "data", value } });
    call.end();
  });
}

/** Keeps what it read, or what it was told when the bytes were wrong. */
function keeping() {
  const kept: Buffer[] = [];
  const imported = vi.fn(async (_header: ImportDiskHeader, data: AsyncIterable<Uint8Array>) => {
    const parts: Uint8Array[] = [];
    for await (const part of data) parts.push(part);
    kept.push(Buffer.concat(parts));
    return disk;
  });
  return { kept, import: imported };
}

test("ImportDisk hands on every byte and answers the disk", async () => {
  const { kept, import: imported } = keeping();
  const content = Buffer.alloc(3 << 19, "xyz");
  const answer = await importDisk(
    await withDisks({ import: imported }),
    header(content),
    content.subarray(0, 1 << 20),
    content.subarray(1 << 20),
  );
  expect(answer.disk).toMatchObject({ id: "d-1" });
  expect(kept.map((each) => each.equals(content))).toEqual([true]);
});

test.each<[string, Partial<ImportDiskHeader>, string, string]>([
  ["fewer bytes than were told", { totalBytes: 9 }, "INTERRUPTED", ""],
  ["more bytes than were told", { totalBytes: 3 }, "INVALID_SPEC", "header.total_bytes"],
  ["other bytes than were told", { checksum: `sha256:${"0".repeat(64)}` }, "INVALID_SPEC", "header.checksum"],
])("ImportDisk of %s fails within the data, so that the provider keeps nothing", async (_title, part, reason, field) => {
  const { kept, import: imported } = keeping();
  const content = Buffer.from("four");
  const failed = importDisk(await withDisks({ import: imported }), header(content, part), content);
  await expect(failed).rejects.toMatchObject({ reason, violations: field === "" ? [] : [{ field }] });
  expect(imported).toHaveBeenCalledTimes(1);
  expect(kept).toEqual([]);
});

test("ImportDisk that does not begin with a header is INVALID_SPEC", async () => {
  const { client } = await withDisks({});
  const failed = new Promise((_resolve, reject) => {
    const call = client.raw.disks.importDisk((error) => reject(error && fromServiceError(error)));
    call.write({ part: { $case: "data", value: Buffer.from("x") } });
    call.end();
  });
  await expect(failed).rejects.toMatchObject({ reason: "INVALID_SPEC", violations: [{ field: "header" }] });
});

async function withConsole(open: Console["open"]) {
  const declared = { ...capabilities, consoleTypes: [ConsoleType.SERIAL, ConsoleType.VNC] };
  served = await serve(createTestProvider({ capabilities: declared, console: { open } }).provider);
  const call = served.client.raw.consoles.openConsole();
  const answers: OpenConsoleResponse["part"][] = [];
  const ended = new Promise<number>((resolve) => {
    call.on("data", ({ part }: OpenConsoleResponse) => answers.push(part));
    call.on("error", () => {});
    call.on("status", ({ code }) => resolve(code));
  });
  const begin = (type: ConsoleType) => call.write({ part: { $case: "target", value: { virtualMachineId: "m-1", uid: "", type } } });
  return { call, answers, ended, begin };
}

/** A serial line that answers what is typed, in capitals. */
function echo(): { session: ConsoleSession; closed: () => boolean } {
  const waiting: Uint8Array[] = [];
  let wake = () => {};
  let closed = false;
  const output = (async function* () {
    for (;;) {
      for (let next = waiting.shift(); next; next = waiting.shift()) yield Buffer.from(Buffer.from(next).toString().toUpperCase());
      if (closed) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  })();
  const session: ConsoleSession = {
    output,
    write(bytes) {
      waiting.push(bytes);
      wake();
    },
    close() {
      closed = true;
      wake();
    },
  };
  return { session, closed: () => closed };
}

test("a serial console carries bytes both ways until the client ends", async () => {
  const { session, closed } = echo();
  const { call, answers, ended, begin } = await withConsole(() => Promise.resolve(session));
  begin(ConsoleType.SERIAL);
  call.write({ part: { $case: "input", value: Buffer.from("ls") } });
  await vi.waitFor(() => expect(answers).toEqual([{ $case: "output", value: Buffer.from("LS") }]));
  call.end();
  expect(await ended).toBe(status.OK);
  expect(closed()).toBe(true);
});

test("a console that the client leaves is closed", async () => {
  const { session, closed } = echo();
  const { call, answers, ended, begin } = await withConsole(() => Promise.resolve(session));
  begin(ConsoleType.SERIAL);
  call.write({ part: { $case: "input", value: Buffer.from("x") } });
  await vi.waitFor(() => expect(answers).toHaveLength(1));
  call.cancel();
  expect(await ended).toBe(status.CANCELLED);
  await vi.waitFor(() => expect(closed()).toBe(true));
});

test("another console is one address, and then the end", async () => {
  const address = { url: "vnc://127.0.0.1:5901", password: "once", expireTime: undefined };
  const { answers, ended, begin } = await withConsole(() => Promise.resolve({ address }));
  begin(ConsoleType.VNC);
  expect(await ended).toBe(status.OK);
  expect(answers).toMatchObject([{ $case: "address", value: { url: "vnc://127.0.0.1:5901" } }]);
});

test("a console type that is not declared is UNSUPPORTED; a call without target INVALID_ARGUMENT", async () => {
  const one = await withConsole(() => Promise.reject(new Error("must not be asked")));
  one.begin(ConsoleType.SPICE);
  expect(await one.ended).toBe(status.UNIMPLEMENTED);
  await served?.close();
  const other = await withConsole(() => Promise.reject(new Error("must not be asked")));
  other.call.write({ part: { $case: "input", value: Buffer.from("x") } });
  expect(await other.ended).toBe(status.INVALID_ARGUMENT);
});
