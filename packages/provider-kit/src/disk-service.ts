import { createHash } from "node:crypto";
import type { ServerReadableStream } from "@grpc/grpc-js";
import {
  type DiskServiceServer,
  type ImportDiskHeader,
  type ImportDiskRequest,
  type ImportDiskResponse,
  invalidSpec,
  ProviderError,
} from "@remuda/contract";
import { type Clock, pause } from "./clock";
import { createKeyLock } from "./key-lock";
import type { MachineCalls } from "./machine-calls";
import type { Disks } from "./provider";
import { checkDeleteDisk, checkId, checkImport } from "./request-rules";
import type { OpenCall, Rpc } from "./rpc";
import { createSender } from "./sender";
import type { Support } from "./support";
import { whileWanted } from "./while-wanted";

const maxChunk = 1 << 20;
// The reset follows the end at once, in the same write of the client's.
const hangUpFollowsMs = 100;

export interface DiskServiceDeps {
  disks: Disks;
  formats: readonly string[];
  machines: MachineCalls;
  support: Support;
  rpc: Rpc;
  clock: Clock;
}

export function createDiskService({ disks, formats, machines, support, rpc, clock }: DiskServiceDeps): DiskServiceServer {
  const lock = createKeyLock();

  return {
    getDisk: rpc.unary({
      method: "GetDisk",
      subject: ({ id }) => ({ id }),
      check: ({ id }) => checkId("id", id),
      async handle({ id }, signal) {
        const { disk, virtualMachineId = "" } = await disks.get(id, signal);
        return { disk, virtualMachineId };
      },
    }),

    deleteDisk: rpc.unary({
      method: "DeleteDisk",
      mutation: true,
      subject: ({ id, uid }) => ({ id, uid }),
      check: checkDeleteDisk,
      async handle({ id, uid }, signal) {
        if (!disks.delete) throw new ProviderError("UNSUPPORTED", "this provider can't delete disks");
        const remove = disks.delete.bind(disks, { id, uid }, signal);
        return { task: machines.task(await (uid === "" ? remove() : lock(uid, signal, remove))) };
      },
    }),

    exportDisk(call) {
      const { request } = call;
      const opened = rpc.openStream("ExportDisk", call, () => ({ id: request.id }));
      const sender = createSender(call, opened);
      void sender.run(async () => {
        checkId("id", request.id);
        const format = request.format || (formats[0] ?? "");
        support.diskFormat(format);
        await opened.checkPlatform();
        const { totalBytes, data } = await disks.export({ ...request, format }, opened.signal);
        const pieces = whileWanted(data, opened.signal);
        // The first message tells the size, even of an empty rest.
        await sender.send({ totalBytes, data: Buffer.alloc(0) });
        for await (const bytes of pieces) {
          for (let at = 0; at < bytes.length; at += maxChunk) {
            await sender.send({ totalBytes: 0, data: Buffer.from(bytes.subarray(at, at + maxChunk)) });
          }
        }
      });
    },

    importDisk(call, callback) {
      let header: ImportDiskHeader | undefined;
      const opened = rpc.openStream("ImportDisk", call, () => ({ uid: header?.uid }));
      const take = async (): Promise<ImportDiskResponse> => {
        const { signal } = opened;
        const parts: Parts = whileWanted(call, signal);
        const first = await parts.next();
        if (first.done) await throwIfHungUp(signal, clock);
        const part = first.done ? undefined : first.value.part;
        if (part?.$case !== "header") throw invalidSpec([{ field: "header", description: "required in the first message" }]);
        header = part.value;
        checkImport(header);
        support.diskFormat(header.format);
        await opened.checkPlatform();
        const wanted = header;
        return { disk: await lock(wanted.uid, signal, () => disks.import(wanted, checkedBytes(wanted, parts, signal, clock), signal)) };
      };
      take().then(
        (response) => {
          opened.end();
          callback(null, response);
        },
        (error) => {
          callback(endOf(call, opened, error), null);
        },
      );
    },
  };
}

type Parts = AsyncIterator<ImportDiskRequest, undefined>;

/** The bytes as they come; throws before the end if they are not what the header told, so that the provider keeps nothing. */
async function* checkedBytes(
  { totalBytes, checksum }: ImportDiskHeader,
  parts: Parts,
  signal: AbortSignal,
  clock: Clock,
): AsyncGenerator<Uint8Array> {
  const hash = checksum === "" ? undefined : createHash("sha256");
  let got = 0;
  for (let next = await parts.next(); !next.done; next = await parts.next()) {
    const { part } = next.value;
    if (part?.$case !== "data") throw invalidSpec([{ field: "data", description: "required in every message after the first" }]);
    if (part.value.length > maxChunk) throw invalidSpec([{ field: "data", description: "at most 1 MiB in a message" }]);
    got += part.value.length;
    if (got > totalBytes) throw invalidSpec([{ field: "header.total_bytes", description: `more bytes came than ${totalBytes}` }]);
    hash?.update(part.value);
    yield part.value;
  }
  if (got < totalBytes) {
    await throwIfHungUp(signal, clock);
    throw new ProviderError("INTERRUPTED", `the stream ended after ${got} of ${totalBytes} bytes`);
  }
  if (hash && `sha256:${hash.digest("hex")}` !== checksum) {
    throw invalidSpec([{ field: "header.checksum", description: "the bytes have another checksum" }]);
  }
}

/** Node's HTTP/2 clients end a stream before they reset it: a hang-up looks like an end until the next frame has come. */
async function throwIfHungUp(signal: AbortSignal, clock: Clock): Promise<void> {
  await pause(clock, hangUpFollowsMs, signal);
  signal.throwIfAborted();
}

function endOf(call: ServerReadableStream<ImportDiskRequest, ImportDiskResponse>, opened: OpenCall, error: unknown) {
  // What still comes is read and dropped, else the client waits for room instead of reading its answer.
  call.resume();
  return opened.end(opened.signal.aborted ? opened.signal.reason : error) ?? null;
}
