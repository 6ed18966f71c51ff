import { createHash } from "node:crypto";
import { z } from "zod";
import { createCatalog, type Shape } from "../catalog";
import { pause, systemClock } from "../clock";
import type { Cloud, CloudOffer, Instance, InstanceStatus, Launch, Mark } from "../cloud";
import { CloudError, isNotFound } from "../error";
import { allPages, orMissing } from "../http/answers";
import { createHttp } from "../http/client";
import { markOfTags, markTags } from "../mark";
import type { Reach } from "../reach";
import { cloudInit, isMachineConfig } from "../user-data";
import { gceErrors, problemOf } from "./errors";
import { offersOfZone, readType, writeType } from "./machines";
import { aggregatedAnswer, type GceInstance, instanceAnswer, machineTypesAnswer, operation, projectAnswer } from "./wire";

export interface GceOptions extends Reach {
  project: string;
  /** Asked before every call; it keeps and renews the token. */
  accessToken: () => Promise<string>;
  /** Only these zones. Undefined: all that have GPUs. */
  zones?: readonly string[] | undefined;
  /** Such as "global/networks/default". */
  network?: string | undefined;
  subnetwork?: string | undefined;
  serviceAccount?: string | undefined;
  /** By type, a spot price as TYPE.spot, in USD an hour. */
  prices?: Readonly<Record<string, number>> | undefined;
}

const defaultImage = "projects/ubuntu-os-accelerator-images/global/images/family/ubuntu-accelerator-2404-amd64-with-nvidia-570";
const leastDiskGib = 50;
/** How long a launch waits for its operation: most refusals for want of capacity come soon. */
const launchWaitMs = 30_000;
const operationPollMs = 2_000;

const statuses: Readonly<Record<string, InstanceStatus>> = {
  PROVISIONING: "pending",
  STAGING: "pending",
  RUNNING: "running",
  REPAIRING: "pending",
  STOPPING: "stopping",
  SUSPENDING: "stopping",
  SUSPENDED: "stopped",
  TERMINATED: "stopped",
};

