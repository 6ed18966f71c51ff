import { setTimeout as pause } from "node:timers/promises";
import { DeleteDiskRequest, GetDiskRequest, ProviderError } from "@remuda/contract";
import type { RuleContext } from "../context";
import { service } from "../declared";
import { exportBytes, headerFor, importable, sendDisk, stoppedDisk } from "../disk-content";
import { openDroppingProxy } from "../dropping-proxy";
import { check, checkEqual, present, skip } from "../expect";
import type { Rule } from "../rule";

const requires = service("DiskService");
const getDisk = (ctx: RuleContext, id: string) => ctx.client.getDisk(GetDiskRequest.create({ id }), { signal: ctx.signal });

/** After a failed import: the uid is free, and the same import made whole answers a whole disk. */
async function checkNothingLeft(ctx: RuleContext, header: ReturnType<typeof headerFor>, bytes: Buffer): Promise<void> {
  const disk = await sendDisk(ctx, header, bytes);
  const { bytes: back } = await exportBytes(ctx, disk.id, header.format);
  check(back.length >= bytes.length, `after a broken import the whole one answered a disk of ${back.length} bytes, not ${bytes.length}`);
}

const diskGet: Rule = {
  id: "disk-get",
  title: "GetDisk shows a machine's disk with its size and its machine; an unknown one is NOT_FOUND",
  requires,
  async run(ctx) {
    const machine = await ctx.shared();
    const shown = present(machine.disks[0], "a disk of the machine");
    const { disk, virtualMachineId } = await getDisk(ctx, shown.id);
    checkEqual([disk?.id, disk?.capacityBytes, virtualMachineId], [shown.id, shown.capacityBytes, machine.id], "id, size and machine");
    await ctx.refused(getDisk(ctx, `${shown.id}-no-such-disk`), "NOT_FOUND", "GetDisk of an unknown id");
  },
};

const diskExport: Rule = {
  id: "disk-export",
  title: "ExportDisk answers all bytes in every declared format, and as many as it said",
  requires,
  async run(ctx) {
    const { disk } = await stoppedDisk(ctx);
    for (const format of ctx.capabilities.diskFormats) {
      const { totalBytes, bytes } = await exportBytes(ctx, disk.id, format);
      check(bytes.length > 0, `${format}: no bytes came`);
      if (totalBytes > 0) checkEqual(bytes.length, totalBytes, `${format}: how many bytes came`);
      if (format === "raw") checkEqual(bytes.length, disk.capacityBytes, "raw: how many bytes came");
    }
  },
};

const diskExportOffset: Rule = {
  id: "disk-export-offset",
  title: "ExportDisk goes on from an offset with the same bytes",
  requires,
  async run(ctx) {
    const { disk } = await stoppedDisk(ctx);
    const [format = ""] = ctx.capabilities.diskFormats;
    const whole = (await exportBytes(ctx, disk.id, format)).bytes;
    const offset = Math.floor(whole.length / 3);
    const { bytes: rest } = await exportBytes(ctx, disk.id, format, offset);
    check(
      rest.equals(whole.subarray(offset)),
      `the bytes from ${offset} on are not the whole's: ${rest.length} came, ${whole.length - offset} were expected`,
    );
  },
};

const diskFormat: Rule = {
  id: "disk-format",
  title: "a format that is not declared is refused with UNSUPPORTED or INVALID_SPEC",
  requires,
  async run(ctx) {
    const { disk } = await stoppedDisk(ctx);
    const reasons = ["UNSUPPORTED", "INVALID_SPEC"] as const;
    await ctx.refused(exportBytes(ctx, disk.id, "no-such-format"), reasons, "ExportDisk");
    const { bytes } = await importable(ctx);
    await ctx.refused(sendDisk(ctx, headerFor(ctx, bytes, "no-such-format"), bytes), reasons, "ImportDisk");
  },
};

const diskImport: Rule = {
  id: "disk-import",
  title: "ImportDisk makes a disk with the bytes that were sent, and the same uid again answers the same disk",
  requires,
  async run(ctx) {
    const { bytes, format } = await importable(ctx);
    const header = headerFor(ctx, bytes, format);
    const disk = await sendDisk(ctx, header, bytes);
    checkEqual((await getDisk(ctx, disk.id)).virtualMachineId, "", "the machine of a disk that belongs to none");
    checkEqual((await sendDisk(ctx, header, bytes)).id, disk.id, "the id that the same uid answers");
    if (format !== "raw") return;
    const { bytes: back } = await exportBytes(ctx, disk.id, format);
    check(back.subarray(0, bytes.length).equals(bytes), "other bytes came back than were sent");
  },
};

