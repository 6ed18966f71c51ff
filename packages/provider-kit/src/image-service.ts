import { type Image, type ImageServiceServer, ProviderError } from "@remuda/contract";
import { brokenProvider } from "./broken-provider";
import type { Clock } from "./clock";
import { createKeyLock } from "./key-lock";
import type { MachineCalls } from "./machine-calls";
import { createPages } from "./paging";
import type { Images } from "./provider";
import { checkId, checkListImages, checkPrepareImage } from "./request-rules";
import type { Rpc } from "./rpc";

export interface ImageServiceDeps {
  images: Images;
  machines: MachineCalls;
  rpc: Rpc;
  clock: Clock;
}

export function createImageService({ images, machines, rpc, clock }: ImageServiceDeps): ImageServiceServer {
  const pages = createPages<Image>((image) => image.id, clock);
  const lock = createKeyLock();
  return {
    prepareImage: rpc.unary({
      method: "PrepareImage",
      mutation: true,
      subject: ({ name }) => ({ id: name }),
      // A signed URL is a credential.
      secrets: ({ source }) => [source?.$case === "url" ? source.value : undefined],
      check: checkPrepareImage,
      async handle(request, signal) {
        const { image, task } = await lock(request.name, signal, () => images.prepare(request, signal));
        if (image.id === "") throw brokenProvider("an image has no id");
        return { image, task: machines.task(task) };
      },
    }),
    deleteImage: rpc.unary({
      method: "DeleteImage",
      mutation: true,
      subject: ({ id }) => ({ id }),
      check: ({ id }) => checkId("id", id),
      async handle({ id }, signal) {
        if (!images.delete) throw new ProviderError("UNSUPPORTED", "this provider can't delete images");
        return { task: machines.task(await images.delete(id, signal)) };
      },
    }),
    listImages: rpc.unary({
      method: "ListImages",
      check: checkListImages,
      async handle(request, signal) {
        const page = await pages(request, "", () => images.list(signal));
        return { images: page.items, nextPageToken: page.nextPageToken };
      },
    }),
  };
}
