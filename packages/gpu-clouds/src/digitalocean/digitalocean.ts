import { z } from "zod";
import { createCatalog, type Shape } from "../catalog";
import { systemClock } from "../clock";
import type { Cloud, CloudOffer, Instance, InstanceStatus, Launch } from "../cloud";
import { CloudError } from "../error";
import { gpuOfTotal } from "../gpu-names";
import { allPages, orMissing } from "../http/answers";
import { createHttp } from "../http/client";
import { markOfWords, markWords } from "../mark";
import { perHour } from "../price";
import type { Reach } from "../reach";
import { cloudInit } from "../user-data";
import { digitalOceanErrors } from "./errors";
import { accountAnswer, actionsAnswer, type Droplet, dropletAnswer, dropletsAnswer, type Size, sizesAnswer } from "./wire";

export interface DigitalOceanOptions extends Reach {
  token: string;
}

const pageSize = 200;
const statuses: Readonly<Record<string, InstanceStatus>> = { new: "pending", active: "running", off: "stopped", archive: "stopped" };

/** DigitalOcean's GPU droplets. */
export function createDigitalOcean({
  token,
  baseUrl = "https://api.digitalocean.com/v2",
  clock = systemClock,
  timeoutMs,
}: DigitalOceanOptions): Cloud {
  const http = createHttp({
    cloud: "digitalocean",
    baseUrl,
    headers: () => ({ authorization: `Bearer ${token}` }),
    secrets: [token],
    rates: [
      { calls: 250, perMs: 60_000 },
      { calls: 5_000, perMs: 3_600_000 },
    ],
    errors: digitalOceanErrors,
    clock,
    timeoutMs,
  });
  const catalog = createCatalog(readOffers, clock);
  const pathOf = (id: string) => `/droplets/${encodeURIComponent(id)}`;
  const act = async (id: string, type: "power_on" | "power_off" | "reboot", signal: AbortSignal) => {
    await http.call({ method: "POST", path: `${pathOf(id)}/actions`, body: { type }, repeatable: true }, z.unknown(), signal);
  };

  async function readOffers(signal: AbortSignal): Promise<CloudOffer[]> {
    const sizes = await allPages("digitalocean", async (next) => {
      const query = { per_page: pageSize, page: pageOf(next) };
      const { sizes: items, links } = await http.call({ method: "GET", path: "/sizes", query }, sizesAnswer, signal);
      return { items, next: links?.pages?.next };
    });
    return sizes.filter(({ gpu_info }) => gpu_info).flatMap((size) => size.regions.map((region) => offer(size, region)));
  }

  /** A create is only accepted: what became of it is told by its action, never by the droplet, which stays "new". */
  async function problemOf({ id, status }: Droplet, signal: AbortSignal): Promise<CloudError | undefined> {
    if (status !== "new") return undefined;
    const answer = await orMissing(http.call({ method: "GET", path: `${pathOf(String(id))}/actions` }, actionsAnswer, signal));
    const errored = answer?.actions.find((action) => action.type === "create" && action.status === "errored");
    return errored && new CloudError("NO_CAPACITY", `digitalocean: action ${errored.id}, which was to create the droplet, is errored`);
  }

  async function shown(droplets: readonly Droplet[], signal: AbortSignal): Promise<Instance[]> {
    if (droplets.length === 0) return [];
    const shapeOf = await catalog.shapes(signal);
    const found: Instance[] = [];
    for (const droplet of droplets) {
      found.push(view(droplet, shapeOf(droplet.size_slug ?? "", droplet.region?.slug), await problemOf(droplet, signal)));
    }
    return found;
  }

  return {
    name: "digitalocean",
    capabilities: { instanceTypes: true, stop: "hard", reboot: true, launchDeadlineMs: 20 * 60_000, pollMs: 5_000 },

    account: async (signal) => ({ id: (await http.call({ method: "GET", path: "/account" }, accountAnswer, signal)).account.uuid }),

    async offers(signal) {
      const offers = await readOffers(signal);
      catalog.learn(offers);
      return offers;
    },

    async launch({ mark, offer: { region, instanceType, gpu }, image, ...guest }: Launch, signal) {
      const userData = cloudInit(guest);
      const body = {
        name: mark.name,
        region,
        size: instanceType,
        image: image === "" ? defaultImage(gpu?.name ?? "", gpu?.count ?? 1) : /^\d+$/.test(image) ? Number(image) : image,
        tags: markWords(mark),
        ...(userData === "" ? {} : { user_data: userData }),
      };
      const { droplet } = await http.call({ method: "POST", path: "/droplets", body, repeatable: false }, dropletAnswer, signal);
      return String(droplet.id);
    },

    async get(id, signal) {
      const found = await orMissing(http.call({ method: "GET", path: pathOf(id) }, dropletAnswer, signal));
      return found && (await shown([found.droplet], signal))[0];
    },

    async list(signal) {
      const droplets = await allPages("digitalocean", async (next) => {
        const query = { per_page: pageSize, page: pageOf(next) };
        const { droplets: items, links } = await http.call({ method: "GET", path: "/droplets", query }, dropletsAnswer, signal);
        return { items, next: links?.pages?.next };
      });
      // Other droplets of the account are none of what GPUs run on, but may bear a name.
      return shown(droplets, signal);
    },

    start: (id, signal) => act(id, "power_on", signal),
    stop: (id, signal) => act(id, "power_off", signal),
    reboot: (id, signal) => act(id, "reboot", signal),
    terminate: async (id, signal) => void (await orMissing(http.call({ method: "DELETE", path: pathOf(id) }, z.unknown(), signal))),
    close: () => http.close(),
  };
}

/** The next page comes as a whole URL. */
const pageOf = (next: string | undefined): number => (next === undefined ? 1 : Number(new URL(next).searchParams.get("page")));

const defaultImage = (gpu: string, count: number): string =>
  gpu.startsWith("MI") ? "gpu-amd-base" : count > 1 ? "gpu-h100x8-base" : "gpu-h100x1-base";

function offer(size: Size, region: string): CloudOffer {
  const { gpu_info: gpu } = size;
  return {
    id: `${region}.${size.slug}`,
    cloud: "digitalocean",
    region,
    zone: "",
    instanceType: size.slug,
    gpu: gpu ? gpuOfTotal(gpu.model, gpu.count, gpu.vram?.amount ?? 0) : undefined,
    cpus: size.vcpus,
    memoryGib: size.memory / 1024,
    diskGib: size.disk,
    pricePerHour: perHour(size.price_hourly),
    spot: false,
    availability: size.available ? "available" : "unavailable",
    raw: size,
  };
}

function view(droplet: Droplet, shape: Shape, problem: CloudError | undefined): Instance {
  const open = [...(droplet.networks?.v4 ?? []), ...(droplet.networks?.v6 ?? [])].filter(({ type }) => type === "public");
  return {
    id: String(droplet.id),
    mark: markOfWords(droplet.tags ?? []),
    name: droplet.name,
    status: problem ? "failed" : (statuses[droplet.status] ?? "pending"),
    ...(problem ? { problem } : {}),
    addresses: open.map(({ ip_address }) => ip_address),
    region: droplet.region?.slug ?? "",
    zone: "",
    ...shape,
    cpus: droplet.vcpus ?? shape.cpus,
    memoryGib: droplet.memory ? droplet.memory / 1024 : shape.memoryGib,
    diskGib: droplet.disk ?? shape.diskGib,
    spot: false,
    ...(droplet.created_at ? { createdAt: Date.parse(droplet.created_at) } : {}),
  };
}
