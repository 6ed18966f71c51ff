import { z } from "zod";
import { createCatalog, type Shape } from "../catalog";
import { systemClock } from "../clock";
import type { Cloud, CloudOffer, Instance, InstanceStatus, Launch } from "../cloud";
import { CloudError } from "../error";
import { offerGpu } from "../gpu-names";
import { allPages, orMissing } from "../http/answers";
import { createHttp } from "../http/client";
import { markOfWords, markWords } from "../mark";
import { perHour } from "../price";
import type { Reach } from "../reach";
import { cloudInit } from "../user-data";
import { scalewayErrors } from "./errors";
import { availabilityAnswer, type Product, productsAnswer, type Server, serverAnswer, serversAnswer } from "./wire";

export interface ScalewayOptions extends Reach {
  secretKey: string;
  projectId: string;
  /** Zones to look at and to launch in. */
  zones?: readonly string[] | undefined;
}

const gpuZones = ["fr-par-1", "fr-par-2", "nl-ams-1", "pl-waw-2", "pl-waw-3"];
const pageSize = 100;
const defaultImage = "ubuntu_noble_gpu_os_13_nvidia";
const leastDiskGib = 125;
const gibibyte = 2 ** 30;
/** Ordered, but without user data and power yet. */
const unfinished = "remuda-unfinished";

const statuses: Readonly<Record<string, InstanceStatus>> = {
  running: "running",
  stopped: "stopped",
  "stopped in place": "stopped",
  starting: "pending",
  stopping: "stopping",
  locked: "failed",
};

