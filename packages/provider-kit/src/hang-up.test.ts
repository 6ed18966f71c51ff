import { type ImportDiskHeader, ProviderError } from "@remuda/contract";
import { afterEach, expect, test, vi } from "vitest";
import { createGate } from "./gate";
import type { Disks, Provider } from "./provider";
import { createTestProvider, machine, type Served, serve, uid } from "./test-provider";
import { whileWanted } from "./while-wanted";

let served: Served | undefined;
afterEach(async () => {
  await served?.close();
  served = undefined;
});

async function withProvider(part: Partial<Provider>) {
  served = await serve(createTestProvider(part).provider);
  return served;
}

const withDisks = (part: Partial<Disks>) => {
  const unused = () => Promise.reject(new Error("not in this test"));
  return withProvider({ disks: { get: unused, export: unused, import: unused, ...part } });
};

const header: ImportDiskHeader = {
  uid: uid(),
  owner: "lab",
  name: "data",
  format: "raw",
  totalBytes: 1 << 20,
  checksum: "",
  storage: "",
};

function importing({ client }: Served, ...parts: Buffer[]) {
  const call = client.raw.disks.importDisk(() => {});
  call.on("error", () => {});
  call.write({ part: { $case: "header", value: header } });
  for (const value of parts) call.write({ part: { $case: "data", value } });
  return call;
}

const never = () => new Promise<never>(() => {});

/** What never brings anything, and is no generator: it can be told to end at any time. */
function silent() {
  const ended = createGate<boolean>();
  const asked = createGate();
  const source = {
    next() {
      void asked.pass();
      return never();
    },
    return() {
      ended.open(true);
      return Promise.resolve({ done: true as const, value: undefined });
    },
  };
  return { asked, ended, iterable: { [Symbol.asyncIterator]: () => source } };
}

test.each([0, 1, 3])("an import whose client hangs up after %i pieces fails within the data, its signal aborted", async (pieces) => {
  const seen = createGate<{ aborted: boolean; error: unknown }>();
  const reading = createGate();
  let got = 0;
  const started = await withDisks({
    async import(_header, data, signal) {
      try {
        if (pieces === 0) void reading.pass();
        for await (const _ of data) if (++got === pieces) void reading.pass();
      } catch (error) {
        seen.open({ aborted: signal.aborted, error });
        throw error;
      }
      throw new Error("half a disk was taken for a whole one");
    },
  });
  const call = importing(started, ...Array.from({ length: pieces }, () => Buffer.alloc(64 << 10)));
  await reading.arrived;
  call.cancel();
  const { aborted, error } = await seen.pass();
  expect(aborted).toBe(true);
  expect(error).toMatchObject({ reason: "INTERRUPTED", message: "the call was cancelled" });
});

test("an import that reads no further learns by its signal that the client hung up", async () => {
  const aborted = createGate<unknown>();
  const reading = createGate();
  const started = await withDisks({
    async import(_header, data, signal) {
      signal.addEventListener("abort", () => aborted.open(signal.reason));
      for await (const _ of data) {
        void reading.pass();
        await aborted.pass();
      }
      throw new Error("went on");
    },
  });
  const call = importing(started, ...Array.from({ length: 40 }, () => Buffer.alloc(64 << 10)));
  await reading.arrived;
  call.cancel();
  expect(await aborted.pass()).toBeInstanceOf(ProviderError);
});

test("an import whose client ends early without hanging up is told of the bytes that are missing", async () => {
  const started = await withDisks({
    async import(_header, data) {
      for await (const _ of data);
      throw new Error("half a disk was taken for a whole one");
    },
  });
  const failed = new Promise<string>((resolve) => {
    const call = started.client.raw.disks.importDisk((error) => resolve(error?.details ?? ""));
    call.write({ part: { $case: "header", value: header } });
    call.write({ part: { $case: "data", value: Buffer.alloc(3) } });
    call.end();
  });
  expect(await failed).toBe(`the stream ended after 3 of ${1 << 20} bytes`);
});

test("an export whose client hangs up is ended, also while it waits for the platform", async () => {
  const source = silent();
  const started = await withDisks({ export: () => Promise.resolve({ totalBytes: 9, data: source.iterable }) });
  const stop = new AbortController();
  const first = started.client.exportDisk({ id: "d-1", format: "raw", offset: 0 }, { signal: stop.signal });
  await first.next();
  await source.asked.arrived;
  stop.abort();
  await expect(first.next()).rejects.toMatchObject({ reason: "INTERRUPTED" });
  expect(await source.ended.pass()).toBe(true);
  await started.running.close();
});

test("an export that was opened after its client hung up is ended without being read", async () => {
  const source = silent();
  const opening = createGate();
  const hungUp = createGate();
  const started = await withDisks({
    async export(_request, signal) {
      signal.addEventListener("abort", () => hungUp.open(undefined));
      void opening.pass();
      await hungUp.pass();
      return { totalBytes: 9, data: source.iterable };
    },
  });
  const stop = new AbortController();
  const first = started.client.exportDisk({ id: "d-1", format: "raw", offset: 0 }, { signal: stop.signal }).next();
  await opening.arrived;
  stop.abort();
  await expect(first).rejects.toMatchObject({ reason: "INTERRUPTED" });
  expect(await source.ended.pass()).toBe(true);
});

test("a watch whose client goes runs the `finally` of the provider's generator, which waits by its signal", async () => {
  const over = createGate<boolean>();
  const started = await withProvider({
    async *watch(_filter, signal) {
      try {
        yield { type: "present", virtualMachine: machine() };
        yield { type: "bookmark" };
        await new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("told to stop"))));
      } finally {
        over.open(true);
      }
    },
  });
  for await (const _ of started.client.watchVirtualMachines({ owner: "" })) break;
  expect(await over.pass()).toBe(true);
});

test("a watch whose client goes is ended, also where its events wait for nothing that can be told", async () => {
  const source = silent();
  const started = await withProvider({ watch: () => source.iterable });
  const stop = new AbortController();
  const first = started.client.watchVirtualMachines({ owner: "" }, { signal: stop.signal }).next();
  await source.asked.arrived;
  stop.abort();
  await expect(first).rejects.toMatchObject({ reason: "INTERRUPTED" });
  expect(await source.ended.pass()).toBe(true);
});

test("a generator that awaits when it is no longer wanted ends at its next step, and gives nothing any more", async () => {
  const gate = createGate<number>();
  const over = vi.fn();
  const source = (async function* () {
    try {
      yield await gate.pass();
      yield 2;
    } finally {
      over();
    }
  })();
  const stop = new AbortController();
  const wanted = whileWanted(source, stop.signal);
  const first = wanted.next();
  stop.abort(new Error("gone"));
  await expect(first).rejects.toThrow("gone");
  expect(over).not.toHaveBeenCalled();
  gate.open(1);
  await vi.waitFor(() => expect(over).toHaveBeenCalledTimes(1));
  await expect(wanted.next()).rejects.toThrow("gone");
});
