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
import { createKeyLock } from "./key-lock";
import type { Disks } from "./provider";
import { checkId, checkImport } from "./request-rules";
import type { OpenCall, Rpc } from "./rpc";
import { createSender } from "./sender";
import type { Support } from "./support";

const maxChunk = 1 << 20;

export interface DiskServiceDeps {
  disks: Disks;
  formats: readonly string[];
  support: Support;
  rpc: Rpc;
}

export function createDiskService({ disks, formats, support, rpc }: DiskServiceDeps): DiskServiceServer {
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

    exportDisk(call) {
      const { request } = call;
      const opened = rpc.openStream("ExportDisk", call, () => ({ id: request.id }));
      const sender = createSender(call, opened);
      void sender.run(async () => {
        checkId("id", request.id);
        const format = request.format || (formats[0] ?? "");
        support.diskFormat(format);
        const { totalBytes, data } = await disks.export({ ...request, format }, opened.signal);
        // The first message tells the size, even of an empty rest.
        await sender.send({ totalBytes, data: Buffer.alloc(0) });
        for await (const bytes of data) {
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
        const parts = call[Symbol.asyncIterator]() as AsyncIterator<ImportDiskRequest>;
        const first = await parts.next();
        const part = first.done ? undefined : first.value.part;
        if (part?.$case !== "header") throw invalidSpec([{ field: "header", description: "required in the first message" }]);
        header = part.value;
        checkImport(header);
        support.diskFormat(header.format);
        const wanted = header;
        return { disk: await lock(wanted.uid, opened.signal, () => disks.import(wanted, checkedBytes(wanted, parts), opened.signal)) };
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

/** The bytes as they come; throws before the end if they are not what the header told, so that the provider keeps nothing. */
async function* checkedBytes(
  { totalBytes, checksum }: ImportDiskHeader,
  parts: AsyncIterator<ImportDiskRequest>,
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
  if (got < totalBytes) throw new ProviderError("INTERRUPTED", `the stream ended after ${got} of ${totalBytes} bytes`);
  if (hash && `sha256:${hash.digest("hex")}` !== checksum) {
    throw invalidSpec([{ field: "header.checksum", description: "the bytes have another checksum" }]);
  }
}

function endOf(call: ServerReadableStream<ImportDiskRequest, ImportDiskResponse>, opened: OpenCall, error: unknown) {
  // What still comes is read and dropped, else the client waits for room instead of reading its answer.
  call.resume();
  return opened.end(opened.signal.aborted ? opened.signal.reason : error) ?? null;
}
