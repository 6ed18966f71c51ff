import { z } from "zod";
import { systemClock } from "../clock";
import type { Cloud, CloudOffer, Instance, Launch } from "../cloud";
import { CloudError } from "../error";
import { offerGpu } from "../gpu-names";
import { allPages, orMissing } from "../http/answers";
import { createHttp } from "../http/client";
import { markOfText, markText } from "../mark";
import { perHour } from "../price";
import type { Reach } from "../reach";
import { startScript } from "../user-data";
import { vastErrors } from "./errors";
import { stateOf } from "./state";
import { createdAnswer, instanceAnswer, instancesAnswer, offersAnswer, userAnswer, type VastInstance, type VastOffer } from "./wire";

export interface VastOptions extends Reach {
  key: string;
}

const defaultImage = "nvidia/cuda:12.6.3-base-ubuntu24.04";
const defaultDiskGib = 32;
const mostOffers = 10_000;
/** A bid at the lowest price is outbid by the next one. */
const bidFactor = 1.1;

/** Vast.ai: hosts' offers on demand, and bids that a higher one interrupts. Paths end in "/". */
export function createVast({ key, baseUrl = "https://console.vast.ai", clock = systemClock, timeoutMs }: VastOptions): Cloud {
  const http = createHttp({
    cloud: "vast",
    baseUrl,
    headers: () => ({ authorization: `Bearer ${key}` }),
    secrets: [key],
    rates: [
      { endpoint: "create", calls: 1, perMs: 4_500 },
      { endpoint: "delete", calls: 1, perMs: 3_000 },
      { endpoint: "change", calls: 1, perMs: 1_000 },
    ],
    errors: vastErrors,
    clock,
    timeoutMs,
  });
  const instancePath = (id: string) => `/api/v0/instances/${encodeURIComponent(id)}/`;
  const change = (id: string, body: unknown, signal: AbortSignal) =>
    http.call({ method: "PUT", path: instancePath(id), body, endpoint: "change" }, z.unknown(), signal);

  async function search(type: "on-demand" | "bid", signal: AbortSignal): Promise<CloudOffer[]> {
    const body = {
      limit: mostOffers,
      type,
      order: [["score", "desc"]],
      allocated_storage: defaultDiskGib,
      verified: { eq: true },
      external: { eq: false },
      rentable: { eq: true },
      rented: { eq: false },
    };
    const call = { method: "POST", path: "/api/v0/bundles/", body, endpoint: "search", repeatable: true } as const;
    const { offers } = await http.call(call, offersAnswer, signal);
    return offers.map((found) => offer(found, type === "bid"));
  }

  return {
    name: "vast",
    capabilities: { instanceTypes: false, stop: "graceful", reboot: true, launchDeadlineMs: 75 * 60_000, pollMs: 10_000 },

    async account(signal) {
      const { id, credit } = await http.call({ method: "GET", path: "/api/v0/users/current/" }, userAnswer, signal);
      return { id: String(id), ...(credit == null ? {} : { balance: credit }) };
    },

    async offers(signal) {
      return [...(await search("on-demand", signal)), ...(await search("bid", signal))];
    },

    async launch({ mark, offer: { id, spot, pricePerHour }, image, userData, sshKeys: _, diskGib, maxPricePerHour }: Launch, signal) {
      const template = /^template:(.+)$/.exec(image)?.[1];
      const bid = perHour(pricePerHour * bidFactor);
      const body = {
        client_id: "me",
        ...(template === undefined ? { image: image || defaultImage } : { template_hash_id: template }),
        disk: diskGib || defaultDiskGib,
        label: markText(mark),
        env: {},
        onstart: startScript({ userData, sshKeys: [] }),
        runtype: "ssh_direct",
        cancel_unavail: true,
        // A price, whatever it is, makes an instance interruptible.
        ...(spot ? { price: maxPricePerHour > 0 ? Math.min(bid, maxPricePerHour) : bid } : {}),
      };
      const path = `/api/v0/asks/${encodeURIComponent(id.replace(/\.bid$/, ""))}/`;
      const created = await http.call({ method: "PUT", path, body, endpoint: "create", repeatable: false }, createdAnswer, signal);
      return String(created.new_contract);
    },

    async finish(id, { sshKeys }, signal) {
      for (const ssh_key of sshKeys) {
        const call = { method: "POST", path: `${instancePath(id)}ssh/`, body: { ssh_key }, endpoint: "change", repeatable: true } as const;
        await http.call(call, z.unknown(), signal).catch((error: unknown) => {
          // It has the key already; the API has no code for that.
          if (!(error instanceof CloudError) || !error.message.includes("already")) throw error;
        });
      }
    },

    async get(id, signal) {
      // One that was deleted is answered with 200 and null.
      const answer = await orMissing(http.call({ method: "GET", path: instancePath(id), endpoint: "get" }, instanceAnswer, signal));
      return answer?.instances ? view(answer.instances) : undefined;
    },

    async list(signal) {
      const found = await allPages("vast", async (after_token) => {
        const query = { limit: 25, after_token };
        const call = { method: "GET", path: "/api/v1/instances/", query } as const;
        const { instances, next_token: next } = await http.call(call, instancesAnswer, signal);
        return { items: instances, next };
      });
      return found.map(view);
    },

    start: async (id, signal) => void (await change(id, { state: "running" }, signal)),
    stop: async (id, signal) => void (await change(id, { state: "stopped" }, signal)),

    async reboot(id, signal) {
      const path = `/api/v0/instances/reboot/${encodeURIComponent(id)}/`;
      await http.call({ method: "PUT", path, body: {}, endpoint: "change" }, z.unknown(), signal);
    },

    async terminate(id, signal) {
      await orMissing(http.call({ method: "DELETE", path: instancePath(id), body: {}, endpoint: "delete" }, z.unknown(), signal));
    },

    close: () => http.close(),
  };
}

