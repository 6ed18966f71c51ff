import { z } from "zod";
import { accountOfKey } from "../account";
import { systemClock } from "../clock";
import type { Cloud, CloudOffer, Instance, InstanceStatus, Launch } from "../cloud";
import { CloudError, invalid } from "../error";
import { offerGpu } from "../gpu-names";
import { orMissing } from "../http/answers";
import { createHttp } from "../http/client";
import { markOfText, markText } from "../mark";
import { perHour } from "../price";
import type { Reach } from "../reach";
import { startScript } from "../user-data";
import { tensorDockErrors } from "./errors";
import {
  instanceAnswer,
  instancesAnswer,
  locationsAnswer,
  type TensorDockGpu,
  type TensorDockInstance,
  type TensorDockLocation,
} from "./wire";

export interface TensorDockOptions extends Reach {
  token: string;
  /** Some accounts need both for the list of locations. */
  apiKey?: string | undefined;
  apiToken?: string | undefined;
  /** The public key of machines that come without one: the API wants one. */
  sshKey?: string | undefined;
}

const defaultImage = "ubuntu2404";
const leastDiskGib = 100;
/** Processors and memory are chosen, not offered: so much goes with each GPU, where the host has it. */
const perGpu = { cpus: 8, memoryGib: 32 };

const statuses: Readonly<Record<string, InstanceStatus>> = {
  queued: "pending",
  creating: "pending",
  starting: "pending",
  running: "running",
  stopping: "stopping",
  stopped: "stopped",
  stoppeddisassociated: "stopped",
  deleting: "terminating",
  error: "failed",
};

/** TensorDock, version 2 of the API. It has no tags: an instance's name is its mark. */
export function createTensorDock(options: TensorDockOptions): Cloud {
  const { token, apiKey, apiToken, sshKey, baseUrl = "https://dashboard.tensordock.com/api/v2", clock = systemClock, timeoutMs } = options;
  const http = createHttp({
    cloud: "tensordock",
    baseUrl,
    headers: () => ({ authorization: `Bearer ${token}` }),
    secrets: [token, apiKey ?? "", apiToken ?? ""],
    rates: [{ calls: 100, perMs: 60_000 }],
    errors: tensorDockErrors,
    clock,
    timeoutMs,
  });
  const pathOf = (id: string) => `/instances/${encodeURIComponent(id)}`;
  const act = async (id: string, action: "start" | "stop", signal: AbortSignal) => {
    await http.call({ method: "POST", path: `${pathOf(id)}/${action}`, repeatable: true }, z.unknown(), signal);
  };
  const list = async (signal: AbortSignal): Promise<TensorDockInstance[]> =>
    (await http.call({ method: "GET", path: "/instances" }, instancesAnswer, signal)).data;

  return {
    name: "tensordock",
    capabilities: { instanceTypes: false, stop: "graceful", reboot: false, launchDeadlineMs: 20 * 60_000, pollMs: 5_000 },

    async account(signal) {
      await list(signal);
      return accountOfKey(token);
    },

    async offers(signal) {
      const query = { api_key: apiKey, api_token: apiToken };
      const { data } = await http.call({ method: "GET", path: "/locations", query }, locationsAnswer, signal);
      return data.locations.flatMap((location) => location.gpus.flatMap((gpu) => offersOf(location, gpu)));
    },

    async launch({ mark, offer, image, userData, sshKeys, diskGib }: Launch, signal) {
      const keys = sshKeys.length > 0 ? sshKeys : sshKey ? [sshKey] : [];
      const [first] = keys;
      if (!first)
        throw invalid("spec.cloud_init.ssh_authorized_keys", "tensordock: one is required, there or in the credentials as sshKey");
      const [locationId = "", v0Name = "", count = "1"] = offer.id.split("/");
      const attributes = {
        name: markText(mark),
        type: "virtualmachine",
        image: image || defaultImage,
        location_id: locationId,
        resources: {
          vcpu_count: offer.cpus,
          ram_gb: offer.memoryGib,
          storage_gb: Math.max(diskGib, leastDiskGib),
          gpus: { [v0Name]: { count: Number(count) } },
        },
        // Without an address of its own, Ubuntu must forward SSH.
        port_forwards: [{ protocol: "tcp", internal_port: 22, external_port: 20_000 + Math.floor(clock.random() * 10_000) }],
        useDedicatedIp: false,
        ssh_key: first,
        cloud_init: { runcmd: commands(userData, keys) },
      };
      const call = {
        method: "POST",
        path: "/instances",
        body: { data: { type: "virtualmachine", attributes } },
        repeatable: false,
      } as const;
      return (await http.call(call, instanceAnswer, signal)).id;
    },

    async get(id, signal) {
      const found = await orMissing(http.call({ method: "GET", path: pathOf(id) }, instanceAnswer, signal));
      return found && !isGone(found) ? view(found) : undefined;
    },

    list: async (signal) => (await list(signal)).filter((instance) => !isGone(instance)).map(view),
    start: (id, signal) => act(id, "start", signal),
    stop: (id, signal) => act(id, "stop", signal),
    reboot: () => Promise.reject(new CloudError("UNSUPPORTED", "tensordock: an instance can't be rebooted from outside")),
    terminate: async (id, signal) => void (await orMissing(http.call({ method: "DELETE", path: pathOf(id) }, z.unknown(), signal))),
    close: () => http.close(),
  };
}