/** Google Compute Engine. An instance's id here is ZONE/NAME; its name follows from owner and uid, so that it can't be made twice in a zone. */
export function createGce(options: GceOptions): Cloud {
  const { project, zones, clock = systemClock, timeoutMs, baseUrl = "https://compute.googleapis.com" } = options;
  const http = createHttp({
    cloud: "gce",
    baseUrl: `${baseUrl}/compute/v1/projects/${encodeURIComponent(project)}`,
    headers: async () => ({ authorization: `Bearer ${await token()}` }),
    secrets: [],
    rates: [],
    errors: gceErrors,
    clock,
    timeoutMs,
  });
  const catalog = createCatalog(readOffers, clock);

  async function token(): Promise<string> {
    try {
      return await options.accessToken();
    } catch (error) {
      // The library's error holds the request, and with it what proves who asks.
      throw new CloudError("UNAUTHENTICATED", `gce: no access token: ${error instanceof Error ? error.message : "unknown"}`);
    }
  }

  const wanted = (zone: string) => zones === undefined || zones.includes(zone);
  const pathOf = (id: string) => {
    const [zone = "", name = ""] = id.split("/");
    return `/zones/${encodeURIComponent(zone)}/instances/${encodeURIComponent(name)}`;
  };

  async function readOffers(signal: AbortSignal): Promise<CloudOffer[]> {
    const found = await allPages("gce", async (pageToken) => {
      const query = { maxResults: 500, pageToken };
      const { items, nextPageToken } = await http.call(
        { method: "GET", path: "/aggregated/machineTypes", query },
        machineTypesAnswer,
        signal,
      );
      return { items: Object.entries(items ?? {}), next: nextPageToken };
    });
    return found.flatMap(([scope, { machineTypes }]) => {
      const zone = scope.replace(/^zones\//, "");
      return wanted(zone) ? offersOfZone(zone, machineTypes ?? [], options.prices ?? {}) : [];
    });
  }

  /** Waits a while for an operation; throws what it says is wrong. Undone when the time has passed: the instance itself tells the rest. */
  async function settle(zone: string, name: string, signal: AbortSignal): Promise<void> {
    const path = `/zones/${encodeURIComponent(zone)}/operations/${encodeURIComponent(name)}`;
    const end = clock.now() + launchWaitMs;
    while (clock.now() < end) {
      const now = await http.call({ method: "GET", path }, operation, signal);
      const problem = problemOf(now);
      if (problem) throw problem;
      if (now.status === "DONE") return;
      await pause(clock, operationPollMs, signal);
    }
  }

  async function act(id: string, action: "start" | "stop" | "reset", signal: AbortSignal): Promise<void> {
    await http.call({ method: "POST", path: `${pathOf(id)}/${action}`, repeatable: true }, operation, signal);
  }

  return {
    name: "gce",
    capabilities: { instanceTypes: true, stop: "graceful", reboot: true, launchDeadlineMs: 15 * 60_000, pollMs: 5_000 },

    account: async (signal) => ({ id: (await http.call({ method: "GET", path: "" }, projectAnswer, signal)).id }),

    async offers(signal) {
      const offers = await readOffers(signal);
      catalog.learn(offers);
      return offers;
    },

    async launch(launch, signal) {
      const { zone } = launch.offer;
      const name = nameOf(launch.mark);
      const path = `/zones/${encodeURIComponent(zone)}/instances`;
      // The same order soon after has the same id: Compute Engine answers the operation that it has begun.
      const query = { requestId: requestId(launch, Math.floor(clock.date() / 300_000)) };
      const call = { method: "POST", path, query, body: orderOf(name, launch, options), repeatable: true } as const;
      const begun = await http.call(call, operation, signal).catch((error: unknown) => {
        // The name belongs to this machine alone: what has it is this machine.
        if (error instanceof CloudError && (error.code === "alreadyExists" || error.code === "RESOURCE_ALREADY_EXISTS")) return undefined;
        throw error;
      });
      if (begun) await settle(zone, begun.name, signal);
      return `${zone}/${name}`;
    },

    async get(id, signal) {
      const found = await orMissing(http.call({ method: "GET", path: pathOf(id) }, instanceAnswer, signal));
      return found && view(found, await catalog.shapes(signal));
    },

    async list(signal) {
      const found = await allPages("gce", async (pageToken) => {
        const query = { maxResults: 500, pageToken, returnPartialSuccess: false };
        const answer = await http.call({ method: "GET", path: "/aggregated/instances", query }, aggregatedAnswer, signal);
        if (answer.unreachables?.length) {
          throw new CloudError("UNAVAILABLE", `gce: the list lacks ${answer.unreachables.join(", ")}`);
        }
        return { items: Object.values(answer.items ?? {}).flatMap(({ instances }) => instances ?? []), next: answer.nextPageToken };
      });
      if (found.length === 0) return [];
      const shapeOf = await catalog.shapes(signal);
      return found.map((instance) => view(instance, shapeOf));
    },

    start: (id, signal) => act(id, "start", signal),
    stop: (id, signal) => act(id, "stop", signal),
    reboot: (id, signal) => act(id, "reset", signal),

    async terminate(id, signal) {
      await http.call({ method: "DELETE", path: pathOf(id) }, z.unknown(), signal).catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
    },

    close: () => http.close(),
  };
}

/** At most 63 letters, the same for the same machine. Two installations on one project have different owners, and so different names. */
const nameOf = ({ owner, uid, name }: Mark): string => {
  const mark = createHash("sha256").update(`${owner}/${uid}`).digest("hex").slice(0, 12);
  return `${`${/^[a-z]/.test(name) ? "" : "m-"}${name}`.slice(0, 50).replace(/-+$/, "")}-${mark}`;
};

/** A UUID that follows from what is ordered. */
function requestId({ mark, offer }: Launch, bucket: number): string {
  const hex = createHash("sha256").update(`${mark.owner}/${mark.uid}/${offer.id}/${bucket}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function orderOf(name: string, launch: Launch, { network, subnetwork, serviceAccount }: GceOptions) {
  const { mark, offer, image, userData, sshKeys, diskGib } = launch;
  const { machineType, accelerator } = readType(offer.instanceType);
  const at = `zones/${offer.zone}`;
  const data = cloudInit({ userData, sshKeys: [] });
  const script = data.startsWith("#!") && !isMachineConfig(data);
  const items = [
    ...(data === "" ? [] : [{ key: script ? "startup-script" : "user-data", value: data }]),
    ...(sshKeys.length === 0 ? [] : [{ key: "ssh-keys", value: sshKeys.map((key) => `ubuntu:${key.trim()}`).join("\n") }]),
  ];
  return {
    name,
    machineType: `${at}/machineTypes/${machineType}`,
    labels: markTags(mark),
    disks: [
      {
        boot: true,
        autoDelete: true,
        initializeParams: { sourceImage: image || defaultImage, diskSizeGb: String(Math.max(diskGib, leastDiskGib)) },
      },
    ],
    networkInterfaces: [
      {
        ...(subnetwork ? { subnetwork } : { network: network ?? "global/networks/default" }),
        accessConfigs: [{ type: "ONE_TO_ONE_NAT", name: "External NAT" }],
      },
    ],
    metadata: { items },
    // Machines with GPUs can't be moved while they run.
    scheduling: {
      onHostMaintenance: "TERMINATE",
      ...(offer.spot ? { provisioningModel: "SPOT", instanceTerminationAction: "STOP", automaticRestart: false } : {}),
    },
    // Types that have GPUs take no others.
    ...(accelerator
      ? { guestAccelerators: [{ acceleratorType: `${at}/acceleratorTypes/${accelerator.type}`, acceleratorCount: accelerator.count }] }
      : {}),
    ...(serviceAccount ? { serviceAccounts: [{ email: serviceAccount, scopes: ["https://www.googleapis.com/auth/cloud-platform"] }] } : {}),
  };
}

const lastPart = (url: string): string => url.slice(url.lastIndexOf("/") + 1);

function view(instance: GceInstance, shapeOf: (type: string, region?: string) => Shape): Instance {
  const zone = lastPart(instance.zone);
  const [accelerator] = instance.guestAccelerators ?? [];
  const machineType = lastPart(instance.machineType);
  const builtIn = shapeOf(machineType, zone.replace(/-[a-z]$/, ""));
  const type =
    accelerator && !builtIn.gpu
      ? writeType({ machineType, accelerator: { type: lastPart(accelerator.acceleratorType), count: accelerator.acceleratorCount } })
      : machineType;
  const addresses = (instance.networkInterfaces ?? []).flatMap(({ networkIP, accessConfigs }) => [
    ...(accessConfigs ?? []).map(({ natIP }) => natIP),
    networkIP,
  ]);
  const shape = type === machineType ? builtIn : shapeOf(type, zone.replace(/-[a-z]$/, ""));
  return {
    id: `${zone}/${instance.name}`,
    mark: markOfTags(instance.labels ?? {}),
    name: instance.name,
    status: statuses[instance.status] ?? "pending",
    addresses: addresses.filter((address): address is string => !!address),
    region: zone.replace(/-[a-z]$/, ""),
    zone,
    ...shape,
    diskGib: Number(instance.disks?.find(({ boot }) => boot)?.diskSizeGb ?? 0),
    spot: instance.scheduling?.provisioningModel === "SPOT",
    ...(instance.creationTimestamp ? { createdAt: Date.parse(instance.creationTimestamp) } : {}),
  };
}
