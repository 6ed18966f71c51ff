import { createHash } from "node:crypto";
import {
  DeleteDiskResponse,
  ExportDiskResponse,
  type GetCapabilitiesResponse,
  GetDiskResponse,
  ImportDiskHeader,
  ImportDiskResponse,
  invalidSpec,
  PowerState,
} from "@remuda/contract";
import type { Handlers } from "./handler-types";
import { fail } from "./handlers";
import type { Platform } from "./platform";
import { demand, required } from "./requests";

const magic = Buffer.from("QFI\xfb", "latin1");
const pieceBytes = 64 << 10;

export function createDiskHandlers(
  platform: Platform,
  { diskFormats }: GetCapabilitiesResponse,
): Pick<Handlers, "getDisk" | "deleteDisk" | "exportDisk" | "importDisk"> {
  function find(id: string) {
    demand([required("id", id)]);
    const disk = platform.disks.get(id);
    if (!disk) throw fail("NOT_FOUND", `no disk ${id}`);
    return disk;
  }
  function checkFormat(format: string) {
    if (!diskFormats.includes(format)) throw fail("UNSUPPORTED", `format ${format}`);
  }

  return {
    getDisk({ id }) {
      const { shown, machineId } = find(id);
      return GetDiskResponse.create({ disk: shown, virtualMachineId: machineId });
    },

    deleteDisk({ id, uid }) {
      demand([required("id", id)]);
      const disk = platform.disks.get(id);
      if (!disk) return DeleteDiskResponse.create({});
      const [mark = ""] = [...platform.imports].find(([, imported]) => imported === id) ?? [];
      if (mark !== uid) throw fail("FORBIDDEN", "it bears another uid");
      if (platform.machines.has(disk.machineId)) throw fail("CONFLICT", "a machine has it");
      platform.disks.delete(id);
      platform.imports.delete(mark);
      return DeleteDiskResponse.create({});
    },

    async *exportDisk({ id, format, offset }) {
      const { content, machineId } = find(id);
      const wanted = format || diskFormats[0] || "";
      checkFormat(wanted);
      if (platform.machines.get(machineId)?.shown.powerState === PowerState.ON) throw fail("CONFLICT", "the machine runs");
      const bytes = wanted === "raw" ? content : Buffer.concat([magic, content]);
      for (let at = offset; at < bytes.length; at += pieceBytes) {
        yield await Promise.resolve(
          ExportDiskResponse.create({ totalBytes: at === offset ? bytes.length : 0, data: bytes.subarray(at, at + pieceBytes) }),
        );
      }
    },

    async importDisk(parts) {
      let header: ImportDiskHeader | undefined;
      const pieces: Uint8Array[] = [];
      for await (const { part } of parts) {
        if (part?.$case === "header") header = part.value;
        if (part?.$case === "data") pieces.push(part.value);
      }
      const { uid, owner, name, format, totalBytes, checksum } = header ?? ImportDiskHeader.create({});
      demand([
        required("header.uid", uid),
        required("header.owner", owner),
        required("header.name", name),
        required("header.format", format),
        required("header.total_bytes", totalBytes),
      ]);
      checkFormat(format);
      const known = platform.disks.get(platform.imports.get(uid) ?? "");
      if (known) return ImportDiskResponse.create({ disk: known.shown });
      const bytes = Buffer.concat(pieces);
      if (bytes.length !== totalBytes) throw fail("INTERRUPTED", `${bytes.length} of ${totalBytes} bytes came`);
      if (checksum !== "" && checksum !== `sha256:${createHash("sha256").update(bytes).digest("hex")}`) {
        throw invalidSpec([{ field: "header.checksum", description: "other bytes came" }]);
      }
      const disk = platform.addDisk(name, format === "raw" ? bytes : bytes.subarray(magic.length), "");
      platform.imports.set(uid, disk.id);
      return ImportDiskResponse.create({ disk });
    },
  };
}
