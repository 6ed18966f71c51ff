import { Image, type PrepareImageRequest, ProviderError } from "@remuda/contract";
import type { Images, TaskState } from "@remuda/provider-kit";
import { withTranslation } from "./errors";
import type { Host } from "./host";
import type { Inventory } from "./inventory";
import type { Report } from "./jobs";
import type { Platform } from "./settings";
import { openSource } from "./source-bytes";
import { findImage, isOwnVolume } from "./source-image";
import { taskOf } from "./tasks";
import { copyVolume, createVolume, deleteVolume, findVolume, uploadFrom, volumeFacts } from "./volumes";

/** As long as this volume is there, the image that it becomes isn't whole. */
const partOf = (name: string): string => `remuda-import-${name}.part`;
const subjectOf = (name: string): string => `image ${name}`;

/** Images are volumes of the image pool, by their names there. */
export function createImages({ inventories, jobs, defaults, clock }: Platform) {
  const poolName = defaults.imagePool;

  async function isWhole(host: Host, name: string, signal: AbortSignal): Promise<boolean> {
    const pool = await host.pool(poolName, signal);
    const [image, part] = await Promise.all([findVolume(host, pool, name, signal), findVolume(host, pool, partOf(name), signal)]);
    return image !== undefined && part === undefined;
  }

  /** Fetches, checks, and converts to qcow2, in this order; what an earlier try left goes first. */
  async function bring(host: Host, request: PrepareImageRequest, report: (percent: number) => void, signal: AbortSignal): Promise<void> {
    const { name, source, checksum, format } = request;
    if (!source || source.$case === "existing") throw new ProviderError("INTERNAL", "nothing to bring");
    const pool = await host.pool(poolName, signal);
    const part = partOf(name);
    if (await findVolume(host, pool, part, signal)) {
      await deleteVolume(host, poolName, name, clock, signal);
      await deleteVolume(host, poolName, part, clock, signal);
    }
    const bytes = await openSource(source, checksum, signal);
    if (bytes.length > pool.availableBytes) {
      bytes.stream.destroy();
      throw new ProviderError("NO_CAPACITY", `the storage pool "${poolName}" of ${host.name} has no room for ${bytes.length} bytes`);
    }
    const vol = await createVolume(host, pool, { name: part, format: "raw", capacityBytes: bytes.length });
    try {
      await uploadFrom(host, vol, bytes.stream, bytes.length, (sent) => report((80 * sent) / bytes.length), signal);
      bytes.verify();
      // Only now libvirt looks what is in it.
      await host.virt.call("storagePoolRefresh", { pool: pool.pool, flags: 0 }, { signal });
      const facts = await volumeFacts(host, vol, signal);
      if (format !== "" && format !== facts.format) throw new ProviderError("INVALID_SPEC", `the image is ${facts.format}, not ${format}`);
      // It would give the machine a file of the host.
      if (facts.backingPath !== "") throw new ProviderError("INVALID_SPEC", "the image stands on another file, and can't be used alone");
      report(80);
      await copyVolume(host, pool, { name, format: "qcow2", capacityBytes: facts.capacityBytes }, vol, signal);
    } catch (error) {
      if (!signal.aborted) await deleteVolume(host, poolName, name, clock, signal);
      if (!signal.aborted) await deleteVolume(host, poolName, part, clock, signal);
      throw error;
    }
    await deleteVolume(host, poolName, part, clock, signal);
  }

  async function view(host: Host, name: string, signal: AbortSignal): Promise<Image> {
    const { capacityBytes, format } = await findImage(host, name, defaults, signal);
    return Image.create({ id: name, name, capacityBytes, format, ready: await isWhole(host, name, signal) });
  }

  async function* listOn({ host, all }: Inventory, signal: AbortSignal): AsyncIterable<Image> {
    const [pool, machines] = await Promise.all([host.pool(poolName, signal), all(signal)]);
    const { vols } = await host.virt.call("storagePoolListAllVolumes", { pool: pool.pool, needResults: 1, flags: 0 }, { signal });
    const disks = new Set(machines.flatMap(({ known }) => known.disks.map(({ path }) => path)));
    const names = new Set(vols.map(({ name }) => name));
    for (const vol of vols) {
      if (isOwnVolume(vol.name)) continue;
      const { path, capacityBytes, format } = await volumeFacts(host, vol, signal);
      if (disks.has(path) || !imageFormats.has(format)) continue;
      yield Image.create({ id: vol.name, name: vol.name, capacityBytes, format, ready: !names.has(partOf(vol.name)) });
    }
  }

  const images: Images = {
    prepare: withTranslation(async (request: PrepareImageRequest, signal: AbortSignal) => {
      const { name, source } = request;
      if (source?.$case === "existing") {
        const found = await Promise.all(inventories.map(({ host }) => view(host, source.value, signal)));
        return { image: found[0] ?? Image.create({ id: source.value }) };
      }
      if (isOwnVolume(name)) throw new ProviderError("INVALID_SPEC", `"${name}" is a name that volumes of machines have`);
      const running = jobs.current(subjectOf(name));
      const image = Image.create({ id: name, name, format: "qcow2" });
      if (running) return { image, task: taskOf(running, name) };
      const whole = await Promise.all(inventories.map(({ host }) => isWhole(host, name, signal)));
      const lacking = inventories.filter((_, index) => whole[index] !== true);
      const [first] = inventories;
      if (lacking.length === 0 && first) return { image: await view(first.host, name, signal) };
      const job = jobs.begin("image", subjectOf(name), undefined, async (report: Report, stop) => {
        for (const [index, { host }] of lacking.entries())
          await bring(host, request, (percent) => report(`to ${host.name}`, (100 * index + percent) / lacking.length), stop);
      });
      return { image, task: taskOf(job, name) };
    }),

    async *list(signal) {
      const shown = new Set<string>();
      for (const inventory of inventories) {
        for await (const image of listOn(inventory, signal)) {
          if (shown.has(image.id)) continue;
          shown.add(image.id);
          yield image;
        }
      }
    },
  };

  return {
    images,
    /** How a task stands that another process began. */
    async judge(name: string, signal: AbortSignal): Promise<TaskState> {
      const whole = await Promise.all(inventories.map(({ host }) => isWhole(host, name, signal)));
      if (whole.every(Boolean)) return { done: true };
      return {
        done: true,
        error: new ProviderError("INTERRUPTED", `the image "${name}" was being brought by a process that has ended; prepare it again`),
      };
    },
  };
}

const imageFormats = new Set(["qcow2", "raw"]);
