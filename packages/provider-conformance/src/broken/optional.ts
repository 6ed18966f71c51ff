import { once } from "node:events";
import { ConsoleType, type ImportDiskHeader, type ImportDiskRequest, PowerState, RevertSnapshotResponse } from "@remuda/contract";
import { little } from "../reference/capabilities";
import { setPower } from "../reference/handlers";
import { type Broken, fail, later, realUid } from "./broken";

const brokenSnapshots: Broken[] = [
  {
    rule: "snapshot-create",
    fault: "a machine stops when a snapshot is taken",
    mayFail: ["snapshot-foreign"],
    handlers: ({ createSnapshot }, platform) => ({
      createSnapshot(request, call) {
        const machine = platform.machines.get(request.virtualMachineId);
        if (machine && !request.memory) setPower(platform, machine, PowerState.OFF);
        return createSnapshot(request, call);
      },
    }),
  },
  {
    rule: "snapshot-idempotent",
    fault: "the same name again is refused with ALREADY_EXISTS",
    handlers: ({ createSnapshot }, { machines }) => ({
      createSnapshot(request, call) {
        const known = machines.get(request.virtualMachineId)?.snapshots.some(({ name }) => name === request.name);
        if (known) throw fail("ALREADY_EXISTS");
        return createSnapshot(request, call);
      },
    }),
  },
  {
    rule: "snapshot-order",
    fault: "children are listed first",
    handlers: ({ listSnapshots }) => ({
      async listSnapshots(request, call) {
        const { snapshots } = await listSnapshots(request, call);
        return { snapshots: [...snapshots].reverse() };
      },
    }),
  },
  {
    rule: "snapshot-revert",
    fault: "going back does nothing to a machine that is off",
    handlers: ({ revertSnapshot }, { machines }) => ({
      revertSnapshot(request, call) {
        const machine = machines.get(request.virtualMachineId);
        const known = machine?.snapshots.some(({ id }) => id === request.snapshotId);
        return known && machine?.shown.powerState === PowerState.OFF ? RevertSnapshotResponse.create({}) : revertSnapshot(request, call);
      },
    }),
  },
  {
    rule: "snapshot-memory",
    fault: "the memory of a snapshot is not used",
    handlers: ({ revertSnapshot }, platform) => ({
      revertSnapshot(request, call) {
        const machine = platform.machines.get(request.virtualMachineId);
        if (!machine?.snapshots.find(({ id }) => id === request.snapshotId)?.memory) return revertSnapshot(request, call);
        setPower(platform, machine, PowerState.OFF);
        return RevertSnapshotResponse.create({});
      },
    }),
  },
  {
    rule: "snapshot-memory-undeclared",
    fault: "a snapshot with memory is taken without it",
    base: little,
    handlers: ({ createSnapshot }) => ({ createSnapshot: (request, call) => createSnapshot({ ...request, memory: false }, call) }),
  },
  {
    rule: "snapshot-delete",
    fault: "later snapshots go with the one that is deleted",
    handlers: ({ deleteSnapshot }, { machines }) => ({
      deleteSnapshot(request, call) {
        const machine = machines.get(request.virtualMachineId);
        const at = machine?.snapshots.findIndex(({ id }) => id === request.snapshotId) ?? -1;
        if (machine && at >= 0) machine.snapshots.splice(at + 1);
        return deleteSnapshot(request, call);
      },
    }),
  },
  {
    rule: "snapshot-foreign",
    fault: "CreateSnapshot ignores the mark",
    handlers: ({ createSnapshot }, platform) => ({
      createSnapshot: (request, call) =>
        createSnapshot({ ...request, uid: realUid(platform, request.virtualMachineId, request.uid) }, call),
    }),
  },
  {
    rule: "snapshot-unknown",
    fault: "going back to a snapshot that is gone is done",
    handlers: ({ revertSnapshot }, { machines }) => ({
      revertSnapshot(request, call) {
        const machine = machines.get(request.virtualMachineId);
        const known = machine?.snapshots.some(({ id }) => id === request.snapshotId) ?? true;
        return known ? revertSnapshot(request, call) : RevertSnapshotResponse.create({});
      },
    }),
  },
  {
    rule: "snapshot-clone",
    fault: "a clone takes its origin's snapshots away",
    handlers: ({ create }, { machines }) => ({
      create(request, call) {
        const { source } = request.spec ?? {};
        const origin = source?.$case === "virtualMachine" && source.value.snapshotId !== "" ? machines.get(source.value.id) : undefined;
        if (origin) origin.snapshots = [];
        return create(request, call);
      },
    }),
  },
  {
    rule: "snapshot-machine-gone",
    fault: "a machine with snapshots is not deleted by its id",
    handlers: ({ delete: remove }, { machines }) => ({
      delete(request, call) {
        if ((machines.get(request.id)?.snapshots.length ?? 0) > 1) throw fail("CONFLICT");
        return remove(request, call);
      },
    }),
  },
];