/** Scaleway's GPU instances. An instance's id here is ZONE/ID. Prices are the vendor's, which bills in euros. */
export function createScaleway(options: ScalewayOptions): Cloud {
  const { secretKey, projectId, zones = gpuZones, baseUrl = "https://api.scaleway.com", clock = systemClock, timeoutMs } = options;
  const http = createHttp({
    cloud: "scaleway",
    baseUrl,
    headers: () => ({ "x-auth-token": secretKey }),
    secrets: [secretKey],
    rates: [],
    errors: scalewayErrors,
    clock,
    timeoutMs,
  });
  const catalog = createCatalog(readOffers, clock);
  const zonePath = (zone: string) => `/instance/v1/zones/${encodeURIComponent(zone)}`;

  function pathOf(id: string): string {
    const [zone = "", server = ""] = id.split("/");
    return `${zonePath(zone)}/servers/${encodeURIComponent(server)}`;
  }
  const read = (id: string, signal: AbortSignal) => orMissing(http.call({ method: "GET", path: pathOf(id) }, serverAnswer, signal));
  const act = async (id: string, action: "poweron" | "poweroff" | "reboot" | "terminate", signal: AbortSignal) => {
    await http.call({ method: "POST", path: `${pathOf(id)}/action`, body: { action }, repeatable: true }, z.unknown(), signal);
  };

  /** Pages have numbers; the last is the one that is not full. */
  const numbered = <T>(page: (number: number) => Promise<readonly T[]>): Promise<T[]> =>
    allPages("scaleway", async (cursor) => {
      const number = Number(cursor ?? 1);
      const items = await page(number);
      return { items, next: items.length === pageSize ? String(number + 1) : undefined };
    });

  async function readOffers(signal: AbortSignal): Promise<CloudOffer[]> {
    const offers: CloudOffer[] = [];
    for (const zone of zones) {
      const path = `${zonePath(zone)}/products/servers`;
      const products = await numbered(async (page) => {
        const query = { per_page: pageSize, page };
        return Object.entries((await http.call({ method: "GET", path, query }, productsAnswer, signal)).servers);
      });
      const stock = await numbered(async (page) => {
        const query = { per_page: pageSize, page };
        const call = { method: "GET", path: `${path}/availability`, query } as const;
        return Object.entries((await http.call(call, availabilityAnswer, signal)).servers);
      });
      const available = new Map(stock.map(([type, { availability }]) => [type, availability]));
      for (const [type, product] of products) if (product.gpu) offers.push(offer(type, product, zone, available.get(type)));
    }
    return offers;
  }

  const view = (server: Server, zone: string, shapeOf: (type: string, region?: string) => Shape): Instance => {
    const raw = statuses[server.state] ?? "pending";
    // It was ordered and not started: the order goes on where it is repeated.
    const status = raw === "stopped" && server.tags?.includes(unfinished) ? "pending" : raw;
    const addresses = [...(server.public_ips ?? []), server.public_ip].flatMap((each) => (each?.address ? [each.address] : []));
    const shape = shapeOf(server.commercial_type, regionOf(zone));
    const sizes = Object.values(server.volumes ?? {}).flatMap(({ size }) => (size ? [size / gibibyte] : []));
    return {
      id: `${zone}/${server.id}`,
      mark: markOfWords(server.tags ?? []),
      name: server.name,
      status,
      ...(status === "failed" ? { problem: new CloudError("FORBIDDEN", `scaleway: the server is ${server.state}`) } : {}),
      addresses: [...new Set(addresses)],
      region: regionOf(zone),
      zone,
      ...shape,
      diskGib: sizes[0] ?? shape.diskGib,
      spot: false,
      ...(server.creation_date ? { createdAt: Date.parse(server.creation_date) } : {}),
    };
  };

  /** Deletes the volumes that stay when a stopped server goes. */
  async function deleteVolumes(zone: string, { volumes }: Server, signal: AbortSignal): Promise<void> {
    for (const { id, volume_type: type } of Object.values(volumes ?? {})) {
      const home = type === "sbs_volume" ? `/block/v1/zones/${encodeURIComponent(zone)}` : zonePath(zone);
      await orMissing(http.call({ method: "DELETE", path: `${home}/volumes/${encodeURIComponent(id)}` }, z.unknown(), signal));
    }
  }

  return {
    name: "scaleway",
    capabilities: { instanceTypes: true, stop: "graceful", reboot: true, launchDeadlineMs: 20 * 60_000, pollMs: 5_000 },

    async account(signal) {
      const [zone = ""] = zones;
      await http.call(
        { method: "GET", path: `${zonePath(zone)}/servers`, query: { per_page: 1, project: projectId } },
        serversAnswer,
        signal,
      );
      return { id: projectId };
    },

    async offers(signal) {
      const offers = await readOffers(signal);
      catalog.learn(offers);
      return offers;
    },

    async launch({ mark, offer: { zone, instanceType }, image, diskGib }: Launch, signal) {
      const body = {
        name: mark.name,
        commercial_type: instanceType,
        image: image || defaultImage,
        project: projectId,
        tags: [...markWords(mark), unfinished],
        dynamic_ip_required: true,
        volumes: { "0": { volume_type: "sbs_volume", size: Math.max(diskGib, leastDiskGib) * gibibyte } },
      };
      const call = { method: "POST", path: `${zonePath(zone)}/servers`, body, repeatable: false } as const;
      return `${zone}/${(await http.call(call, serverAnswer, signal)).server.id}`;
    },

    async finish(id, { mark, ...guest }, signal) {
      const server = (await read(id, signal))?.server;
      if (!server?.tags?.includes(unfinished)) return;
      const userData = cloudInit(guest);
      if (userData !== "") {
        const path = `${pathOf(id)}/user_data/cloud-init`;
        await http.call({ method: "PATCH", path, body: userData, repeatable: true }, z.unknown(), signal);
      }
      if (server.state === "stopped") await act(id, "poweron", signal).catch(unlessOnItsWay);
      const tags = markWords(mark);
      await http.call({ method: "PATCH", path: pathOf(id), body: { tags }, repeatable: true }, z.unknown(), signal);
    },

    async get(id, signal) {
      const found = await read(id, signal);
      return found && view(found.server, id.split("/")[0] ?? "", await catalog.shapes(signal));
    },

    async list(signal) {
      const found: [string, Server][] = [];
      for (const zone of zones) {
        const servers = await numbered(async (page) => {
          const query = { per_page: pageSize, page, project: projectId };
          return (await http.call({ method: "GET", path: `${zonePath(zone)}/servers`, query }, serversAnswer, signal)).servers;
        });
        found.push(...servers.map((server): [string, Server] => [zone, server]));
      }
      if (found.length === 0) return [];
      const shapeOf = await catalog.shapes(signal);
      return found.map(([zone, server]) => view(server, zone, shapeOf));
    },

    start: (id, signal) => act(id, "poweron", signal),
    stop: (id, signal) => act(id, "poweroff", signal),
    reboot: (id, signal) => act(id, "reboot", signal),

    async terminate(id, signal) {
      const server = (await read(id, signal))?.server;
      if (!server) return;
      // "terminate" takes the volumes with it, and wants a server that runs.
      if (server.state === "running") return act(id, "terminate", signal);
      await orMissing(http.call({ method: "DELETE", path: pathOf(id) }, z.unknown(), signal));
      await deleteVolumes(id.split("/")[0] ?? "", server, signal);
    },

    close: () => http.close(),
  };
}

/** Where the answer to a "poweron" was lost, the next one is refused: the server is starting. */
function unlessOnItsWay(error: unknown): void {
  if (!(error instanceof CloudError) || error.reason !== "CONFLICT") throw error;
}

const regionOf = (zone: string): string => zone.replace(/-\d+$/, "");

function offer(type: string, product: Product, zone: string, stock: string | undefined): CloudOffer {
  const memory = product.gpu_info?.gpu_memory;
  return {
    id: `${zone}.${type}`,
    cloud: "scaleway",
    region: regionOf(zone),
    zone,
    instanceType: type,
    gpu: offerGpu(product.gpu_info?.gpu_name ?? type.split("-")[0] ?? "", product.gpu ?? 1, memory ? memory / gibibyte : undefined),
    cpus: product.ncpus,
    memoryGib: product.ram / gibibyte,
    diskGib: leastDiskGib,
    pricePerHour: perHour(product.hourly_price),
    spot: false,
    availability: stock === "available" || stock === "scarce" ? stock : stock === "shortage" ? "unavailable" : "unknown",
    raw: product,
  };
}
