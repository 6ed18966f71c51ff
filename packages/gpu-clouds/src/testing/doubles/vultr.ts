import { json, ok, page, text, texts } from "../body";
import { type Double, type DoubleAnswer, serveDouble } from "../double";
import { createFleet, type Fleet, quickTimes } from "../fleet";
import { createPace } from "../pace";
import type { DoubleSettings } from "../settings";

interface VultrData {
  plan: (typeof plans)[number];
  region: string;
  label: string;
  tags: string[];
  order: Record<string, unknown>;
  /** Fields that it shows instead of its own. */
  shown?: Record<string, unknown>;
}

export interface VultrDouble extends Double {
  key: string;
  fleet: Fleet<VultrData>;
  /** "REGION/PLAN" that is sold out: listed as available or not. */
  soldOut: Set<string>;
  hidden: Set<string>;
  /** Most instances on a page, whatever was asked. */
  pageSize: { most: number };
}

const plans = [
  {
    id: "vcg-a16-2c-8g-2vram",
    vcpu_count: 2,
    ram: 8192,
    disk: 50,
    disk_count: 1,
    bandwidth: 1,
    monthly_cost: 43,
    type: "vcg",
    locations: ["ams", "ewr"],
  },
  {
    id: "vcg-a16-6c-64g-16vram",
    vcpu_count: 6,
    ram: 65_536,
    disk: 350,
    disk_count: 1,
    bandwidth: 10,
    monthly_cost: 350,
    hourly_cost: 0.512,
    type: "vcg",
    gpu_type: "NVIDIA_A16",
    gpu_vram_gb: 16,
    locations: ["ams", "ewr"],
  },
  {
    id: "vcg-l40s-64c-720g-192vram",
    vcpu_count: 64,
    ram: 737_280,
    disk: 5760,
    disk_count: 1,
    bandwidth: 15,
    monthly_cost: 4880,
    hourly_cost: 6.684,
    type: "vcg",
    gpu_type: "NVIDIA_L40S",
    gpu_vram_gb: 192,
    locations: ["sgp"],
  },
];

const systems = [
  { id: 2284, name: "Talos", arch: "x64", family: "linux" },
  { id: 2500, name: "Ubuntu 24.04 LTS x64", arch: "x64", family: "ubuntu" },
  { id: 2136, name: "Debian 12 x64 (bookworm)", arch: "x64", family: "debian" },
];

const refuse = (status: number, error: string): DoubleAnswer => ({ status, body: { error, status } });

/** Vultr, as far as its backend asks. */
export async function serveVultr({ clock, times = quickTimes, strict = false }: DoubleSettings): Promise<VultrDouble> {
  const key = "SECRETVULTR0123456789ABCDEF";
  const fleet = createFleet<VultrData>(clock, times);
  const soldOut = new Set<string>();
  const hidden = new Set<string>();
  const pageSize = { most: 500 };
  const pace = createPace([{ calls: 30, perMs: 1_000 }], clock);

  const view = ({ id, phase, address, createdAt, data }: ReturnType<typeof fleet.all>[number]) => ({
    id,
    os: "Ubuntu 24.04 LTS x64",
    ram: data.plan.ram,
    disk: data.plan.disk,
    main_ip: phase === "booting" ? "0.0.0.0" : address,
    vcpu_count: data.plan.vcpu_count,
    region: data.region,
    plan: data.plan.id,
    date_created: new Date(createdAt).toISOString(),
    status: phase === "booting" && clock.date() - createdAt < times.bootMs / 2 ? "pending" : "active",
    power_status: phase === "stopped" ? "stopped" : "running",
    server_status: phase === "running" || phase === "stopped" || phase === "stopping" ? "ok" : "installingbooting",
    v6_main_ip: "",
    hostname: data.label,
    label: data.label,
    tags: data.tags,
    ...data.shown,
  });
  // What is being destroyed answers 404 at once.
  const visible = () => fleet.all().filter(({ phase }) => phase !== "terminating");
  const withUnit = (id: string | undefined, work: (unit: ReturnType<typeof fleet.all>[number]) => DoubleAnswer): DoubleAnswer => {
    const unit = visible().find((each) => each.id === id);
    return unit ? work(unit) : refuse(404, "Invalid instance-id");
  };
  const paged = <T>(name: string, items: readonly T[], query: URLSearchParams) => {
    const found = page(items, query.get("cursor"), Math.min(Number(query.get("per_page") ?? 100), pageSize.most));
    return ok({ [name]: found.items, meta: { total: items.length, links: { next: found.next, prev: "" } } });
  };

  const double = await serveDouble({
    clock,
    notFound: refuse(404, "Not found"),
    guard({ headers }) {
      if (headers.authorization !== `Bearer ${key}`) return refuse(401, "Invalid API token.");
      return strict && pace.tooFast("") ? refuse(429, "Too many requests") : undefined;
    },
    routes: {
      "GET /plans": ({ query }) => paged("plans", plans, query),
      "GET /os": ({ query }) => paged("os", systems, query),
      "GET /regions/([^/]+)/availability": ({ params: [region = ""] }) => {
        const here = plans.filter(({ id, locations }) => locations.includes(region) && !hidden.has(`${region}/${id}`));
        return ok({ available_plans: here.map(({ id }) => id) });
      },
      "GET /account": () =>
        ok({ account: { name: "Someone", email: "someone@example", acls: [], balance: -100.5, pending_charges: 20.25 } }),
      "GET /instances": ({ query }) => {
        const answer = paged("instances", visible(), query);
        const body = json(answer.body);
        return ok({ ...body, instances: (body.instances as ReturnType<typeof visible>).map(view) }); // As paged was given them.
      },
      "GET /instances/([^/]+)": ({ params: [id] }) => withUnit(id, (unit) => ok({ instance: view(unit) })),
      "POST /instances": ({ body }) => {
        const order = json(body);
        const plan = plans.find(({ id }) => id === order.plan);
        const region = text(order.region);
        if (!plan) return refuse(400, "Invalid plan chosen.");
        const sources = ["os_id", "image_id", "snapshot_id", "iso_id", "app_id"].filter((name) => order[name] !== undefined);
        if (sources.length !== 1) return refuse(400, "Exactly one of os_id, image_id, snapshot_id is required.");
        if (order.os_id !== undefined && !systems.some(({ id }) => id === order.os_id)) return refuse(400, "Invalid os_id.");
        if (text(order.image_id).startsWith("no-such-image")) return refuse(400, "Invalid image_id.");
        if (!plan.locations.includes(region) || soldOut.has(`${region}/${plan.id}`)) {
          return refuse(400, "Plan is not available in the selected region.");
        }
        const unit = fleet.add({ plan, region, label: text(order.label), tags: texts(order.tags), order });
        return ok({ instance: { ...view(unit), default_password: "x" } }, 202);
      },
      "POST /instances/([^/]+)/(start|halt|reboot)": ({ params: [id, action] }) =>
        withUnit(id, (unit) => {
          if (action === "halt") fleet.stop(unit.id);
          else fleet.start(unit.id);
          return ok(undefined, 204);
        }),
      "DELETE /instances/([^/]+)": ({ params: [id] }) =>
        withUnit(id, (unit) => {
          fleet.terminate(unit.id);
          return ok(undefined, 204);
        }),
    },
  });
  return { ...double, key, fleet, soldOut, hidden, pageSize };
}
