import { createHash } from "node:crypto";
import { Metadata } from "@grpc/grpc-js";
import {
  type AttachedDisk,
  ExportDiskRequest,
  fromServiceError,
  ImportDiskHeader,
  type ImportDiskRequest,
  type ImportDiskResponse,
  PowerState,
  type ProviderClient,
} from "@remuda/contract";
import type { RuleContext } from "./context";
import { check, present } from "./expect";

const pieceBytes = 64 << 10;

/** 384 KiB that is no file system, the same in every run. */
const rawContent = (): Buffer => Buffer.alloc(384 << 10, "content of a disk that was imported; ");

const sha256 = (bytes: Uint8Array): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

type ImportCall = ReturnType<ProviderClient["raw"]["disks"]["importDisk"]>;

/** Sends a header and bytes; `finish` says what the caller does then, if it doesn't end well. */
export function sendDisk(
  ctx: RuleContext,
  header: ImportDiskHeader,
  bytes: Buffer,
  { client = ctx.client, finish = (call) => call.end() }: { client?: ProviderClient; finish?: (call: ImportCall) => void } = {},
): Promise<AttachedDisk> {
  return new Promise((resolve, reject) => {
    const deadline = Date.now() + ctx.settings.taskTimeoutMs;
    const call = client.raw.disks.importDisk(new Metadata(), { deadline }, (error, response: ImportDiskResponse) => {
      if (error) return reject(fromServiceError(error));
      try {
        const disk = present(response.disk, "ImportDiskResponse.disk");
        ctx.trackDisk(disk.id, header.uid);
        resolve(disk);
      } catch (missing) {
        reject(missing);
      }
    });
    // A provider that refuses early ends the stream; what is still written then has no reader.
    call.on("error", () => {});
    const parts: ImportDiskRequest[] = [{ part: { $case: "header", value: header } }];
    for (let at = 0; at < bytes.length; at += pieceBytes)
      parts.push({ part: { $case: "data", value: bytes.subarray(at, at + pieceBytes) } });
    const next = () => {
      const part = parts.shift();
      if (part) call.write(part, next);
      else finish(call);
    };
    next();
  });
}

/** A header for these bytes, with a uid and a name of its own. */
export const headerFor = (ctx: RuleContext, bytes: Buffer, format: string, changes: Partial<ImportDiskHeader> = {}): ImportDiskHeader =>
  ImportDiskHeader.create({
    uid: ctx.settings.newUid(),
    owner: ctx.owner,
    name: ctx.newName(),
    format,
    totalBytes: bytes.length,
    checksum: sha256(bytes),
    ...changes,
  });

/** Bytes in a declared format, fit for an import. */
export async function importable(ctx: RuleContext): Promise<{ bytes: Buffer; format: string }> {
  const { diskFormats } = ctx.capabilities;
  if (diskFormats.includes("raw")) return { bytes: rawContent(), format: "raw" };
  const format = present(diskFormats[0], "a declared disk format");
  const { disk } = await stoppedDisk(ctx);
  return { bytes: (await exportBytes(ctx, disk.id, format)).bytes, format };
}

export async function importBytes(ctx: RuleContext): Promise<AttachedDisk> {
  const { bytes, format } = await importable(ctx);
  return sendDisk(ctx, headerFor(ctx, bytes, format), bytes);
}

/** The first disk of a machine that does not run. */
export async function stoppedDisk(ctx: RuleContext): Promise<{ machineId: string; disk: AttachedDisk }> {
  const machine = await ctx.make({ powerState: PowerState.OFF });
  return { machineId: machine.id, disk: present(machine.disks[0], "a disk of the machine") };
}

/** The whole output, or what is left of it from an offset. */
export async function exportBytes(
  ctx: RuleContext,
  id: string,
  format: string,
  offset = 0,
): Promise<{ totalBytes: number; bytes: Buffer }> {
  const pieces: Uint8Array[] = [];
  let totalBytes: number | undefined;
  const request = ExportDiskRequest.create({ id, format, offset });
  for await (const message of ctx.client.exportDisk(request, { signal: ctx.signal, deadlineMs: ctx.settings.taskTimeoutMs })) {
    totalBytes ??= message.totalBytes;
    check(message.data.length <= 1 << 20, `a piece of ${message.data.length} bytes; at most 1 MiB is allowed`);
    pieces.push(message.data);
  }
  return { totalBytes: totalBytes ?? 0, bytes: Buffer.concat(pieces) };
}