const gib = (mb: number | null | undefined) => (mb ?? 0) / 1024;

function offer(found: VastOffer, spot: boolean): CloudOffer {
  return {
    id: spot ? `${found.id}.bid` : String(found.id),
    cloud: "vast",
    region: found.geolocation ?? "",
    zone: "",
    instanceType: "",
    gpu: found.num_gpus > 0 && found.gpu_name ? offerGpu(found.gpu_name, found.num_gpus, gib(found.gpu_ram)) : undefined,
    cpus: Math.floor(found.cpu_cores_effective ?? 0),
    memoryGib: gib(found.cpu_ram),
    diskGib: found.disk_space ?? 0,
    pricePerHour: perHour(spot ? (found.min_bid ?? found.dph_total) : found.dph_total),
    spot,
    availability: found.rentable === false || found.rented === true ? "unavailable" : "available",
    ...reliabilityOf(found),
    ...(found.cuda_max_good ? { cudaVersion: found.cuda_max_good.toFixed(1) } : {}),
    raw: found,
  };
}

function reliabilityOf({ reliability2, reliability }: VastOffer) {
  const rated = reliability2 ?? reliability;
  return rated == null ? {} : { reliability: rated };
}

function view(instance: VastInstance): Instance {
  const { status, problem } = stateOf(instance);
  const host = instance.public_ipaddr?.trim();
  const direct = instance.ports?.["22/tcp"]?.[0]?.HostPort;
  const ssh =
    host && direct
      ? { host, port: Number(direct) }
      : instance.ssh_host && instance.ssh_port
        ? { host: instance.ssh_host, port: instance.ssh_port }
        : undefined;
  return {
    id: String(instance.id),
    mark: markOfText(instance.label),
    name: instance.label ?? "",
    status,
    ...(problem ? { problem } : {}),
    addresses: host ? [host] : [],
    ...(ssh ? { ssh } : {}),
    region: instance.geolocation ?? "",
    zone: "",
    instanceType: "",
    gpu: instance.num_gpus && instance.gpu_name ? offerGpu(instance.gpu_name, instance.num_gpus, gib(instance.gpu_ram)) : undefined,
    cpus: Math.floor(instance.cpu_cores_effective ?? 0),
    memoryGib: gib(instance.cpu_ram),
    diskGib: instance.disk_space ?? 0,
    spot: instance.is_bid ?? false,
    pricePerHour: perHour(instance.dph_total ?? 0),
    ...(instance.start_date ? { createdAt: instance.start_date * 1000 } : {}),
  };
}
