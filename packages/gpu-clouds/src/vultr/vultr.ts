import { createHash } from "node:crypto";
import pLimit from "p-limit";
import { z } from "zod";
import { createCatalog, type Shape } from "../catalog";
import { systemClock } from "../clock";
import type { Cloud, CloudOffer, Instance, InstanceStatus, Launch } from "../cloud";
import { CloudError, invalid } from "../error";
import { gpuOfMemory } from "../gpu-names";
import { allPages, orMissing } from "../http/answers";
import { createHttp } from "../http/client";
import { markOfWords, markWords } from "../mark";
import { fromMonthly, perHour } from "../price";
import type { Reach } from "../reach";
import { cloudInit } from "../user-data";
import { vultrErrors } from "./errors";
import {
  accountAnswer,
  availabilityAnswer,
  instanceAnswer,
  instancesAnswer,
  plansAnswer,
  systemsAnswer,
  type VultrInstance,
  type VultrPlan,
} from "./wire";

export interface VultrOptions extends Reach {
  key: string;
}

const pageSize = 500;
const talosSystem = 2284;
const defaultSystem = /^Ubuntu 24\.04/;
const unsetAddress = "0.0.0.0";

/** Vultr's cloud GPUs, also parts of them. */
export function createVultr({ key, baseUrl = "https://api.vultr.com/v2", clock = systemClock, timeoutMs }: VultrOptions): Cloud {
  const http = createHttp({
    cloud: "vultr",
    baseUrl,
    headers: () => ({ authorization: `Bearer ${key}` }),
    secrets: [key],
    rates: [{ calls: 30, perMs: 1_000 }],
    errors: vultrErrors,
    clock,
    timeoutMs,
  });
  const catalog = createCatalog(readOffers, clock);
  let defaultSystemId: number | undefined;
  const pathOf = (id: string) => `/instances/${encodeURIComponent(id)}`;
  const act = async (id: string, action: "start" | "halt" | "reboot", signal: AbortSignal) => {
    await http.call({ method: "POST", path: `${pathOf(id)}/${action}`, repeatable: true }, z.unknown(), signal);
  };

  async function readOffers(signal: AbortSignal): Promise<CloudOffer[]> {
    const plans = await allPages("vultr", async (cursor) => {
      const query = { type: "vcg", per_page: pageSize, cursor };
      const { plans: items, meta } = await http.call({ method: "GET", path: "/plans", query }, plansAnswer, signal);
      return { items, next: meta?.links?.next };
    });
    const regions = [...new Set(plans.flatMap(({ locations }) => locations))];
    const limit = pLimit(8);
    const stock = await Promise.all(
      regions.map((region) =>
        limit(async () => {
          const call = { method: "GET", path: `/regions/${encodeURIComponent(region)}/availability`, query: { type: "vcg" } } as const;
          return [region, new Set((await http.call(call, availabilityAnswer, signal)).available_plans)] as const;
        }),
      ),
    );
    const available = new Map(stock);
    return plans.flatMap((plan) => plan.locations.map((region) => offer(plan, region, available.get(region)?.has(plan.id) ?? false)));
  }

  /** What an image's name stands for: a number or "talos" a system, "snapshot:ID" a snapshot, an id an image, nothing the default. */
  async function source(image: string, signal: AbortSignal): Promise<Record<string, unknown>> {
    if (image === "talos") return { os_id: talosSystem };
    if (/^\d+$/.test(image)) return { os_id: Number(image) };
    const snapshot = /^snapshot:(.+)$/.exec(image)?.[1];
    if (snapshot !== undefined) return { snapshot_id: snapshot };
    if (image !== "") return { image_id: image };
    if (defaultSystemId === undefined) {
      const systems = await allPages("vultr", async (cursor) => {
        const { os, meta } = await http.call({ method: "GET", path: "/os", query: { per_page: pageSize, cursor } }, systemsAnswer, signal);
        return { items: os, next: meta?.links?.next };
      });
      defaultSystemId = systems.find(({ name }) => defaultSystem.test(name))?.id;
    }
    if (defaultSystemId === undefined) throw invalid("spec.image", "vultr: there is no Ubuntu 24.04 to take: name an image");
    return { os_id: defaultSystemId };
  }

  const shown = async (instances: readonly VultrInstance[], signal: AbortSignal): Promise<Instance[]> => {
    if (instances.length === 0) return [];
    const shapeOf = await catalog.shapes(signal);
    return instances.map((instance) => view(instance, shapeOf(instance.plan)));
  };

  return {
    name: "vultr",
    capabilities: { instanceTypes: true, stop: "hard", reboot: true, launchDeadlineMs: 20 * 60_000, pollMs: 3_000 },

    async account(signal) {
      const { account } = await http.call({ method: "GET", path: "/account" }, accountAnswer, signal);
      const whose = createHash("sha256").update(`${account.email}/${account.name}`).digest("hex").slice(0, 16);
      // A balance below 0 is money that is left.
      return { id: whose, ...(account.balance == null ? {} : { balance: perHour(-account.balance - (account.pending_charges ?? 0)) }) };
    },

    async offers(signal) {
      const offers = await readOffers(signal);
      catalog.learn(offers);
      return offers;
    },

    async launch({ mark, offer: { region, instanceType }, image, ...guest }: Launch, signal) {
      const userData = cloudInit(guest);
      const body = {
        region,
        plan: instanceType,
        ...(await source(image, signal)),
        label: mark.name,
        hostname: mark.name,
        ...(userData === "" ? {} : { user_data: Buffer.from(userData).toString("base64") }),
        tags: markWords(mark),
      };
      return (await http.call({ method: "POST", path: "/instances", body, repeatable: false }, instanceAnswer, signal)).instance.id;
    },

    async get(id, signal) {
      const found = await orMissing(http.call({ method: "GET", path: pathOf(id) }, instanceAnswer, signal));
      return found && (await shown([found.instance], signal))[0];
    },

    async list(signal) {
      const found = await allPages("vultr", async (cursor) => {
        const query = { per_page: pageSize, cursor };
        const { instances, meta } = await http.call({ method: "GET", path: "/instances", query }, instancesAnswer, signal);
        return { items: instances, next: meta?.links?.next };
      });
      return shown(found, signal);
    },

    start: (id, signal) => act(id, "start", signal),
    stop: (id, signal) => act(id, "halt", signal),
    reboot: (id, signal) => act(id, "reboot", signal),
    terminate: async (id, signal) => void (await orMissing(http.call({ method: "DELETE", path: pathOf(id) }, z.unknown(), signal))),
    close: () => http.close(),
  };
}