/** `ssh_key` is often not installed: the keys go in by command too, for root and for `user`. */
function commands(userData: string, sshKeys: readonly string[]): string[] {
  const encoded = (script: string) => Buffer.from(script).toString("base64");
  const install = encoded(startScript({ userData: "", sshKeys }));
  const run =
    userData === ""
      ? []
      : [
          `echo ${encoded(startScript({ userData, sshKeys: [] }))} | base64 -d > /root/remuda-start && sh -c 'chmod +x /root/remuda-start; /root/remuda-start'`,
        ];
  return [`echo ${install} | base64 -d | sh`, `echo ${install} | base64 -d | su - user -c sh`, ...run];
}

const isGone = ({ status }: TensorDockInstance) => status?.toLowerCase() === "deleted";

/** One offer for 1, 2, 4 … GPUs, with all that a machine costs: a GPU's price leaves out the rest. */
function offersOf({ id, city, stateprovince, country }: TensorDockLocation, gpu: TensorDockGpu): CloudOffer[] {
  const counts = [1, 2, 4, 8, 16].filter((count) => count <= gpu.max_count);
  return (counts.length === 0 ? [1] : counts).map((count) => {
    const cpus = Math.min(perGpu.cpus * count, gpu.resources.max_vcpus);
    const memoryGib = Math.min(perGpu.memoryGib * count, gpu.resources.max_ram_gb);
    const { per_vcpu_hr: cpu, per_gb_ram_hr: ram, per_gb_storage_hr: storage } = gpu.pricing;
    return {
      id: `${id}/${gpu.v0Name}/${count}`,
      cloud: "tensordock",
      region: [country, stateprovince, city].filter(Boolean).join(", "),
      zone: id,
      instanceType: "",
      gpu: offerGpu(gpu.v0Name, count, memoryOf(gpu.v0Name)),
      cpus,
      memoryGib,
      diskGib: leastDiskGib,
      pricePerHour: perHour(gpu.price_per_hr * count + cpu * cpus + ram * memoryGib + storage * leastDiskGib),
      spot: false,
      // The stock that is told is often old.
      availability: gpu.max_count >= count ? "unknown" : "unavailable",
      raw: gpu,
    };
  });
}

const memoryOf = (v0Name: string): number | undefined => Number(/(\d+)gb/.exec(v0Name)?.[1]) || undefined;

function view({ id, name, status, ipAddress, portForwards, rateHourly, resources }: TensorDockInstance): Instance {
  const known = statuses[(status ?? "").toLowerCase()] ?? "pending";
  const forwarded = portForwards?.find(({ internal_port }) => internal_port === 22)?.external_port;
  const [model, { count } = { count: 0 }] = Object.entries(resources?.gpus ?? {})[0] ?? [""];
  return {
    id,
    mark: markOfText(name),
    name: name ?? "",
    status: known,
    ...(known === "failed" ? { problem: new CloudError("INTERNAL", "tensordock: the instance is in state error") } : {}),
    addresses: ipAddress ? [ipAddress] : [],
    ...(ipAddress && forwarded ? { ssh: { host: ipAddress, port: forwarded } } : {}),
    region: "",
    zone: "",
    instanceType: "",
    gpu: model ? offerGpu(model, count, memoryOf(model)) : undefined,
    cpus: resources?.vcpu_count ?? 0,
    memoryGib: resources?.ram_gb ?? 0,
    diskGib: resources?.storage_gb ?? 0,
    spot: false,
    pricePerHour: perHour(rateHourly ?? 0),
  };
}
