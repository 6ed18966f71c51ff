import { randomUUID } from "node:crypto";
import { json, ok, text, texts } from "../body";
import { type Double, type DoubleAnswer, serveDouble } from "../double";
import { createFleet, type Fleet, quickTimes } from "../fleet";
import type { DoubleSettings } from "../settings";

interface ServerData {
  zone: string;
  type: string;
  name: string;
  tags: string[];
  volume: string;
  userData: string;
  locked: boolean;
}

export interface ScalewayDouble extends Double {
  key: string;
  projectId: string;
  fleet: Fleet<ServerData>;
  /** Ids of volumes that are there, and billed. */
  volumes: Set<string>;
  /** "ZONE/TYPE" that is out of stock though it is shown as available. */
  soldOut: Set<string>;
}

const gibibyte = 2 ** 30;
const product = (ncpus: number, gib: number, gpu: number, gpu_name: string, gpuGib: number, hourly_price: number) => ({
  ncpus,
  ram: gib * gibibyte,
  gpu,
  gpu_info: gpu > 0 ? { gpu_manufacturer: "NVIDIA", gpu_name, gpu_memory: gpuGib * gibibyte } : null,
  hourly_price,
  monthly_price: hourly_price * 730,
  arch: "x86_64",
});

const zones: Readonly<Record<string, Record<string, ReturnType<typeof product>>>> = {
  "fr-par-2": {
    "DEV1-S": product(2, 2, 0, "", 0, 0.0088),
    "L4-1-24G": product(8, 48, 1, "L4", 24, 0.75),
    "H100-1-80G": product(24, 240, 1, "H100-PCIe", 80, 2.73),
  },
  "pl-waw-2": { "L4-1-24G": product(8, 48, 1, "L4", 24, 0.75), "L40S-8-48G": product(64, 768, 8, "L40S", 48, 11.2) },
};

const refuse = (status: number, type: string, message: string, more: Record<string, unknown> = {}): DoubleAnswer => ({
  status,
  body: { type, message, ...more },
});
const notFound = refuse(404, "not_found", "resource is not found", { resource: "instance_server" });
const states: Readonly<Record<string, string>> = { booting: "starting", terminating: "stopping", broken: "locked" };

