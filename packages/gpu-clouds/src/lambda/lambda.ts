import { z } from "zod";
import { accountOfKey } from "../account";
import { systemClock } from "../clock";
import type { Cloud, CloudOffer, Instance, InstanceStatus, Launch } from "../cloud";
import { CloudError, isNotFound } from "../error";
import { offerGpu } from "../gpu-names";
import { createHttp, type HttpCall } from "../http/client";
import { markOfTags, markTags } from "../mark";
import { fromCents } from "../price";
import type { Reach } from "../reach";
import { sameKey, sshKeyName } from "../ssh-keys";
import { cloudInit } from "../user-data";
import { lambdaErrors } from "./errors";
import {
  instanceAnswer,
  instancesAnswer,
  keyAnswer,
  keysAnswer,
  type LambdaInstance,
  type LambdaInstanceType,
  launchAnswer,
  terminateAnswer,
  typesAnswer,
} from "./wire";

export interface LambdaOptions extends Reach {
  key: string;
}

const statuses: Readonly<Record<string, InstanceStatus>> = {
  booting: "pending",
  active: "running",
  unhealthy: "failed",
  terminating: "terminating",
};

/** Lambda Cloud. It can't stop an instance, and says of nothing whether it is spot: all is on demand. */
export function createLambda({ key, baseUrl = "https://cloud.lambda.ai/api/v1", clock = systemClock, timeoutMs }: LambdaOptions): Cloud {
  const http = createHttp({
    cloud: "lambda",
    baseUrl,
    headers: () => ({ authorization: `Bearer ${key}` }),
    secrets: [key],
    rates: [
      { calls: 1, perMs: 1_000 },
      { endpoint: "launch", calls: 1, perMs: 12_000 },
    ],
    errors: lambdaErrors,
    clock,
    timeoutMs,
  });
  const get = <T>(path: string, schema: z.ZodType<T>, signal: AbortSignal) => http.call({ method: "GET", path }, schema, signal);
  const post = <T>(path: string, body: unknown, schema: z.ZodType<T>, signal: AbortSignal, more: Partial<HttpCall> = {}) =>
    http.call({ method: "POST", path, body, ...more }, schema, signal);

  /** A launch names exactly one key of the account; further ones go through cloud-init. */
  async function keyName([wanted]: readonly string[], signal: AbortSignal): Promise<string> {
    const { data: known } = await get("/ssh-keys", keysAnswer, signal);
    const found = wanted === undefined ? known[0] : known.find(({ public_key }) => sameKey(public_key) === sameKey(wanted));
    if (found) return found.name;
    if (wanted === undefined) {
      throw new CloudError("INVALID_SPEC", "lambda: an SSH key is needed: the account has none", {
        field: "spec.cloud_init.ssh_authorized_keys",
      });
    }
    return (await post("/ssh-keys", { name: sshKeyName(wanted), public_key: sameKey(wanted) }, keyAnswer, signal)).data.name;
  }

  return {
    name: "lambda",
    capabilities: { instanceTypes: true, stop: "none", reboot: true, launchDeadlineMs: 20 * 60_000, pollMs: 5_000 },

    async account(signal) {
      // The API tells no account; any answer proves that the key works.
      await get("/ssh-keys", keysAnswer, signal);
      return accountOfKey(key);
    },

    async offers(signal) {
      const { data } = await get("/instance-types", typesAnswer, signal);
      return Object.values(data).flatMap(({ instance_type: type, regions_with_capacity_available: regions }) =>
        regions.length > 0 ? regions.map(({ name }) => offer(type, name)) : [offer(type, "")],
      );
    },

    async launch({ mark, offer: { region, instanceType }, image, userData, sshKeys }: Launch, signal) {
      const body = {
        region_name: region,
        instance_type_name: instanceType,
        ssh_key_names: [await keyName(sshKeys, signal)],
        name: mark.name,
        hostname: mark.name,
        ...(image === "" ? {} : { image: /^[0-9a-f-]{32,36}$/.test(image) ? { id: image } : { family: image } }),
        ...(userData === "" && sshKeys.length < 2 ? {} : { user_data: cloudInit({ userData, sshKeys: sshKeys.slice(1) }) }),
        tags: Object.entries(markTags(mark)).map(([tag, value]) => ({ key: tag, value })),
      };
      const { data } = await post("/instance-operations/launch", body, launchAnswer, signal, { endpoint: "launch", repeatable: false });
      const [id] = data.instance_ids;
      if (id === undefined) throw new CloudError("INTERNAL", "lambda: the launch was accepted without an id", { mayHaveHappened: true });
      return id;
    },

    async get(id, signal) {
      try {
        const { data } = await get(`/instances/${encodeURIComponent(id)}`, instanceAnswer, signal);
        return isGone(data) ? undefined : view(data);
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },

    async list(signal) {
      const { data } = await get("/instances", instancesAnswer, signal);
      return data.filter((instance) => !isGone(instance)).map(view);
    },

    start: () => Promise.reject(new CloudError("UNSUPPORTED", "lambda: an instance can't be started: it is never stopped")),
    stop: () => Promise.reject(new CloudError("UNSUPPORTED", "lambda: an instance can't be stopped, only terminated")),

    async reboot(id, signal) {
      await post("/instance-operations/restart", { instance_ids: [id] }, z.unknown(), signal);
    },

    async terminate(id, signal) {
      try {
        const { data } = await post("/instance-operations/terminate", { instance_ids: [id] }, terminateAnswer, signal, {
          repeatable: true,
        });
        if (!data.terminated_instances.some((terminated) => terminated.id === id)) {
          throw new CloudError("CONFLICT", `lambda: ${id} was not among the instances that were terminated`);
        }
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    },

    close: () => http.close(),
  };
}

const isGone = ({ status }: LambdaInstance) => status === "terminated" || status === "preempted";

function offer(type: LambdaInstanceType, region: string): CloudOffer {
  return {
    id: `${region || "none"}.${type.name}`,
    cloud: "lambda",
    region,
    zone: "",
    instanceType: type.name,
    gpu: gpuOf(type),
    cpus: type.specs.vcpus,
    memoryGib: type.specs.memory_gib,
    diskGib: type.specs.storage_gib,
    pricePerHour: fromCents(type.price_cents_per_hour),
    spot: false,
    availability: region === "" ? "unavailable" : "available",
    raw: type,
  };
}

/** "8x H100 (80 GB SXM5)": the description says the model and the memory, the specs how many. */
function gpuOf({ description, gpu_description, specs }: LambdaInstanceType) {
  if (specs.gpus === 0) return undefined;
  const text = gpu_description || description;
  const memory = /\((\d+(?:\.\d+)?) ?GB/i.exec(text)?.[1];
  return offerGpu(text.replace(/^\d+x\s*/, "").replace(/\s*\(.*$/, ""), specs.gpus, memory === undefined ? undefined : Number(memory));
}

function view({ id, name, ip, status, region, instance_type: type, tags }: LambdaInstance): Instance {
  const known = statuses[status];
  return {
    id,
    mark: markOfTags(Object.fromEntries((tags ?? []).map(({ key, value }) => [key, value]))),
    name: name ?? "",
    status: known ?? "pending",
    ...(known === "failed" ? { problem: new CloudError("INTERNAL", `lambda: the instance is ${status}`) } : {}),
    addresses: ip ? [ip] : [],
    region: region?.name ?? "",
    zone: "",
    instanceType: type?.name ?? "",
    gpu: type ? gpuOf(type) : undefined,
    cpus: type?.specs.vcpus ?? 0,
    memoryGib: type?.specs.memory_gib ?? 0,
    diskGib: type?.specs.storage_gib ?? 0,
    spot: false,
    pricePerHour: type ? fromCents(type.price_cents_per_hour) : 0,
  };
}