const brokenImages: Broken[] = [
  {
    rule: "image-list",
    fault: "each page begins with the last image of the page before",
    handlers: ({ listImages }) => ({
      async listImages(request, call) {
        const answer = await listImages(request, call);
        const [before] = request.pageToken === "" ? [] : (await listImages({ pageSize: 1, pageToken: "" }, call)).images;
        return before ? { ...answer, images: [before] } : answer;
      },
    }),
  },
  {
    rule: "image-existing",
    fault: "an image that is not there is said to be brought",
    handlers: ({ prepareImage }) => ({
      prepareImage(request, call) {
        const missing = request.source?.$case === "existing" && request.source.value.startsWith("no-such");
        return prepareImage(missing ? { ...request, source: { $case: "file", value: "/tmp/x" } } : request, call);
      },
    }),
  },
  {
    rule: "image-url",
    fault: "an image never becomes ready",
    handlers: ({ prepareImage }, { images }) => ({
      async prepareImage(request, call) {
        const answer = await prepareImage(request, call);
        const image = request.source?.$case === "url" ? images.get(answer.image?.id ?? "") : undefined;
        if (image) images.set(image.id, { ...image, ready: false });
        return answer;
      },
    }),
  },
  { rule: "image-delete", fault: "a deleted image stays listed", handlers: () => ({ deleteImage: () => ({ task: undefined }) }) },
];

/** The import's messages with another header. */
async function* withHeader(parts: AsyncIterable<ImportDiskRequest>, change: Partial<ImportDiskHeader>): AsyncGenerator<ImportDiskRequest> {
  for await (const { part } of parts) {
    yield { part: part?.$case === "header" ? { $case: "header", value: { ...part.value, ...change } } : part };
  }
}

const brokenDisks: Broken[] = [
  {
    rule: "disk-get",
    fault: "GetDisk does not know the machine of a boot disk",
    handlers: ({ getDisk }) => ({
      async getDisk(request, call) {
        const answer = await getDisk(request, call);
        return answer.disk?.boot ? { ...answer, virtualMachineId: "" } : answer;
      },
    }),
  },
  {
    rule: "disk-export",
    fault: "ExportDisk says that more bytes come than do",
    handlers: ({ exportDisk }) => ({
      async *exportDisk(request, call) {
        for await (const piece of exportDisk(request, call)) yield { ...piece, totalBytes: piece.totalBytes && piece.totalBytes + 1 };
      },
    }),
  },
  {
    rule: "disk-export-offset",
    fault: "ExportDisk begins anew, whatever the offset",
    handlers: ({ exportDisk }) => ({ exportDisk: (request, call) => exportDisk({ ...request, offset: 0 }, call) }),
  },
  {
    rule: "disk-format",
    fault: "a format that is not declared is answered in another",
    handlers: ({ exportDisk }) => ({
      exportDisk: (request, call) => exportDisk({ ...request, format: request.format === "qcow2" ? "qcow2" : "raw" }, call),
    }),
  },
  {
    rule: "disk-import",
    fault: "the same uid again makes another disk",
    // The marks of earlier imports are lost with it.
    mayFail: ["disk-delete", "leaves-nothing"],
    handlers: ({ importDisk }, { imports }) => ({
      importDisk(parts, call) {
        imports.clear();
        return importDisk(parts, call);
      },
    }),
  },
  {
    rule: "disk-round-trip",
    fault: "an imported disk is larger than its content",
    mayFail: ["source-disk"],
    handlers: ({ importDisk }) => ({
      async importDisk(parts, call) {
        const { disk } = await importDisk(parts, call);
        if (disk) disk.capacityBytes += 512;
        return { disk };
      },
    }),
  },
  {
    rule: "disk-checksum",
    fault: "the checksum is not looked at",
    handlers: ({ importDisk }) => ({ importDisk: (parts, call) => importDisk(withHeader(parts, { checksum: "" }), call) }),
  },
  {
    rule: "disk-early-end",
    fault: "the bytes that came are taken for all",
    mayFail: ["disk-hang-up"],
    handlers: ({ importDisk }) => ({
      async importDisk(parts, call) {
        const all: ImportDiskRequest[] = [];
        let totalBytes = 0;
        for await (const each of parts) {
          all.push(each);
          if (each.part?.$case === "data") totalBytes += each.part.value.length;
        }
        return importDisk(withHeader(iterate(all), { totalBytes: totalBytes || 1 }), call);
      },
    }),
  },
  {
    rule: "disk-hang-up",
    fault: "half a disk stays under its uid when the caller hangs up",
    handlers: ({ importDisk }, platform) => ({
      async importDisk(parts, call) {
        const pieces: Uint8Array[] = [];
        let header: ImportDiskHeader | undefined;
        const noting = async function* () {
          for await (const each of parts) {
            if (each.part?.$case === "header") header = each.part.value;
            if (each.part?.$case === "data") pieces.push(each.part.value);
            yield each;
          }
        };
        try {
          return await importDisk(noting(), call);
        } catch (error) {
          if (header && (await hangsUp(call.signal)))
            platform.imports.set(header.uid, platform.addDisk(header.name, Buffer.concat(pieces), "").id);
          throw error;
        }
      },
    }),
  },
  {
    rule: "disk-delete",
    fault: "DeleteDisk ignores the mark",
    handlers: ({ deleteDisk }, { imports }) => ({
      deleteDisk(request, call) {
        const [uid = ""] = [...imports].find(([, id]) => id === request.id) ?? [];
        return deleteDisk({ ...request, uid }, call);
      },
    }),
  },
];