/** Scaleway's Instance API, as far as its backend asks. */
export async function serveScaleway({ clock, times = quickTimes }: DoubleSettings): Promise<ScalewayDouble> {
  const key = "11111111-2222-4333-8444-555555555555";
  const projectId = "99999999-2222-4333-8444-555555555555";
  const fleet = createFleet<ServerData>(clock, times);
  const volumes = new Set<string>();
  const soldOut = new Set<string>();

  const view = ({ id, phase, address, createdAt, data }: ReturnType<typeof fleet.all>[number]) => ({
    id,
    name: data.name,
    commercial_type: data.type,
    state: data.locked ? "locked" : (states[phase] ?? phase),
    tags: data.tags,
    project: projectId,
    zone: data.zone,
    public_ips: phase === "running" ? [{ id: "ip", address, family: "inet" }] : [],
    volumes: { "0": { id: data.volume, volume_type: "sbs_volume" } },
    creation_date: new Date(createdAt).toISOString(),
  });
  const withUnit = (
    [zone, id]: readonly (string | undefined)[],
    work: (unit: ReturnType<typeof fleet.all>[number]) => DoubleAnswer,
  ): DoubleAnswer => {
    const unit = fleet.get(id ?? "");
    return unit?.data.zone === zone && unit ? work(unit) : notFound;
  };
  const numbered = (query: URLSearchParams) => {
    const count = Math.min(Number(query.get("per_page") ?? 20), 100);
    const from = (Number(query.get("page") ?? 1) - 1) * count;
    return <T>(items: readonly T[]) => items.slice(from, from + count);
  };
  const server = "/instance/v1/zones/([^/]+)/servers/([^/]+)";

  const double = await serveDouble({
    clock,
    notFound,
    guard: ({ headers }) =>
      headers["x-auth-token"] === key ? undefined : refuse(401, "denied_authentication", "authentication is denied"),
    routes: {
      "GET /instance/v1/zones/([^/]+)/products/servers": ({ params: [zone = ""], query }) =>
        ok({ servers: Object.fromEntries(numbered(query)(Object.entries(zones[zone] ?? {}))) }),
      "GET /instance/v1/zones/([^/]+)/products/servers/availability": ({ params: [zone = ""], query }) => {
        const shown = Object.keys(zones[zone] ?? {}).map(
          (type) => [type, { availability: type.startsWith("L4-") ? "available" : "scarce" }] as const,
        );
        return ok({ servers: Object.fromEntries(numbered(query)(shown)) });
      },
      "GET /instance/v1/zones/([^/]+)/servers": ({ params: [zone], query }) => {
        const here = fleet.all().filter(({ data }) => data.zone === zone);
        return ok({ servers: numbered(query)(here).map(view) });
      },
      [`GET ${server}`]: ({ params }) => withUnit(params, (unit) => ok({ server: view(unit) })),
      "POST /instance/v1/zones/([^/]+)/servers": ({ params: [zone = ""], body }) => {
        const order = json(body);
        const type = text(order.commercial_type);
        if (!zones[zone]?.[type]) {
          const details = [{ argument_name: "commercial_type", reason: "constraint" }];
          return refuse(400, "invalid_arguments", "invalid argument(s)", { details });
        }
        if (text(order.image).startsWith("no-such-image")) {
          return refuse(400, "invalid_arguments", "invalid argument(s)", { details: [{ argument_name: "image", reason: "constraint" }] });
        }
        if (soldOut.has(`${zone}/${type}`)) return refuse(412, "out_of_stock", "resource is out of stock", { resource: "server" });
        const volume = randomUUID();
        volumes.add(volume);
        const unit = fleet.add(
          { zone, type, name: text(order.name), tags: texts(order.tags), volume, userData: "", locked: false },
          "stopped",
        );
        return ok({ server: view(unit) }, 201);
      },
      [`PATCH ${server}`]: ({ params, body }) =>
        withUnit(params, (unit) => {
          unit.data.tags = texts(json(body).tags);
          return ok({ server: view(unit) });
        }),
      [`PATCH ${server}/user_data/cloud-init`]: ({ params, text: sent, headers }) =>
        withUnit(params, (unit) => {
          if (!headers["content-type"]?.startsWith("text/plain")) return refuse(400, "invalid_arguments", "user data must be text/plain");
          unit.data.userData = sent;
          return ok(undefined, 204);
        }),
      [`POST ${server}/action`]: ({ params, body }) =>
        withUnit(params, (unit) => {
          const { phase } = unit;
          if (phase === "booting" || phase === "stopping" || phase === "terminating") {
            return refuse(409, "transient_state", "resource is in a transient state", { current_state: states[phase] ?? phase });
          }
          switch (text(json(body).action)) {
            case "poweron":
              if (phase === "running") return refuse(400, "precondition_failed", "server is running");
              fleet.start(unit.id);
              break;
            case "reboot":
              fleet.start(unit.id);
              break;
            case "poweroff":
              fleet.stop(unit.id);
              break;
            case "terminate":
              if (phase !== "running") return refuse(400, "precondition_failed", "server should be running");
              volumes.delete(unit.data.volume);
              fleet.terminate(unit.id);
              break;
            default:
              return refuse(400, "invalid_arguments", "unknown action");
          }
          return ok({ task: { id: randomUUID(), status: "pending" } });
        }),
      [`DELETE ${server}`]: ({ params }) =>
        withUnit(params, (unit) => {
          if (unit.phase !== "stopped") return refuse(400, "precondition_failed", "server should be stopped");
          fleet.lose(unit.id);
          return ok(undefined, 204);
        }),
      "DELETE /block/v1/zones/([^/]+)/volumes/([^/]+)": ({ params: [, id = ""] }) => {
        if (!volumes.delete(id)) return notFound;
        return ok(undefined, 204);
      },
    },
  });
  return { ...double, key, projectId, fleet, volumes, soldOut };
}
