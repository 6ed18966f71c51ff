import { type Image, invalidSpec, type PrepareImageRequest, ProviderError } from "@remuda/contract";
import type { Journal } from "./journal";
import type { ImageRecord } from "./records";
import type { World } from "./world";

/** The platform's images; an image's name is its id. */
export interface ImageStore {
  get(name: string): ImageRecord | undefined;
  all(): ImageRecord[];
  put(image: ImageRecord): ImageRecord;
  remove(name: string): void;
}

export function createImageStore(prepared: readonly ImageRecord[], journal: Journal): ImageStore {
  const images = new Map<string, ImageRecord>(prepared.map((image) => [image.name, image]));
  for (const [name, value] of journal.read("image")) images.set(name, value as ImageRecord); // The file is ours alone and bears its schema's version.
  return {
    get: (name) => images.get(name),
    all: () => [...images.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    put(image) {
      images.set(image.name, image);
      journal.write("image", image.name, image);
      return image;
    },
    remove(name) {
      images.delete(name);
      journal.write("image", name, undefined);
    },
  };
}

/** The image by that id. `field` is what asked for it. */
export function requireImage(images: ImageStore, name: string, field: string): ImageRecord {
  const image = images.get(name);
  if (!image) throw invalidSpec([{ field, description: `no such image: "${name}"` }]);
  if (!image.ready) throw new ProviderError("CONFLICT", `image ${name} is not ready yet`, { retryAfterMs: 500 });
  return image;
}

export function imageView({ name, sizeGib, format, operatingSystem, ready }: ImageRecord): Image {
  return { id: name, name, capacityBytes: sizeGib * 2 ** 30, format, operatingSystem, ready };
}

export function deleteImage({ images }: World, name: string): undefined {
  const image = images.get(name);
  if (!image) return undefined;
  if (image.source === "") throw new ProviderError("FORBIDDEN", `image ${name} came with the platform`);
  if (!image.ready) throw new ProviderError("CONFLICT", `image ${name} is not ready yet`, { retryAfterMs: 500 });
  images.remove(name);
  return undefined;
}

/** Nothing is fetched: an image of a URL or a file appears after the task, with a size that its name gives. */
export function prepareImage(world: World, request: PrepareImageRequest): { image: Image; task?: string } {
  const { images, tasks } = world;
  const { name, source, checksum, format } = request;
  if (source?.$case === "existing") {
    const found = images.get(source.value);
    if (!found) throw new ProviderError("NOT_FOUND", `no such image: "${source.value}"`);
    return { image: imageView(found), ...(found.task !== undefined && { task: found.task }) };
  }
  if (!source) throw invalidSpec([{ field: "source", description: "one of url, file, existing" }]);
  if (checksum !== "" && !/^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/.test(checksum)) {
    throw invalidSpec([{ field: "checksum", description: "sha256:HEX or sha512:HEX" }]);
  }
  if (source.$case === "url" && source.value.startsWith("http:") && checksum === "") {
    throw invalidSpec([{ field: "checksum", description: "an http url needs one" }]);
  }
  if (!["", "raw", "qcow2"].includes(format)) throw invalidSpec([{ field: "format", description: "raw or qcow2" }]);

  const from = `${source.$case} ${source.value} ${checksum}`;
  const existing = images.get(name);
  if (existing) {
    if (existing.source !== from) throw new ProviderError("ALREADY_EXISTS", `image ${name} has another source`);
    return { image: imageView(existing), ...(existing.task !== undefined && { task: existing.task }) };
  }
  const sizeGib = 1 + ([...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 8);
  images.put({ name, sizeGib, format: format || "raw", operatingSystem: "Linux", ready: false, source: from });
  const task = tasks.start({ kind: "prepareImage", imageId: name }, world.latencyMs.prepareImage);
  const image = images.get(name);
  // Without a task a doomed preparation has thrown above.
  if (!image) throw new ProviderError("INTERRUPTED", `image ${name} could not be prepared`);
  return { image: imageView(image), ...(task !== undefined && { task }) };
}