const diskRoundTrip: Rule = {
  id: "disk-round-trip",
  title: "what ExportDisk gave in a declared format, ImportDisk takes: the new disk has the size of the old one",
  requires,
  async run(ctx) {
    const { disk } = await stoppedDisk(ctx);
    for (const format of ctx.capabilities.diskFormats) {
      const { bytes } = await exportBytes(ctx, disk.id, format);
      const copy = await sendDisk(ctx, headerFor(ctx, bytes, format), bytes);
      checkEqual(copy.capacityBytes, disk.capacityBytes, `${format}: the size of the new disk`);
    }
  },
};

const diskChecksum: Rule = {
  id: "disk-checksum",
  title: "an import with another checksum than its bytes is refused with INVALID_SPEC and leaves nothing",
  requires,
  async run(ctx) {
    const { bytes, format } = await importable(ctx);
    const header = headerFor(ctx, bytes, format);
    const wrong = { ...header, checksum: `sha256:${"0".repeat(64)}` };
    await ctx.refused(sendDisk(ctx, wrong, bytes), "INVALID_SPEC", "a wrong checksum");
    await checkNothingLeft(ctx, header, bytes);
  },
};

const diskEarlyEnd: Rule = {
  id: "disk-early-end",
  title: "an import that ends before all its bytes came fails and leaves nothing",
  requires,
  async run(ctx) {
    const { bytes, format } = await importable(ctx);
    const header = headerFor(ctx, bytes, format, { checksum: "" });
    const half = bytes.subarray(0, bytes.length / 2);
    await ctx.refused(sendDisk(ctx, header, half), ["INTERRUPTED", "INVALID_SPEC"], "half of the bytes");
    await checkNothingLeft(ctx, header, bytes);
  },
};

// Long enough to have read what was sent; a provider that is slower is not tried as hard.
const readMs = 100;

const diskHangUp: Rule = {
  id: "disk-hang-up",
  title: "an import whose caller hangs up, or whose connection breaks, leaves nothing",
  requires,
  async run(ctx) {
    const { bytes, format } = await importable(ctx);
    const half = bytes.subarray(0, bytes.length / 2);
    const proxy = ctx.closing(await openDroppingProxy(ctx.address));
    // A caller that cancels may end its stream first, as Node's HTTP/2 does: only a broken connection never looks like an end.
    const ways: Parameters<typeof sendDisk>[3][] = [
      { finish: (call) => call.cancel() },
      { finish: (call) => setTimeout(() => call.cancel(), readMs) },
      { client: ctx.connect(proxy.address, proxy.channelOptions), finish: () => setTimeout(proxy.close, readMs) },
    ];
    const headers = await Promise.all(
      ways.map(async (way) => {
        const header = headerFor(ctx, bytes, format, { checksum: "" });
        await sendDisk(ctx, header, half, way).catch(() => undefined);
        return header;
      }),
    );
    // Nothing tells a caller that has gone when the provider has noticed.
    await pause(ctx.settings.promptMs, undefined, { signal: ctx.signal });
    for (const header of headers) await checkNothingLeft(ctx, header, bytes);
  },
};

const diskDelete: Rule = {
  id: "disk-delete",
  title: "DeleteDisk deletes an imported disk, again is done, and refuses another uid and a machine's disk",
  requires,
  async run(ctx) {
    const { bytes, format } = await importable(ctx);
    const header = headerFor(ctx, bytes, format);
    const { id } = await sendDisk(ctx, header, bytes);
    const remove = async (disk: { id: string; uid: string }) =>
      ctx.settle((await ctx.client.deleteDisk(DeleteDiskRequest.create(disk), { signal: ctx.signal })).task);
    const foreign = await remove({ id, uid: ctx.settings.newUid() }).catch((error: unknown) => error);
    if (foreign instanceof ProviderError && foreign.reason === "UNSUPPORTED") return skip("not declared: DeleteDisk");
    await ctx.refused(Promise.reject(foreign), "FORBIDDEN", "DeleteDisk with another uid");
    checkEqual((await getDisk(ctx, id)).disk?.id, id, "the disk after the refused call");
    await remove({ id, uid: header.uid });
    await ctx.refused(getDisk(ctx, id), "NOT_FOUND", "GetDisk of what was deleted");
    await remove({ id, uid: header.uid });
    const { disk } = await stoppedDisk(ctx);
    await ctx.refused(remove({ id: disk.id, uid: "" }), ["CONFLICT", "FORBIDDEN"], "DeleteDisk of a machine's disk");
    checkEqual((await getDisk(ctx, disk.id)).disk?.id, disk.id, "the machine's disk after the refused call");
    return undefined;
  },
};

export const diskRules: Rule[] = [
  diskGet,
  diskExport,
  diskExportOffset,
  diskFormat,
  diskImport,
  diskRoundTrip,
  diskChecksum,
  diskEarlyEnd,
  diskHangUp,
  diskDelete,
];