function offer(plan: VultrPlan, region: string, available: boolean): CloudOffer {
  return {
    id: `${region}.${plan.id}`,
    cloud: "vultr",
    region,
    zone: "",
    instanceType: plan.id,
    gpu: gpuOf(plan),
    cpus: plan.vcpu_count,
    memoryGib: plan.ram / 1024,
    diskGib: plan.disk,
    pricePerHour: plan.hourly_cost ? perHour(plan.hourly_cost) : fromMonthly(plan.monthly_cost),
    spot: false,
    availability: available ? "available" : "unavailable",
    raw: plan,
  };
}

/** Plans without the newer fields tell GPU and memory in their id: "vcg-a16-2c-8g-2vram". */
function gpuOf({ id, gpu_type, gpu_vram_gb }: VultrPlan) {
  const [, model, memory] = /^vcg-(.+?)-\d+c-.*?(\d+)vram$/.exec(id) ?? [];
  const name = gpu_type ?? model;
  return name === undefined ? undefined : gpuOfMemory(name, gpu_vram_gb ?? Number(memory ?? 0));
}

function view(instance: VultrInstance, shape: Shape): Instance {
  const status = statusOf(instance);
  return {
    id: instance.id,
    mark: markOfWords(instance.tags ?? []),
    name: instance.label ?? "",
    status,
    ...(status === "failed" ? { problem: new CloudError("BILLING", `vultr: the instance is ${instance.status}`) } : {}),
    addresses: [instance.main_ip, instance.v6_main_ip].filter((address): address is string => !!address && address !== unsetAddress),
    region: instance.region ?? "",
    zone: "",
    ...shape,
    cpus: instance.vcpu_count ?? shape.cpus,
    memoryGib: instance.ram ? instance.ram / 1024 : shape.memoryGib,
    diskGib: instance.disk ?? shape.diskGib,
    spot: false,
    ...(instance.date_created ? { createdAt: Date.parse(instance.date_created) } : {}),
  };
}

/** It runs when three fields say so. */
function statusOf({ status, power_status: power, server_status: server }: VultrInstance): InstanceStatus {
  if (status === "suspended" || status === "closed") return "failed";
  if (status !== "active") return "pending";
  if (power === "stopped") return "stopped";
  return power === "running" && server === "ok" ? "running" : "pending";
}
