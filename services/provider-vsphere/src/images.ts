import { Image, ProviderError } from "@remuda/contract";
import type { Images } from "@remuda/provider-kit";
import { unescapeName } from "@remuda/vsphere-client";
import { bytesOf } from "./devices";
import { toProviderError, translated } from "./errors";
import { disksOf, type Machine } from "./machine";
import { findTemplate } from "./origin";
import type { Platform } from "./platform";

/** vCenter's templates. */
export function createImages(platform: Platform): Images {
  return {
    prepare: ({ source }, signal) =>
      translated(async () => {
        if (source?.$case !== "existing")
          throw new ProviderError("UNSUPPORTED", "this provider only looks images up: make a template of it first");
        const machine = await findTemplate(platform, source.value, signal);
        if (isTemplate(machine)) return { image: view(machine) };
        throw new ProviderError("NOT_FOUND", `${source.value} is a machine, not a template`);
      }),
    async *list(signal) {
      try {
        for (const machine of await platform.inventory.list(signal)) if (isTemplate(machine)) yield view(machine);
      } catch (error) {
        throw toProviderError(error);
      }
    },
  };
}

const isTemplate = ({ properties }: Machine) => properties["config.template"] === true;

function view(machine: Machine): Image {
  const [boot] = disksOf(machine);
  return Image.fromPartial({
    id: machine.id,
    name: unescapeName(machine.properties.name ?? ""),
    capacityBytes: boot ? bytesOf(boot) : 0,
    format: "template",
    operatingSystem: machine.properties["guest.guestFullName"],
    ready: true,
  });
}