/** A hang-up may look like an end until the next frame has come. */
const hangsUp = async (signal: AbortSignal): Promise<boolean> => {
  if (!signal.aborted) await Promise.race([once(signal, "abort"), later(50)]);
  return signal.aborted;
};

async function* iterate<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}

const brokenOffers: Broken[] = [
  {
    rule: "offer-order",
    fault: "the dearest offer comes first",
    mayFail: ["offer-pages"],
    handlers: ({ listOffers }) => ({
      async listOffers(request, call) {
        const { offers, nextPageToken } = await listOffers(request, call);
        return { offers: [...offers].reverse(), nextPageToken };
      },
    }),
  },
  {
    rule: "offer-filter",
    fault: "the highest price is not looked at",
    handlers: ({ listOffers }) => ({ listOffers: (request, call) => listOffers({ ...request, maxPricePerHour: 0 }, call) }),
  },
  {
    rule: "offer-pages",
    fault: "each page begins with the last offer of the page before",
    handlers: ({ listOffers }) => ({
      listOffers(request, call) {
        const [, after] = /^after-(\d+)$/.exec(request.pageToken) ?? [];
        return listOffers(after === undefined ? request : { ...request, pageToken: `after-${Math.max(0, Number(after) - 1)}` }, call);
      },
    }),
  },
];

const brokenConsoles: Broken[] = [
  {
    rule: "console-serial",
    fault: "a serial console never ends",
    handlers: ({ openConsole }) => ({
      async *openConsole(requests, call) {
        let serial = true;
        for await (const answer of openConsole(requests, call)) {
          if (answer.part?.$case === "address") serial = false;
          yield answer;
        }
        if (serial) await later(3_000);
      },
    }),
  },
  {
    rule: "console-address",
    fault: "the address is no URL",
    handlers: ({ openConsole }) => ({
      async *openConsole(requests, call) {
        for await (const { part } of openConsole(requests, call)) {
          yield { part: part?.$case === "address" ? { $case: "address", value: { ...part.value, url: "127.0.0.1:5900" } } : part };
        }
      },
    }),
  },
  {
    rule: "console-foreign",
    fault: "OpenConsole ignores the mark",
    handlers: ({ openConsole }, platform) => ({
      openConsole: (requests, call) =>
        openConsole(
          mapTargets(requests, (target) => ({ ...target, uid: realUid(platform, target.virtualMachineId, target.uid) })),
          call,
        ),
    }),
  },
  {
    rule: "console-undeclared",
    fault: "a kind of console that is not declared is answered with another",
    base: little,
    handlers: ({ openConsole }) => ({
      openConsole: (requests, call) =>
        openConsole(
          mapTargets(requests, (target) => ({ ...target, type: ConsoleType.SERIAL })),
          call,
        ),
    }),
  },
];

type ConsoleRequests = Parameters<NonNullable<ReturnType<NonNullable<Broken["handlers"]>>["openConsole"]>>[0];
type ConsoleRequest = ConsoleRequests extends AsyncIterable<infer Each> ? Each : never;
type Target = Extract<NonNullable<ConsoleRequest["part"]>, { $case: "target" }>["value"];

async function* mapTargets(requests: ConsoleRequests, change: (target: Target) => Target): AsyncGenerator<ConsoleRequest> {
  for await (const { part } of requests) yield { part: part?.$case === "target" ? { $case: "target", value: change(part.value) } : part };
}

export const brokenOptional: Broken[] = [...brokenSnapshots, ...brokenImages, ...brokenDisks, ...brokenOffers, ...brokenConsoles];
