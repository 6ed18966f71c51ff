import {
  ConsoleType,
  DeleteImageResponse,
  type GetCapabilitiesResponse,
  Image,
  ListImagesResponse,
  ListOffersResponse,
  OpenConsoleResponse,
  PrepareImageResponse,
} from "@remuda/contract";
import type { Handlers } from "./handler-types";
import { fail, own, taskOf } from "./handlers";
import { imageBytes, type Platform } from "./platform";
import { demand, page, required, uidCheck } from "./requests";

type OptionalHandlers = Pick<Handlers, "prepareImage" | "deleteImage" | "listImages" | "listOffers" | "openConsole">;

export function createOptionalHandlers(platform: Platform, { consoleTypes }: GetCapabilitiesResponse): OptionalHandlers {
  return {
    prepareImage({ name, source }) {
      demand([["name", /^[a-z0-9.-]{1,63}$/.test(name), "1 to 63 of [a-z0-9.-]"], required("source", source)]);
      const wanted = source?.$case === "existing" ? source.value : name;
      const known = [...platform.images.values()].find(({ id, name: other }) => id === wanted || other === wanted);
      if (known) return PrepareImageResponse.create({ image: known });
      if (source?.$case === "existing") throw fail("NOT_FOUND", `no image ${wanted}`);
      const image = Image.create({ id: platform.nextId("image"), name, capacityBytes: imageBytes, format: "raw" });
      platform.images.set(image.id, image);
      const task = platform.begin("", () => {
        image.ready = true;
      });
      return PrepareImageResponse.create({ image, task: taskOf(task) });
    },

    deleteImage({ id }) {
      demand([required("id", id)]);
      platform.images.delete(id);
      return DeleteImageResponse.create({});
    },

    listImages(paging) {
      const { items, nextPageToken } = page(
        [...platform.images.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
        paging,
      );
      return ListImagesResponse.create({ images: items, nextPageToken });
    },

    listOffers({ minCpus, minMemoryMib, maxPricePerHour, gpuNames, regions, marketType, ...paging }) {
      const offers = platform.offers.filter(
        (offer) =>
          offer.cpus >= minCpus &&
          offer.memoryMib >= minMemoryMib &&
          (maxPricePerHour === 0 || offer.pricePerHour <= maxPricePerHour) &&
          (gpuNames.length === 0 || gpuNames.includes(offer.gpu?.name ?? "")) &&
          (regions.length === 0 || regions.some((region) => offer.region.startsWith(region))) &&
          (marketType === 0 || marketType === offer.marketType),
      );
      const { items, nextPageToken } = page(
        offers.sort((a, b) => a.pricePerHour - b.pricePerHour),
        paging,
      );
      return ListOffersResponse.create({ offers: items, nextPageToken });
    },

    async *openConsole(requests) {
      let serial = false;
      for await (const { part } of requests) {
        if (part?.$case === "target") {
          const { virtualMachineId: id, uid, type } = part.value;
          demand([required("target.virtual_machine_id", id), uidCheck(uid), required("target.type", type)]);
          if (!consoleTypes.includes(type)) throw fail("UNSUPPORTED", `console ${type}`);
          own(platform, { id, uid });
          serial = type === ConsoleType.SERIAL;
          if (serial) yield OpenConsoleResponse.create({ part: { $case: "output", value: Buffer.from("login: ") } });
          else {
            const url = `vnc://127.0.0.1:5900/${id}`;
            yield OpenConsoleResponse.create({ part: { $case: "address", value: { url, password: "", expireTime: undefined } } });
            return;
          }
        } else if (part?.$case === "input" && serial) yield OpenConsoleResponse.create({ part: { $case: "output", value: part.value } });
        else throw fail("INVALID_SPEC", "the first message is the target");
      }
    },
  };
}
